"""The one Django application of the site, and the admin with a door of its own."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


class ArenaAdminConfig(AdminConfig):
    default_site = "arena.staff.site.ArenaAdminSite"


class ArenaAppConfig(AppConfig):
    name = "arena"
    verbose_name = "Arena"

    def ready(self) -> None:
        register(import_string("arena.queries.deployment.check_deployment"), deploy=True)
        post_migrate.connect(_after_migration, sender=self)
        import_module("arena.staff.sign_ins")


def _after_migration(apps: Any, **kwargs: Any) -> None:
    """Services know rows, which do not exist yet while this file is read: hence the import by name."""
    try:
        apps.get_model("auth", "Group"), apps.get_model("arena", "Arena")
    except LookupError:
        return  # the migrations stopped before there was anything to give roles for
    import_string("arena.services.roles.write_roles")()
