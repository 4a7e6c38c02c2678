"""How does a site come back from a backup? Everything is checked first; then it changes at once, or not at all.

    unpack and check all hashes -> the schema -> add media -> one transaction of the database -> remove other media

Media are added before the rows that name them and removed after the rows that named them, so that a restore that is
broken off anywhere leaves a whole site and, at worst, files that no row names. Next file to read: archive.py.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from arena.domain.errors import BackupFault
from arena.models import Arena, Contestant, Voter
from arena.queries.audit import faults
from arena.services.backups import postgresql, sqlite
from arena.services.backups.archive import DATABASE_FILE, OWNER_ONLY, Archive, Manifest, opened_archive
from arena.services.backups.making import KEY_FILES, PROVIDER_KEYS_FILE, SECRET_KEY_FILE, key_id
from arena.services.backups.schema import check_migrations
from arena.services.ledger import sequence_pending

VENDORS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
OTHER_KEY = (
    "The secret key of this site is not that of the backup: voters begin anew, receipts do not open, and the staff's "
    "second factors cannot be read. Set ARENA_SECRET_KEY to the old one if you have it."
)
KEY_BROUGHT_BACK = (
    "The secret key is now that of the backup, in {}. Start every process anew; where ARENA_SECRET_KEY is set, set it "
    "to that."
)


@dataclass(frozen=True)
class Restored:
    """What came back.   notes : what the operator has to know or do.   faults : what fsck says."""

    made_at: str
    n_arenas: int
    n_entries: int
    n_media: int
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def restore_backup(*, file: Path, is_replacing: bool) -> Restored:
    """Raises BackupFault; then nothing has changed."""
    if not is_replacing and not _is_empty():
        raise BackupFault("this site is not empty; --replace puts the backup in the place of all that is here")
    with (
        opened_archive(file) as archive,
        tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as folder,
    ):
        _check(archive, Path(folder))
        notes = _put_in_place(archive.manifest, Path(folder), is_replacing=is_replacing)
        manifest = archive.manifest
    sequence_pending()  # votes that waited when the backup was taken would look like votes that nobody takes
    return Restored(
        made_at=manifest.made_at,
        n_arenas=len(manifest.database.ledgers),
        n_entries=sum(head.size for head in manifest.database.ledgers),
        n_media=len(manifest.names("media")),
        notes=tuple(notes),
        faults=tuple(f"{arena.slug}: {fault}" for arena in Arena.objects.order_by("slug") for fault in faults(arena)),
    )


def _is_empty() -> bool:
    """No arena, model, voter or account: a database that was never migrated is empty too."""
    tables = set(connection.introspection.table_names())
    rows = (Arena, Contestant, Voter, User)
    return not any(row._meta.db_table in tables and row._default_manager.exists() for row in rows)


def _check(archive: Archive, folder: Path) -> None:
    """All that can be wrong, before anything is touched."""
    said = archive.manifest.database
    if said.vendor != connection.vendor:
        its, ours = (VENDORS.get(vendor, vendor[:20]) for vendor in (said.vendor, connection.vendor))
        raise BackupFault(f"it is of a site on {its}, and this one is on {ours}: set DATABASE_URL accordingly")
    check_migrations(said.migrations)
    if set(archive.manifest.names("keys")) - set(KEY_FILES):
        raise BackupFault("it holds keys that this code does not know")
    archive.unpack(folder)
    if said.vendor == "sqlite":
        if not (folder / DATABASE_FILE).is_file():
            raise BackupFault("it holds no database")
        sqlite.check(folder / DATABASE_FILE, said)
    elif not all(postgresql.file_of(table, folder).is_file() for table in said.tables):
        raise BackupFault("it holds not all of its tables")


def _put_in_place(manifest: Manifest, folder: Path, *, is_replacing: bool) -> list[str]:
    names = manifest.names("media")
    there = {name for name in names if (settings.MEDIA_ROOT / name).exists()}
    added = [name for name in names if name not in there]
    try:
        _place(added, folder / "media")
        (postgresql if connection.vendor == "postgresql" else sqlite).bring_back(folder, manifest.database)
    except OSError as error:
        _remove(added)
        raise BackupFault(f"the media cannot be written: {error.strerror}") from error
    except BaseException:
        _remove(added)
        raise
    _place(there, folder / "media")
    if is_replacing:
        _remove(_media() - set(names))
    return _bring_back_keys(manifest, folder / "keys")


def _place(names: Iterable[str], source: Path) -> None:
    """Each appears whole; the media may lie on another disk than the folder that was unpacked into."""
    for name in names:
        target: Path = settings.MEDIA_ROOT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(source / name, beside)
        beside.replace(target)


def _remove(names: Iterable[str]) -> None:
    for name in names:
        (settings.MEDIA_ROOT / name).unlink(missing_ok=True)


def _media() -> set[str]:
    return {
        file.relative_to(settings.MEDIA_ROOT).as_posix() for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()
    }


def _bring_back_keys(manifest: Manifest, folder: Path) -> list[str]:
    """Beside the database, readable for the owner only; sentences about what to do now."""
    notes = []
    for name in manifest.names("keys"):
        target = settings.DATA_DIR / name
        with open(target, "wb", opener=lambda path, flags: os.open(path, flags, OWNER_ONLY)) as place:
            place.write((folder / name).read_bytes())
        if name == SECRET_KEY_FILE and key_id(settings.SECRET_KEY) != manifest.key_id:
            notes.append(KEY_BROUGHT_BACK.format(target))
        if name == PROVIDER_KEYS_FILE:
            notes.append(f"Keys of providers are in {target}: set ARENA_KEYS_FILE to it, or copy its lines.")
    if not manifest.names("keys") and key_id(settings.SECRET_KEY) != manifest.key_id:
        notes.append(OTHER_KEY)
    return notes
