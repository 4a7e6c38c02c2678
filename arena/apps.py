"""The one Django application of the site."""

from django.apps import AppConfig


class ArenaAppConfig(AppConfig):
    name = "arena"
    verbose_name = "Arena"
