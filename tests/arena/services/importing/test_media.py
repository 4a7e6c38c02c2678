"""Which files may come in, and do they leave again when the import fails?"""

from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.domain.errors import ImportFault
from arena.services.importing import media
from arena.services.importing.files.places import Place
from arena.services.importing.media import PNG, Media, MediaSource, MediaStore, read_media
from tests.media_files import NAME, picture

PNG_BYTES = picture("PNG")
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


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> Path:
    """Where files are kept."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "outputs"


@pytest.mark.django_db
def test_files_stay_only_if_all_goes_well(folder: Path, kept: Path) -> None:
    found = read_media(folder, "good.png", PLACE)
    with MediaStore() as store:
        stored = store.save(found, PLACE, "good.png")

    with pytest.raises(KeyboardInterrupt):
        save_and_die(found)

    assert [f"outputs/{path.name}" for path in kept.iterdir()] == [stored.name]
    assert (stored.media_type, stored.width, stored.height) == ("image/webp", 64, 48)
    assert NAME.encode() not in (kept.parent / stored.name).read_bytes()


def save_and_die(found: Media) -> None:
    with MediaStore() as store:
        store.save(found, PLACE, "good.png")
        raise KeyboardInterrupt


@pytest.mark.django_db
def test_what_was_prepared_is_used_once_and_the_rest_goes(folder: Path, kept: Path) -> None:
    (folder / "other.png").write_bytes(picture("PNG", (8, 8)))
    found, other = (read_media(folder, file, PLACE) for file in ("good.png", "other.png"))
    sentences: list[str] = []

    with MediaStore() as store:
        sources = [
            MediaSource(folder, "good.png", PLACE, found.sha256),
            MediaSource(folder, "other.png", PLACE, other.sha256),
        ]
        store.prepare(sources, sentences.append)
        first, again = (store.save(found, PLACE, "good.png") for _ in range(2))

    assert sentences == ["media: 2 of 2 files written anew"]
    assert first == again
    assert [f"outputs/{path.name}" for path in kept.iterdir()] == [first.name]


@pytest.mark.django_db
def test_file_that_is_only_named_as_it_should_be_is_a_fault(folder: Path, kept: Path) -> None:
    (folder / "bad.png").write_bytes(PNG_BYTES[:-30])
    found = read_media(folder, "bad.png", PLACE)

    with MediaStore() as store, pytest.raises(ImportFault) as caught:
        store.save(found, PLACE, "bad.png")

    assert str(caught.value) == "outputs.jsonl, line 4: file 'bad.png': the picture cannot be read"
    assert not kept.exists()
