"""Where may a fault test kill this process? Named places that do nothing in normal life."""

import os

from django.conf import settings

KILLED = 9


def failpoint(name: str) -> None:
    """Die here, without any clean-up, if the fault test asked for it by ARENA_FAILPOINT."""
    if name == settings.FAILPOINT:
        os._exit(KILLED)
