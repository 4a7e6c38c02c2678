"""What is the key behind a name? From the environment, or from the keys file, read again when it changes.

A key is never stored, shown or logged; only its name is. Next file to read: openai_compatible.py.
"""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from arena.providers.base import ProviderError

KEY_NAME = re.compile(r"ARENA_KEY_[A-Z0-9_]+")
NO_KEY = "none"  # servers on one's own machine ask for none, but the client wants a value


def key_of(name: str) -> str:
    """The key of this name; an empty name needs none. Raises ProviderError if it is not set."""
    if not name:
        return NO_KEY
    if not KEY_NAME.fullmatch(name):
        raise ProviderError(f"{name[:40]!r} is not the name of a key")
    key = _file_keys().get(name) or settings.PROVIDER_KEYS.get(name)
    if not key:
        raise ProviderError(f"{name} is not set, neither in the environment nor in the keys file")
    return key


def has_key(name: str) -> bool:
    """Whether a contestant with this key name could be called."""
    try:
        return bool(key_of(name))
    except ProviderError:
        return False


def known_key_names() -> list[str]:
    """Names of the keys that are set, never a value."""
    names = [*_file_keys(), *settings.PROVIDER_KEYS]
    return sorted({name for name in names if KEY_NAME.fullmatch(name) and has_key(name)})


def _file_keys() -> dict[str, str]:
    path: Path | None = settings.KEYS_FILE
    if path is None or not path.is_file():
        return {}
    stat = path.stat()
    return _read_keys(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _read_keys(path: Path, mtime_ns: int, size: int) -> dict[str, str]:
    """Lines NAME=value; # begins a comment. The last two arguments make a changed file a new question."""
    pairs = (line.strip().partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if KEY_NAME.fullmatch(name.strip())}
