"""How does a backup come about? The database first, then the media that its rows name, then one file.

Media never change under their names, so those of the moment of the copy are all there when they are read after it; what
was removed in between, because it had to be erased, is not brought back. Next file to read: restoring.py.
"""

import hashlib
import platform
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from arena.domain.errors import BackupFault
from arena.providers.keys import key_of, known_key_names
from arena.services.backups import postgresql, sqlite
from arena.services.backups.archive import Manifest, Part, part_of, write_archive

SECRET_KEY_FILE, SIGNING_KEY_FILE, PROVIDER_KEYS_FILE = "secret_key", "signing_key", "provider_keys"
KEY_FILES = (SECRET_KEY_FILE, SIGNING_KEY_FILE, PROVIDER_KEYS_FILE)
KEY_ID_ROUNDS, KEY_ID_LENGTH = 200_000, 16


@dataclass(frozen=True)
class Backup:
    """What a backup came to."""

    file: Path
    n_bytes: int
    n_arenas: int
    n_entries: int
    n_media: int
    has_keys: bool


def make_backup(*, output: Path | None, with_keys: bool, now: datetime) -> Backup:
    """Raises BackupFault; then there is no file."""
    target = output or settings.DATA_DIR / "backups" / f"fairground-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    if target.exists():
        raise BackupFault(f"{target} is there already; a backup is never overwritten")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            manifest = _write(target, Path(folder), with_keys=with_keys, now=now)
        return Backup(
            file=target,
            n_bytes=target.stat().st_size,
            n_arenas=len(manifest.database.ledgers),
            n_entries=sum(head.size for head in manifest.database.ledgers),
            n_media=len(manifest.names("media")),
            has_keys=with_keys,
        )
    except OSError as error:
        raise BackupFault(f"{target} cannot be written: {error.strerror}") from error


def key_id(secret_key: str) -> str:
    """Tells one secret key from another and says nothing else about it: hashed slowly, cut short."""
    digest = hashlib.pbkdf2_hmac("sha256", secret_key.encode(), b"arena.backup.key-id", KEY_ID_ROUNDS)
    return digest.hex()[:KEY_ID_LENGTH]


def _write(target: Path, folder: Path, *, with_keys: bool, now: datetime) -> Manifest:
    (folder / "tables").mkdir()
    copy = (postgresql if connection.vendor == "postgresql" else sqlite).copy_out(folder)
    if with_keys:
        _gather_keys(folder / "keys")
    files = _files_in(folder, "") | _files_in(settings.MEDIA_ROOT, "media/")
    parts: list[Part] = []
    for name in sorted(files):
        try:
            parts.append(part_of(name, files[name]))
        except FileNotFoundError:
            continue  # erased meanwhile
    manifest = Manifest(
        made_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        versions={"django": django.__version__, "python": platform.python_version()},
        key_id=key_id(settings.SECRET_KEY),
        database=copy,
        parts=tuple(parts),
    )
    write_archive(target, manifest, files)
    return manifest


def _files_in(folder: Path, prefix: str) -> dict[str, Path]:
    """Files by their name in the archive; none that begin with a dot, which are still being written."""
    return {
        f"{prefix}{file.relative_to(folder).as_posix()}": file
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and not file.name.startswith(".")
    }


def _gather_keys(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / SECRET_KEY_FILE).write_text(settings.SECRET_KEY)  # the one in use, wherever it comes from
    signing_key = settings.DATA_DIR / SIGNING_KEY_FILE
    if signing_key.is_file():
        (folder / SIGNING_KEY_FILE).write_bytes(signing_key.read_bytes())
    lines = [f"{name}={key_of(name)}\n" for name in known_key_names()]
    (folder / PROVIDER_KEYS_FILE).write_text("".join(lines))
