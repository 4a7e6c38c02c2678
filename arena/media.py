"""How is a picture, a sound or a film made harmless and nameless? Decoded, and written anew without metadata.

A file that cannot be decoded is refused. Next file to read: services/responses.py and services/importing, which use it.
"""

import io
import re
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageOps, UnidentifiedImageError

from arena.domain.modality import Modality

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_MEDIA_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_SECONDS = 600
IMAGE_FORMATS = ("PNG", "JPEG", "WEBP")
WEBP_QUALITY = 92
FFMPEG_TIMEOUT_S = 120
LOUDNESS = "loudnorm=I=-18:TP=-2:LRA=11"  # EBU R 128: one loudness for all, so that the louder one does not win
DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)")


class MediaError(Exception):
    """The file is not what it should be; the sentence may be shown to whoever gave it."""


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
    raise MediaError("this arena has texts only")


def rewrite_image(data: bytes) -> CleanMedia:
    """A WebP of the first frame, upright, without metadata."""
    if len(data) > MAX_IMAGE_BYTES:
        raise MediaError(f"the picture is larger than {MAX_IMAGE_BYTES // 1024**2} MB")
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise MediaError(f"the picture has more than {MAX_PIXELS // 1_000_000} million pixels")
            if getattr(picture, "n_frames", 1) > 1:
                raise MediaError("moving pictures are not taken")
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError("the picture cannot be read; PNG, JPEG and WebP are taken") from error
    target = io.BytesIO()
    plain.save(target, "WEBP", quality=WEBP_QUALITY, method=4)
    return CleanMedia(_opaque("webp"), "image/webp", target.getvalue(), plain.width, plain.height)


def _rewrite_audio(data: bytes) -> CleanMedia:
    out, seconds = _ffmpeg(data, "mp3", ["-vn", "-af", LOUDNESS, "-ar", "44100", "-c:a", "libmp3lame", "-b:a", "160k"])
    return CleanMedia(_opaque("mp3"), "audio/mpeg", out, duration_s=seconds)


def _rewrite_video(data: bytes) -> CleanMedia:
    video = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart"]
    even = ["-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2"]
    out, seconds = _ffmpeg(data, "mp4", [*even, *video, "-af", LOUDNESS, "-c:a", "aac", "-b:a", "160k"])
    return CleanMedia(_opaque("mp4"), "video/mp4", out, duration_s=seconds)


def _ffmpeg(data: bytes, ending: str, options: Sequence[str]) -> tuple[bytes, float]:
    """Run the packaged ffmpeg from file to file; no protocol but files, so that no playlist can fetch anything."""
    if len(data) > MAX_MEDIA_BYTES:
        raise MediaError(f"the file is larger than {MAX_MEDIA_BYTES // 1024**2} MB")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, f"target.{ending}")
        source.write_bytes(data)
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-protocol_whitelist", "file"]
        command += ["-t", str(MAX_SECONDS), "-i", str(source), "-map_metadata", "-1", "-map_chapters", "-1"]
        command += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", *options, str(target)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=FFMPEG_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise MediaError("the file takes too long to read") from error
        if done.returncode or not target.exists():
            raise MediaError("the file cannot be read")
        seconds = _duration(done.stderr.decode(errors="replace"))
        if not 0 < seconds <= MAX_SECONDS:
            raise MediaError(f"the file is empty or longer than {MAX_SECONDS // 60} minutes")
        return target.read_bytes(), seconds


def _duration(report: str) -> float:
    found = DURATION.search(report)
    if not found:
        return 0.0
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _opaque(ending: str) -> str:
    return f"{uuid.uuid4().hex}.{ending}"
