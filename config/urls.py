"""Which address leads to which door? Next file to read: arena/web/urls.py, arena/api/urls.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler500 = "arena.web.errors.server_error"

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("api/v1/", include("arena.api.urls")),
    path("accounts/", include("arena.web.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("arena.web.urls")),
]
