"""What is in a backup, and is it whole? One tar: manifest.json, then the parts that it names, each with its hash.

    database.sqlite3            of a site on SQLite: a copy of the file
    tables/<table>.copy         of a site on PostgreSQL: the rows of one table, as COPY writes them
    media/<path>                pictures, sounds, films
    keys/<name>                 only of a backup with keys

Nothing is taken on trust: a part that is missing, changed, not named, or that would lie elsewhere refuses the whole.
Next files to read: making.py, restoring.py.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

from arena.domain.errors import BackupFault

KIND, VERSION = "fairground-backup", 1
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
OWNER_ONLY = 0o600
FOLDERS = ("tables", "media", "keys")
DATABASE_FILE = "database.sqlite3"


@dataclass(frozen=True)
class Part:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Head:
    """How far the ledger of an arena went, and the hash that stands for all of it."""

    arena: str
    size: int
    root: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class DatabaseCopy:
    """What the copy of a database says of itself.   sequences : the next numbers of rows, on PostgreSQL."""

    vendor: str
    migrations: tuple[tuple[str, str], ...]
    ledgers: tuple[Head, ...]
    tables: tuple[Table, ...] = ()
    sequences: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Manifest:
    made_at: str
    versions: Mapping[str, str]
    key_id: str
    database: DatabaseCopy
    parts: tuple[Part, ...]

    def to_bytes(self) -> bytes:
        said = {"kind": KIND, "version": VERSION, **asdict(self)}
        return json.dumps(said, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Raises BackupFault."""
        try:
            said = json.loads(data)
            if said["kind"] != KIND:
                raise BackupFault("it is no backup of Fairground")
            if said["version"] != VERSION:
                raise BackupFault(f"it has version {said['version']}, and this code reads version {VERSION}")
            return cls(
                made_at=str(said["made_at"]),
                versions=dict(said["versions"]),
                key_id=str(said["key_id"]),
                database=_database(said["database"]),
                parts=tuple(Part(**part) for part in said["parts"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupFault("its manifest cannot be read") from error

    def names(self, folder: str) -> list[str]:
        """Names of the parts in this folder, without it."""
        return [part.name.removeprefix(f"{folder}/") for part in self.parts if part.name.startswith(f"{folder}/")]


def _database(said: dict[str, Any]) -> DatabaseCopy:
    return DatabaseCopy(
        vendor=said["vendor"],
        migrations=tuple((app, name) for app, name in said["migrations"]),
        ledgers=tuple(Head(**head) for head in said["ledgers"]),
        tables=tuple(Table(table["name"], tuple(table["columns"])) for table in said["tables"]),
        sequences=said["sequences"],
    )


def part_of(name: str, file: Path) -> Part:
    """A file as a part of this name."""
    with file.open("rb") as source:
        return Part(name, file.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest())


def write_archive(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Appears whole or not at all, and only its owner may read it. Compressed where the name ends in gz."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    mode: Literal["w:gz", "w:"] = "w:gz" if target.suffix in (".gz", ".tgz") else "w:"
    try:
        with (
            open(unfinished, "xb", opener=lambda path, flags: os.open(path, flags, OWNER_ONLY)) as place,
            tarfile.open(fileobj=place, mode=mode, format=tarfile.PAX_FORMAT) as archive,
        ):
            _add(archive, MANIFEST, io.BytesIO(data := manifest.to_bytes()), len(data))
            for part in manifest.parts:
                with files[part.name].open("rb") as source:
                    _add(archive, part.name, source, part.size)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, name: str, source: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, OWNER_ONLY
    archive.addfile(entry, source)


@contextmanager
def opened_archive(path: Path) -> Iterator["Archive"]:
    """The manifest is read and checked; the parts are not yet. Raises BackupFault, also while parts are unpacked."""
    try:
        with tarfile.open(path, "r:*") as archive:
            entry = archive.next()
            if entry is None or entry.name != MANIFEST or not entry.isreg():
                raise BackupFault("it is no backup of Fairground")
            if entry.size > MAX_MANIFEST_BYTES:
                raise BackupFault("its manifest cannot be read")
            yield Archive(archive, Manifest.from_bytes(_opened(archive, entry).read()))
    except FileNotFoundError:
        raise BackupFault("there is no such file") from None
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise BackupFault("it is no backup, or it is cut off or damaged") from error
    except OSError as error:
        # gzip says with an OSError without a number that a file is damaged.
        problem = error.strerror or "it is no backup, or it is cut off or damaged"
        raise BackupFault(problem) from error


class Archive:
    """A backup that is open for reading."""

    def __init__(self, archive: tarfile.TarFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    def unpack(self, folder: Path) -> None:
        """Every part as a file in this folder, with the hash that the manifest says. Raises BackupFault."""
        expected = {part.name: part for part in self.manifest.parts}
        if len(expected) != len(self.manifest.parts):
            raise BackupFault("its manifest names a part twice")
        for name in expected:
            _check_name(name)
        n_bytes = sum(part.size for part in expected.values())
        if n_bytes > shutil.disk_usage(folder).free:
            raise BackupFault(f"unpacked it takes {n_bytes // 1024**2 + 1} MB, and {folder} has less space left")
        while (entry := self.archive.next()) is not None:
            part = expected.pop(entry.name, None)
            if part is None or not entry.isreg():
                raise BackupFault(f"it holds {entry.name[:80]!r}, which its manifest does not name as a file")
            self._unpack_one(entry, part, folder / part.name)
        if expected:
            raise BackupFault(f"{len(expected)} of its parts are missing, such as {min(expected)!r}")

    def _unpack_one(self, entry: tarfile.TarInfo, part: Part, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with _opened(self.archive, entry) as source, target.open("xb") as place:
            while chunk := source.read(CHUNK_BYTES):
                size += len(chunk)
                digest.update(chunk)
                place.write(chunk)
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise BackupFault(f"its part {part.name!r} is not what the manifest says")


def _opened(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    source = archive.extractfile(entry)
    assert source is not None  # a regular file
    return source


def _check_name(name: str) -> None:
    """A relative path in one of our folders, written in one way only."""
    path = PurePosixPath(name)
    is_plain = str(path) == name and not path.is_absolute() and ".." not in path.parts and "\\" not in name
    is_ours = name == DATABASE_FILE or (len(path.parts) > 1 and path.parts[0] in FOLDERS)
    if not is_plain or not is_ours or "\0" in name:
        raise BackupFault(f"its manifest names {name[:80]!r}, which is no place for a part")
