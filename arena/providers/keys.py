"""What is the key behind a name? From the environment, or from the keys file, read again when it changes.

A key is never stored, shown or logged; only its name is, and a few digits of its hash. A file that cannot be read, or a
line of it, stops nobody: what was read before goes on. Next file to read: openai_compatible.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from arena.providers.base import ProviderError

KEY_NAME = re.compile(r"ARENA_KEY_[A-Z0-9_]+")
OTHER_NAME = re.compile(r"(?!ARENA_KEY)[A-Za-z_][A-Za-z0-9_]*")  # a file of all variables of a site may hold the keys
EXPORT = re.compile(r"^export\s+")
QUOTES = ("'", '"')
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NO_KEY = "none"  # servers on one's own machine ask for none, but the client wants a value
FINGERPRINT_DIGITS = 8
# Below that a key could be guessed from its fingerprint; those of providers are far longer.
MIN_FINGERPRINTED = 16


@dataclass(frozen=True)
class KeysFile:
    """problem : what of the file cannot be read, never a word of it; empty if nothing."""

    keys: Mapping[str, str]
    problem: str = ""


_last_good: dict[Path, Mapping[str, str]] = {}


def key_of(name: str) -> str:
    """The key of this name; an empty name needs none. Raises ProviderError if it is not set."""
    if not name:
        return NO_KEY
    if not KEY_NAME.fullmatch(name):
        raise ProviderError(f"{name[:40]!r} is not the name of a key")
    key = _keys_file().keys.get(name) or settings.PROVIDER_KEYS.get(name)
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
    names = [*_keys_file().keys, *settings.PROVIDER_KEYS]
    return sorted({name for name in names if KEY_NAME.fullmatch(name) and has_key(name)})


def fingerprint_of(name: str) -> str:
    """By which an operator tells a new key from the one before; empty for a short one. Raises ProviderError."""
    key = key_of(name)
    if len(key) < MIN_FINGERPRINTED:
        return ""
    return sha256(f"fairground key fingerprint\0{key}".encode()).hexdigest()[:FINGERPRINT_DIGITS]


def said_fingerprint(name: str) -> str:
    """The same, to go on with after "is set". Raises ProviderError."""
    fingerprint = fingerprint_of(name)
    return f", fingerprint {fingerprint}" if fingerprint else ""


def keys_file_problem() -> str:
    """What of the keys file this process cannot read, said after "The keys file"; empty if nothing."""
    return _keys_file().problem


def _keys_file() -> KeysFile:
    path: Path | None = settings.KEYS_FILE
    if path is None:
        return KeysFile({})
    try:
        stat = path.stat()
        read = _read_keys(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return KeysFile({})
    except OSError as error:
        return KeysFile(_last_good.get(path, {}), f"cannot be read ({error.strerror or type(error).__name__})")
    if read.problem:
        return KeysFile({**_last_good.get(path, {}), **read.keys}, read.problem)
    _last_good[path] = read.keys
    return read


@lru_cache(maxsize=1)
def _read_keys(path: Path, mtime_ns: int, size: int) -> KeysFile:
    """Lines NAME=value, as a shell takes them; # begins a comment. Raises OSError.

    The last two arguments make a changed file a new question.
    """
    lines = path.read_bytes().removeprefix(BYTE_ORDER_MARK).splitlines()
    pairs = [_pair(line) for line in lines]
    bad = [str(number) for number, pair in enumerate(pairs, start=1) if pair is None]
    keys = dict(pair for pair in pairs if pair is not None and KEY_NAME.fullmatch(pair[0]))
    return KeysFile(keys, f"has lines that cannot be read: {', '.join(bad)}" if bad else "")


def _pair(line: bytes) -> tuple[str, str] | None:
    """Name and value, both empty for a line that says nothing; None for one that nobody can read."""
    try:
        text = line.decode().strip()
    except UnicodeDecodeError:
        return None
    if not text or text.startswith("#"):
        return "", ""
    name, equals, value = (part.strip() for part in EXPORT.sub("", text).partition("="))
    if not equals or not (KEY_NAME.fullmatch(name) or OTHER_NAME.fullmatch(name)):
        return None
    if not value.startswith(QUOTES):
        return name, value
    is_closed = len(value) > 1 and value[0] == value[-1]
    return (name, value[1:-1]) if is_closed else None
