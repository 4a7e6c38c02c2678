"""The one Django application of the site, and the admin with a door of its own."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


class ArenaAdminConfig(AdminConfig):
    default_site = "arena.staff.site.ArenaAdminSite"


class ArenaAppConfig(AppConfig):
    name = "arena"
    verbose_name = "Arena"

    def ready(self) -> None:
        post_migrate.connect(_after_migration, sender=self)
        user_logged_in.connect(_after_sign_in, dispatch_uid="arena")


def _after_migration(apps: Any, **kwargs: Any) -> None:
    """Services know rows, which do not exist yet while this file is read: hence the import by name."""
    try:
        apps.get_model("auth", "Group"), apps.get_model("arena", "Arena")
    except LookupError:
        return  # the migrations stopped before there was anything to give roles for
    import_string("arena.services.roles.write_roles")()


def _after_sign_in(request: Any, user: Any, **kwargs: Any) -> None:
    import_string("arena.sign_in.begin_staff_session")(request, user)
