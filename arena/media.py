"""How is a picture, a sound or a film made harmless and nameless? Decoded, and written anew without metadata.

What cannot be decoded is refused. All sounds come out in one format and at one loudness, so that neither names a model
nor wins a vote. Next file to read: services/coordinator.py, services/uploads.py and services/importing, which use it.
"""

import io
import math
import re
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from arena.domain.modality import Modality

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_MEDIA_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_IMAGE_SIDE = 16_383  # of WebP
MAX_SECONDS = 600
IMAGE_FORMATS = ("PNG", "JPEG", "WEBP")
WEBP_QUALITY = 92
FFMPEG_TIMEOUT_S = 120
# Demuxers that read one file and nothing beside it: a playlist could name other files of this machine.
CONTAINERS = "wav,mp3,ogg,flac,aac,mov,mp4,matroska,webm"
ONE_FORMAT = "aformat=sample_rates=44100:channel_layouts=stereo"
# EBU R 128, between its -23 and the -16 of the web: most speech needs no limiter at this level.
TARGET_LUFS = -18.0
SILENCE_LUFS = -69.0
MAX_GAIN_DB = 20.0
METER = ("-af", f"{ONE_FORMAT},ebur128=framelog=quiet")
LIMITER = "alimiter=limit=0.84:level=disabled"  # -1.5 dB
LOUDNESS = re.compile(r"^\s+I:\s+(-?[\d.]+|-inf|nan) LUFS", re.MULTILINE)
DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)")
SIZE = re.compile(r"Video: .*?, (\d{1,5})x(\d{1,5})[ ,]")


class MediaError(Exception):
    """The file is not what it should be; the sentence may be shown to whoever gave it."""


class MediaTooLarge(MediaError):
    """In bytes."""


class UnknownMedia(MediaError):
    """Not of a kind that is taken."""


@dataclass(frozen=True)
class CleanMedia:
    """A file of ours: opaque name, no metadata, no trace of who made it."""

    file_name: str
    media_type: str
    data: bytes
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


def rewrite(data: bytes, modality: Modality) -> CleanMedia:
    """The same picture, sound or film as a new file. Raises MediaError if it cannot be read or is too large."""
    if modality is Modality.IMAGE:
        return rewrite_image(data)
    if modality is Modality.AUDIO:
        return _rewrite_audio(data)
    if modality is Modality.VIDEO:
        return _rewrite_video(data)
    raise UnknownMedia("this arena has texts only")


def rewrite_image(data: bytes) -> CleanMedia:
    """A WebP, upright, in sRGB, without metadata. Raises MediaError."""
    if len(data) > MAX_IMAGE_BYTES:
        raise MediaTooLarge(f"the picture is larger than {MAX_IMAGE_BYTES // 1024**2} MB")
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as picture:
            _check_size(picture)
            plain = _in_srgb(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        raise UnknownMedia("this is no picture in PNG, JPEG or WebP") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaError("the picture cannot be read") from error
    plain.info.clear()  # the encoder would copy what it finds there
    target = io.BytesIO()
    plain.save(target, "WEBP", quality=WEBP_QUALITY, method=4)
    return CleanMedia(_opaque("webp"), "image/webp", target.getvalue(), plain.width, plain.height)


def _check_size(picture: Image.Image) -> None:
    """From the header, before anything is decoded."""
    if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_IMAGE_SIDE:
        raise MediaError(f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels, or too long a side")
    if getattr(picture, "n_frames", 1) > 1:
        raise UnknownMedia("moving pictures are not taken")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The profile goes with the metadata, so the colours are converted first; a broken profile is no profile."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted or picture.convert(mode)
        except (ImageCms.PyCMSError, OSError, TypeError):
            return picture.convert(mode)
    return picture.convert(mode)


def _rewrite_audio(data: bytes) -> CleanMedia:
    with _opened(data) as film:
        options = ["-map", "0:a:0", "-af", film.one_loudness(), "-c:a", "libmp3lame", "-b:a", "160k"]
        out, seconds, _ = film.write("mp3", options)
    return CleanMedia(_opaque("mp3"), "audio/mpeg", out, duration_s=seconds)


def _rewrite_video(data: bytes) -> CleanMedia:
    video = ["-map", "0:v:0", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart"]
    even = ["-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2"]
    with _opened(data) as film:
        sound = ["-map", "0:a:0", "-af", film.one_loudness(), "-c:a", "aac", "-b:a", "160k"] if film.has_sound else []
        out, seconds, report = film.write("mp4", [*video, *even, *sound])
    size = SIZE.findall(report)
    width, height = map(int, size[-1]) if size else (None, None)
    return CleanMedia(_opaque("mp4"), "video/mp4", out, width, height, seconds)


@contextmanager
def _opened(data: bytes) -> Iterator["_Film"]:
    if len(data) > MAX_MEDIA_BYTES:
        raise MediaTooLarge(f"the file is larger than {MAX_MEDIA_BYTES // 1024**2} MB")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        source.write_bytes(data)
        yield _Film(source)


class _Film:
    """A sound or a film in a folder of its own, read by the packaged ffmpeg, which can open no other file."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.loudness = self._measure()

    @property
    def has_sound(self) -> bool:
        return self.loudness is not None

    def one_loudness(self) -> str:
        """The filters that bring it to the loudness of all others; silence stays silence."""
        is_heard = self.loudness is not None and math.isfinite(self.loudness) and self.loudness > SILENCE_LUFS
        gain = TARGET_LUFS - self.loudness if is_heard and self.loudness is not None else 0.0
        return f"{ONE_FORMAT},volume={max(-MAX_GAIN_DB, min(MAX_GAIN_DB, gain)):.2f}dB,{LIMITER}"

    def write(self, ending: str, options: Sequence[str]) -> tuple[bytes, float, str]:
        """The new file, its seconds, and what ffmpeg said. Raises MediaError."""
        target = self.source.with_name(f"target.{ending}")
        exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
        bare = ["-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-sn", "-dn"]
        self._run([*options, *bare, *exact, str(target)])
        report = _ffmpeg("-i", str(target)).stderr.decode(errors="replace")  # our own header is true
        seconds = _seconds(report)
        if not 0 < seconds <= MAX_SECONDS:
            raise MediaError(f"the file is empty or longer than {MAX_SECONDS // 60} minutes")
        return target.read_bytes(), seconds, report

    def _measure(self) -> float | None:
        """Integrated loudness in LUFS by EBU R 128; None without sound."""
        report = self._run(["-map", "0:a:0?", "-map", "0:v:0?", "-c:v", "copy", *METER, "-f", "null", "-"])
        found = LOUDNESS.findall(report)
        return float(found[-1]) if found else None

    def _run(self, options: Sequence[str]) -> str:
        """What ffmpeg says of the source. Raises MediaError."""
        bounds = ["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-max_pixels", str(MAX_PIXELS)]
        done = _ffmpeg(*bounds, "-t", str(MAX_SECONDS + 1), "-i", str(self.source), *options)
        if done.returncode:
            raise UnknownMedia("the file cannot be read as sound or film")
        return done.stderr.decode(errors="replace")


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-nostats", *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=FFMPEG_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise MediaError("the file takes too long to read") from error


def _seconds(report: str) -> float:
    found = DURATION.search(report)
    if not found:
        return 0.0
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _opaque(ending: str) -> str:
    return f"{uuid.uuid4().hex}.{ending}"
