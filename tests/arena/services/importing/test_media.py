"""Which files may come in, and do they leave again when the import fails?"""

from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.domain.errors import ImportFault
from arena.services.importing import media
from arena.services.importing.files.places import Place
from arena.services.importing.media import PNG, Media, MediaStore, read_media

PNG_BYTES = b"\x89PNG\r\n\x1a\n and the rest"
PLACE = Place("outputs.jsonl", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.png").write_bytes(PNG_BYTES)
    (folder / "empty.png").touch()
    (folder / "page.png").write_bytes(b"<html>")
    (tmp_path / "secret.png").write_bytes(PNG_BYTES)
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "up").symlink_to(tmp_path)
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "inner.png").symlink_to(folder / "good.png")
    return folder


@pytest.mark.parametrize("file", ["good.png", "./good.png", "inner.png"])
def test_a_file_is_known_by_its_bytes(folder: Path, file: str) -> None:
    found = read_media(folder, file, PLACE, said_type="image/png", said_sha256=sha256(PNG_BYTES).hexdigest().upper())

    assert (found.data, found.type, found.sha256) == (PNG_BYTES, PNG, sha256(PNG_BYTES).hexdigest())


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF0000WEBPVP8 ", "image/webp"),
        (b"RIFF0000WAVEfmt ", "audio/wav"),
        (b"OggS", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
    ],
)
def test_types(folder: Path, magic: bytes, name: str) -> None:
    (folder / "file").write_bytes(magic + b"...")

    assert read_media(folder, "file", PLACE).type.name == name


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("../secret.png", "leads out of the folder"),
        ("sub/../../secret.png", "leads out of the folder"),
        ("/etc/hostname", "leads out of the folder"),
        ("link.png", "leads out of the folder"),
        ("up/secret.png", "leads out of the folder"),
        ("good.png/../good.png", "leads out of the folder"),
        ("loop.png", "is no path"),
        ("missing.png", "is missing or empty"),
        ("empty.png", "is missing or empty"),
        (".", "is missing or empty"),
        ("page.png", "is none of: audio/mpeg, audio/ogg, audio/wav, image/jpeg, image/png, image/webp, video/mp4"),
    ],
)
def test_faults(folder: Path, file: str, problem: str) -> None:
    with pytest.raises(ImportFault) as caught:
        read_media(folder, file, PLACE)

    assert str(caught.value).startswith(f"outputs.jsonl, line 4: file {file!r} {problem}")


def test_what_is_said_of_a_file_must_be_true(folder: Path) -> None:
    with pytest.raises(ImportFault, match=r"file 'good\.png' is image/png, not image/jpeg"):
        read_media(folder, "good.png", PLACE, said_type="image/jpeg")
    with pytest.raises(ImportFault, match=r"file 'good\.png' is not the one of the sha256 beside it"):
        read_media(folder, "good.png", PLACE, said_sha256="0" * 64)


def test_size_is_limited(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_MEDIA_BYTES", 10)

    with pytest.raises(ImportFault, match="larger than 10 bytes"):
        read_media(folder, "good.png", PLACE)


def test_files_stay_only_if_all_goes_well(folder: Path, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    found = read_media(folder, "good.png", PLACE)
    with MediaStore() as store:
        kept = store.save(found)

    with pytest.raises(KeyboardInterrupt):
        save_and_die(found)

    assert [f"outputs/{path.name}" for path in (tmp_path / "media" / "outputs").iterdir()] == [kept]
    assert (tmp_path / "media" / kept).read_bytes() == PNG_BYTES


def save_and_die(found: Media) -> None:
    with MediaStore() as store:
        store.save(found)
        raise KeyboardInterrupt
