"""Is this configuration fit for strangers? `manage.py check --deploy`; each finding names the variable to set.

Next file to read: health.py, which says what works on a site that runs; docs/settings.md for the variables.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

MIN_KEY_LENGTH, MIN_KEY_LETTERS = 50, 5
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def check_deployment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    findings = [
        Error("Errors show code and settings.", "DEBUG is never set here: remove it.", id="arena.E001")
        if settings.DEBUG
        else None,
        Error(
            "The secret key could be guessed, and with it every session and second factor.",
            "Set ARENA_SECRET_KEY to 50 or more random characters, or leave it out: one is made and kept.",
            id="arena.E002",
        )
        if len(settings.SECRET_KEY) < MIN_KEY_LENGTH or len(set(settings.SECRET_KEY)) < MIN_KEY_LETTERS
        else None,
        Warning(
            "The site answers to any name that a visitor makes up.",
            "Set ARENA_ALLOWED_HOSTS to the names of the site.",
            id="arena.W003",
        )
        if "*" in settings.ALLOWED_HOSTS
        else None,
        Warning(
            "The site answers on this machine only.",
            "Set ARENA_PUBLIC_URL=https://..., or ARENA_ALLOWED_HOSTS.",
            id="arena.W004",
        )
        if LOOPBACK.issuperset(settings.ALLOWED_HOSTS)
        else None,
        Warning(
            "Plain HTTP: passwords and sessions can be read on the way.",
            "Set ARENA_PUBLIC_URL=https://... and put a TLS proxy in front.",
            id="arena.W005",
        )
        if not settings.SESSION_COOKIE_SECURE
        else None,
        Warning(
            "A password alone opens the admin.",
            "Set ARENA_STAFF_SECOND_FACTOR=required.",
            id="arena.W006",
        )
        if not settings.IS_SECOND_FACTOR_REQUIRED
        else None,
        Warning("Nobody is held up, however often.", "Leave ARENA_LIMITS out, or set it to on.", id="arena.W007")
        if not settings.HAS_LIMITS
        else None,
    ]
    return [finding for finding in findings if finding is not None]
