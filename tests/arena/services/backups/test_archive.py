"""Is an archive that is cut off, changed, foreign or malicious refused with a plain sentence?"""

import io
import json
import tarfile

import pytest

from arena.domain.errors import BackupFault
from arena.services.backups.archive import DatabaseCopy, Head, Manifest, Table, opened_archive, part_of, write_archive

COPY = DatabaseCopy("postgresql", (("arena", "0001"),), (Head("text", 3, "ab"),), (Table("t", ("id",)),), {"s": 4})


@pytest.fixture
def backup(tmp_path):
    """A small backup with one part, uncompressed so that bytes of it can be changed."""
    return write(tmp_path, "backup.tar")


def write(tmp_path, name):
    (tmp_path / "rows").write_bytes(b"1\tone\n" * 3_000)
    manifest = manifest_of(part_of("tables/t.copy", tmp_path / "rows"))
    write_archive(tmp_path / name, manifest, {"tables/t.copy": tmp_path / "rows"})
    return tmp_path / name


def manifest_of(*parts):
    return Manifest("2026-11-24T12:00:00Z", {"django": "5.2"}, "key", COPY, parts)


def unpack(path, folder):
    folder.mkdir(exist_ok=True)
    with opened_archive(path) as archive:
        archive.unpack(folder)
        return archive.manifest


def refusal(path, folder):
    with pytest.raises(BackupFault) as refused:
        unpack(path, folder)
    return str(refused.value)


def archive_of(path, *entries):
    """A tar with these (TarInfo or name, bytes)."""
    with tarfile.open(path, "w") as archive:
        for entry, data in entries:
            info = tarfile.TarInfo(entry) if isinstance(entry, str) else entry
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_what_was_written_is_read(tmp_path, name):
    path = write(tmp_path, name)

    manifest = unpack(path, tmp_path / "out")

    assert manifest == manifest_of(part_of("tables/t.copy", tmp_path / "rows"))
    assert (tmp_path / "out/tables/t.copy").read_bytes() == (tmp_path / "rows").read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_failed_writing_leaves_nothing(tmp_path):
    part = part_of("tables/t.copy", write(tmp_path, "backup.tar"))

    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "new.tar", manifest_of(part), {"tables/t.copy": tmp_path / "gone"})

    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.tar", "rows"]


@pytest.mark.parametrize("share", [0.02, 0.5])
@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_cut_off(tmp_path, name, share):
    path = write(tmp_path, name)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    assert refusal(path, tmp_path / "out") in {
        "it is no backup, or it is cut off or damaged",
        "its manifest cannot be read",
        "1 of its parts are missing, such as 'tables/t.copy'",
    }


def test_changed_part(tmp_path, backup):
    backup.write_bytes(backup.read_bytes().replace(b"1\tone", b"1\ttwo"))

    assert refusal(backup, tmp_path / "out") == "its part 'tables/t.copy' is not what the manifest says"


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b broken"])
def test_no_archive(tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    assert refusal(tmp_path / "file", tmp_path / "out") == "it is no backup, or it is cut off or damaged"


def test_no_file(tmp_path):
    assert refusal(tmp_path / "file", tmp_path / "out") == "there is no such file"
    assert refusal(tmp_path, tmp_path / "out") == "Is a directory"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"{}", "its manifest cannot be read"),
        (b"[1]", "its manifest cannot be read"),
        (b"\xff", "its manifest cannot be read"),
        (b'{"kind": "other"}', "it is no backup of Fairground"),
        (b'{"kind": "fairground-backup", "version": 9}', "it has version 9, and this code reads version 1"),
        (b'{"kind": "fairground-backup", "version": 1}', "its manifest cannot be read"),
    ],
)
def test_bad_manifest(tmp_path, said, problem):
    assert refusal(archive_of(tmp_path / "a.tar", ("manifest.json", said)), tmp_path / "out") == problem


def test_foreign_archive(tmp_path):
    assert refusal(archive_of(tmp_path / "a.tar", ("holiday.jpg", b"1")), tmp_path / "out") == (
        "it is no backup of Fairground"
    )


@pytest.mark.parametrize(
    "name", ["../evil", "media/../../evil", "/etc/evil", "media//x", "./media/x", "media", "other/x", "media\\x", ""]
)
def test_manifest_that_leads_elsewhere(tmp_path, name):
    said = json.loads(manifest_of().to_bytes()) | {"parts": [{"name": name, "size": 1, "sha256": "0"}]}
    path = archive_of(tmp_path / "a.tar", ("manifest.json", json.dumps(said).encode()), (name or "x", b"1"))

    assert refusal(path, tmp_path / "out") == f"its manifest names {name!r}, which is no place for a part"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["../evil", "media/more"])
def test_entry_that_the_manifest_does_not_name(tmp_path, name):
    path = archive_of(tmp_path / "a.tar", ("manifest.json", manifest_of().to_bytes()), (name, b"1"))

    assert refusal(path, tmp_path / "out") == f"it holds {name!r}, which its manifest does not name as a file"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.tar", "out"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_entry_that_is_no_file(tmp_path, kind):
    said = json.loads(manifest_of().to_bytes()) | {"parts": [{"name": "media/x", "size": 0, "sha256": "0"}]}
    link = tarfile.TarInfo("media/x")
    link.type, link.linkname = kind, "/etc/passwd"
    path = archive_of(tmp_path / "a.tar", ("manifest.json", json.dumps(said).encode()), (link, b""))

    assert refusal(path, tmp_path / "out") == "it holds 'media/x', which its manifest does not name as a file"


def test_part_named_twice(tmp_path):
    part = {"name": "media/x", "size": 0, "sha256": "0"}
    said = json.loads(manifest_of().to_bytes()) | {"parts": [part, part]}
    path = archive_of(tmp_path / "a.tar", ("manifest.json", json.dumps(said).encode()))

    assert refusal(path, tmp_path / "out") == "its manifest names a part twice"


def test_more_than_the_disk_holds(tmp_path):
    said = json.loads(manifest_of().to_bytes()) | {"parts": [{"name": "media/x", "size": 1 << 60, "sha256": "0"}]}
    path = archive_of(tmp_path / "a.tar", ("manifest.json", json.dumps(said).encode()))

    assert refusal(path, tmp_path / "out").startswith(f"unpacked it takes {(1 << 40) + 1} MB, and ")
