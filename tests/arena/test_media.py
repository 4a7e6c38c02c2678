"""What is left of a picture, a sound or a film, and what is refused?"""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from arena import media
from arena.domain.modality import Modality
from arena.media import MediaError, MediaTooLarge, UnknownMedia, rewrite, rewrite_image
from tests.media_files import NAME, film, loudness, picture, sound

CLOSE_LU = 1.5
TONE_TOLERANCE_LU = 1.0
OURS = {Modality.IMAGE: "image/webp", Modality.AUDIO: "audio/mpeg", Modality.VIDEO: "video/mp4"}


@pytest.mark.parametrize(
    ("data", "modality"),
    [
        (picture("PNG"), Modality.IMAGE),
        (picture("JPEG"), Modality.IMAGE),
        (picture("WEBP"), Modality.IMAGE),
        (sound("wav"), Modality.AUDIO),
        (sound("mp3"), Modality.AUDIO),
        (sound("ogg"), Modality.AUDIO),
        (sound("flac"), Modality.AUDIO),
        (film("mp4"), Modality.VIDEO),
        (film("webm"), Modality.VIDEO),
    ],
    ids=["png", "jpeg", "webp", "wav", "mp3", "ogg", "flac", "mp4", "webm"],
)
def test_metadata_that_names_the_model_is_gone(data: bytes, modality: Modality) -> None:
    clean = rewrite(data, modality)

    assert NAME.encode() in data or NAME.encode("utf-16-le") in data
    for trace in (NAME, NAME.lower(), NAME.upper()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert trace.encode(encoding) not in clean.data
    assert clean.media_type == OURS[modality]
    assert NAME not in clean.file_name


def test_two_files_have_names_that_say_nothing_of_each_other() -> None:
    first, second = rewrite_image(picture()), rewrite_image(picture())

    assert first.data == second.data
    assert first.file_name != second.file_name
    assert len(first.file_name) == len("0" * 32 + ".webp")


def test_sizes_and_lengths_are_measured() -> None:
    image, audio, video = rewrite_image(picture()), rewrite(sound(), Modality.AUDIO), rewrite(film(), Modality.VIDEO)

    assert (image.width, image.height, image.duration_s) == (64, 48, None)
    assert (audio.width, audio.height, audio.duration_s) == (None, None, pytest.approx(1, abs=0.1))
    assert (video.width, video.height, video.duration_s) == (64, 48, pytest.approx(1, abs=0.2))


def test_a_picture_stands_upright_and_keeps_what_is_transparent() -> None:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGBA", (30, 20), (255, 0, 0, 0)).save(target, "PNG", exif=exif.tobytes())

    clean = rewrite_image(target.getvalue())

    again = Image.open(io.BytesIO(clean.data))
    assert (again.size, again.mode, again.getpixel((5, 5))[3]) == ((20, 30), "RGBA", 0)
    assert "exif" not in again.info


def test_loud_and_quiet_come_out_alike_and_silence_stays_silent() -> None:
    loud, quiet = (loudness(rewrite(sound(volume=v), Modality.AUDIO).data) for v in (4.0, 0.2))
    one_channel, two_channels = (loudness(rewrite(sound("wav", 1.0, 1.0, "-ac", n), Modality.AUDIO).data) for n in "12")
    silence = rewrite(sound(volume=0.0), Modality.AUDIO)

    assert loud == pytest.approx(quiet, abs=TONE_TOLERANCE_LU)
    assert one_channel == pytest.approx(two_channels, abs=TONE_TOLERANCE_LU)
    assert loudness(silence.data) < media.SILENCE_LUFS


@pytest.mark.needs_data
def test_eight_voices_are_equally_loud(data_dir: Path) -> None:
    voices = sorted((data_dir / "media" / "audio").glob("tts-2__*"))

    before = [loudness(voice.read_bytes()) for voice in voices]
    after = [loudness(rewrite(voice.read_bytes(), Modality.AUDIO).data) for voice in voices]

    assert len(voices) == 8
    assert max(before) - min(before) > 5 * CLOSE_LU
    assert max(after) - min(after) <= CLOSE_LU
    assert after == pytest.approx([media.TARGET_LUFS] * 8, abs=CLOSE_LU)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def gif(n_frames: int) -> bytes:
    target, frames = io.BytesIO(), [Image.new("P", (8, 8), k) for k in range(n_frames)]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    return target.getvalue()


def moving(kind: str) -> bytes:
    target, frames = io.BytesIO(), [Image.new("RGB", (8, 8), (k, 0, 0)) for k in (0, 99, 200)]
    frames[0].save(target, kind, save_all=True, append_images=frames[1:])
    return target.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that says it is large."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(4096))) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnknownMedia),
        (SVG, UnknownMedia),
        (b"<html><script>alert(1)</script>", UnknownMedia),
        (gif(1), UnknownMedia),
        (gif(40), UnknownMedia),
        (moving("PNG"), UnknownMedia),
        (moving("WEBP"), UnknownMedia),
        (bomb(5_001, 5_000), MediaError),
        (bomb(60_000, 60_000), MediaError),
        (bomb(20_000, 1), MediaError),
        (picture()[:200], MediaError),
        (picture("JPEG")[:-300], MediaError),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, MediaError),
        (b"x" * (media.MAX_IMAGE_BYTES + 1), MediaTooLarge),
        (sound(), UnknownMedia),
    ],
    ids=[
        "empty", "svg", "html", "gif", "gif of 40", "apng", "moving webp", "25 MP", "3600 MP", "long side",
        "half a png", "half a jpeg", "png in name", "large", "sound",
    ],
)  # fmt: skip
def test_pictures_that_are_refused(data: bytes, error: type[MediaError]) -> None:
    with pytest.raises(MediaError) as caught:
        rewrite_image(data)

    assert isinstance(caught.value, error)


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 a zip " + NAME.encode(), b"%PDF-1.7"])
def test_what_hangs_on_a_picture_is_gone(tail: bytes) -> None:
    clean = rewrite_image(picture("PNG") + tail)

    assert tail not in clean.data
    assert clean.data == rewrite_image(picture("PNG")).data


