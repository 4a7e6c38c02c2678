"""How do tests get pictures, sounds and films that name their maker? Made here, small, with NAME wherever it fits."""

import io
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, PngImagePlugin

NAME = "Painter-9000"
MAKER_TAG, SOFTWARE_TAG = 0x010F, 0x0131  # of EXIF
TAGS = ("title", "artist", "comment", "description", "encoder", "album", "copyright")


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture whose metadata names the model: text chunks, EXIF, a comment, XMP, an ICC profile."""
    image = Image.new("RGB", size, "teal")
    image.paste("orange", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[MAKER_TAG] = exif[SOFTWARE_TAG] = NAME
    options = {"exif": exif.tobytes(), "icc_profile": b"not a profile of " + NAME.encode()}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("parameters", f"made by {NAME}")
        notes.add_itxt("XML:com.adobe.xmp", f"<x>{NAME}</x>")
        notes.add_text("Software", NAME, zip=True)
        options["pnginfo"] = notes
    else:
        options |= {"comment": NAME.encode()} if kind == "JPEG" else {"xmp": NAME.encode()}
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def sound(ending: str = "wav", seconds: float = 1.0, volume: float = 1.0, *more: str) -> bytes:
    """A tone whose tags name the model."""
    source = f"sine=frequency=440:duration={seconds},volume={volume}"
    return _ffmpeg(ending, ["-f", "lavfi", "-i", source, *_tags(), *more])


def film(ending: str = "mp4", seconds: float = 1.0, size: str = "64x48", *more: str) -> bytes:
    """Moving bars with a tone; the tags name the model."""
    bars = ["-f", "lavfi", "-i", f"testsrc=duration={seconds}:size={size}:rate=10"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
    return _ffmpeg(ending, [*bars, *tone, "-pix_fmt", "yuv420p", *_tags(), "-metadata:s:v", f"title={NAME}", *more])


def loudness(data: bytes) -> float:
    """Integrated, in LUFS, by the meter of ffmpeg."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-nostats", "-i", file.name]
        done = subprocess.run([*command, "-af", "ebur128=framelog=quiet", "-f", "null", "-"], capture_output=True)
    line = next(line for line in reversed(done.stderr.decode().splitlines()) if line.strip().startswith("I:"))
    return float(line.split()[1])


def _tags() -> list[str]:
    return [part for tag in TAGS for part in ("-metadata", f"{tag}={NAME}")]


def _ffmpeg(ending: str, options: Sequence[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"file.{ending}")
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *options, str(target)]
        subprocess.run(command, check=True)
        return target.read_bytes()
