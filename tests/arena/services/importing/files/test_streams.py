"""Are files of strangers opened so that they cannot hurt?"""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from arena.domain.errors import ImportFault
from arena.services.importing.files import streams
from arena.services.importing.files.streams import open_limited

TEXT = b"model_a,model_b,winner\n" * 1_000


def read(path: Path) -> bytes:
    with open_limited(path, path.name) as stream:
        return stream.read()


@pytest.mark.parametrize("name", ["votes.csv", "votes.csv.gz", "no-ending"])
def test_gzip_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEXT))

    assert read(path) == TEXT


def test_plain_bytes_come_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(TEXT)

    assert read(path) == TEXT


def test_a_bomb_ends_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(50 * 2**20)))

    with pytest.raises(ImportFault) as caught:
        read(path)

    assert str(caught.value) == "bomb.csv.gz: unpacks to more than 100 times its size: refused as a bomb"


def test_unpacked_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_UNPACKED_BYTES", 1_000)
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(gzip.compress(TEXT))

    with pytest.raises(ImportFault, match="unpacks to more than 1,000 bytes: split it"):
        read(path)


def test_a_torn_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(1_000))[:-200])

    with pytest.raises(ImportFault, match=r"votes\.csv\.gz: is a broken gzip file"):
        read(path)


def test_a_zip_archive_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "votes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", TEXT)

    with pytest.raises(ImportFault) as caught:
        read(path)

    assert str(caught.value) == "votes.zip: is a zip archive: unpack it first"
    assert [child.name for child in tmp_path.iterdir()] == ["votes.zip"]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path, problem in (
        (tmp_path / "missing.csv", "missing.csv: cannot be read: No such file or directory"),
        (tmp_path, f"{tmp_path.name}: is not a file"),
        (pipe, "pipe: is not a file"),
    ):
        with pytest.raises(ImportFault) as caught:
            read(path)
        assert str(caught.value) == problem