@pytest.mark.parametrize(
    ("data", "modality"),
    [
        (b"", Modality.AUDIO),
        (b"x" * 5_000, Modality.AUDIO),
        (sound("wav")[:44], Modality.AUDIO),
        (film("mp4", 1.0, "64x48", "-an"), Modality.AUDIO),
        (picture(), Modality.AUDIO),
        (sound("mp3"), Modality.VIDEO),
        (picture(), Modality.VIDEO),
        (film("mp4")[:2_000], Modality.VIDEO),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Modality.AUDIO),
        (b"ffconcat version 1.0\nfile '/etc/hostname'\n", Modality.VIDEO),
        (SVG, Modality.VIDEO),
    ],
    ids=[
        "empty", "noise", "0 s", "film without sound", "picture for sound", "sound for film", "picture for film",
        "half a film", "playlist", "concat", "svg",
    ],
)  # fmt: skip
def test_sounds_and_films_that_are_refused(data: bytes, modality: Modality) -> None:
    with pytest.raises(MediaError):
        rewrite(data, modality)


def test_sound_and_film_have_a_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_SECONDS", 2)

    assert rewrite(sound("wav", 1.5), Modality.AUDIO).duration_s == pytest.approx(1.5, abs=0.1)
    with pytest.raises(MediaError, match="longer than"):
        rewrite(sound("wav", 4), Modality.AUDIO)
    with pytest.raises(MediaError, match="longer than"):
        rewrite(film("mp4", 4), Modality.VIDEO)


def test_sound_and_film_have_a_largest_size_and_may_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sound()
    monkeypatch.setattr(media, "FFMPEG_TIMEOUT_S", 0.001)
    with pytest.raises(MediaError, match="too long to read"):
        rewrite(data, Modality.AUDIO)
    monkeypatch.setattr(media, "MAX_MEDIA_BYTES", 100)

    with pytest.raises(MediaTooLarge):
        rewrite(data, Modality.AUDIO)


def test_texts_have_no_media() -> None:
    with pytest.raises(UnknownMedia):
        rewrite(picture(), Modality.TEXT)
