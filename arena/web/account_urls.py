"""Which pages of sign-in are there? Those of allauth that staff and members need; nobody signs up here.

Next file to read: sign_in.py, single_sign_on.py.
"""

from allauth.account import views
from django.urls import include, path

from arena.web import single_sign_on

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("sso/", single_sign_on.begin, name="sso_begin"),
    path("sso/callback/", single_sign_on.finish, name="sso_callback"),
    path("2fa/", include("allauth.mfa.urls")),
]
