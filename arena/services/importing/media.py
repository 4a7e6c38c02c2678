"""How does a file of generated media come in? From inside its folder, of a known type, whole; then written anew, since
its metadata may name the model, under a name that says nothing. Next file to read: arena/media.py, catalog.py.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from arena.domain.modality import Modality
from arena.media import CleanMedia, MediaError, rewrite
from arena.models import Output
from arena.services.importing.files.places import Place

MAX_MEDIA_BYTES = 50 * 2**20
FOLDER = "outputs"
PROGRESS_EVERY = 10


@dataclass(frozen=True)
class MediaType:
    name: str
    extension: str
    modality: Modality
    other_names: tuple[str, ...] = ()


PNG = MediaType("image/png", "png", Modality.IMAGE)
JPEG = MediaType("image/jpeg", "jpg", Modality.IMAGE, ("image/jpg",))
WEBP = MediaType("image/webp", "webp", Modality.IMAGE)
WAV = MediaType("audio/wav", "wav", Modality.AUDIO, ("audio/x-wav", "audio/wave", "audio/vnd.wave"))
MP3 = MediaType("audio/mpeg", "mp3", Modality.AUDIO, ("audio/mp3",))
OGG = MediaType("audio/ogg", "ogg", Modality.AUDIO, ("audio/opus", "audio/vorbis"))
MP4 = MediaType("video/mp4", "mp4", Modality.VIDEO)
WEBM = MediaType("video/webm", "webm", Modality.VIDEO)


@dataclass(frozen=True)
class Media:
    """A file that was looked at, and may come in."""

    data: bytes
    type: MediaType
    sha256: str


@dataclass(frozen=True)
class MediaSource:
    """Where a file that was looked at lies."""

    folder: Path
    file: str
    place: Place
    sha256: str


def read_media(folder: Path, file: str, place: Place, *, said_type: str = "", said_sha256: str = "") -> Media:
    """The bytes of `file`, a path within `folder`, after every check.

    Raises ImportFault if it lies outside, by name or by link; is missing, empty or too large; is of no known type, or
    of another one than said; or has another digest than said.
    """
    path = inside(folder, file, place)
    try:
        size = path.stat().st_size if path.is_file() else 0
        data = path.read_bytes() if 0 < size <= MAX_MEDIA_BYTES else b""
    except OSError as error:
        raise place.fault(f"file {file!r} cannot be read: {error.strerror or error}") from error
    if not data:
        problem = f"larger than {MAX_MEDIA_BYTES:,} bytes" if size else "missing or empty"
        raise place.fault(f"file {file!r} is {problem}")
    media = Media(data, _type_of(data, file, place), sha256(data).hexdigest())
    if said_type and said_type.lower() not in (media.type.name, *media.type.other_names):
        raise place.fault(f"file {file!r} is {media.type.name}, not {said_type}")
    if said_sha256 and said_sha256.lower() != media.sha256:
        raise place.fault(f"file {file!r} is not the one of the sha256 beside it: it has {media.sha256}")
    return media


def inside(folder: Path, file: str, place: Place) -> Path:
    """The real path of a file named in a folder. Raises ImportFault if it leads out of it."""
    named = PurePosixPath(file)
    root = folder.resolve()
    try:
        path = (root / named).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise place.fault(f"file {file!r} is no path") from error
    if named.is_absolute() or ".." in named.parts or not path.is_relative_to(root):
        raise place.fault(f"file {file!r} leads out of the folder")
    return path


@dataclass(frozen=True)
class StoredMedia:
    """A file of ours: its name in the store tells neither model nor prompt."""

    name: str
    media_type: str
    width: int | None
    height: int | None
    duration_s: float | None


class MediaStore:
    """Files that are kept if the block around it succeeds, and taken away again if it does not.

    The same source is written anew once, however many rows have it.
    """

    def __init__(self) -> None:
        self._stored: dict[str, StoredMedia] = {}
        self._is_used: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for digest, stored in self._stored.items():
            if error is not None or digest not in self._is_used:
                default_storage.delete(stored.name)

    def prepare(self, sources: Sequence[MediaSource], progress: Callable[[str], None]) -> None:
        """Write anew what is not in the catalogue yet, before anything is locked: it takes its time.

        Raises ImportFault for a file that cannot be read or is too long.
        """
        known = set(Output.objects.exclude(sha256="").values_list("sha256", flat=True))
        new = [source for source in sources if source.sha256 not in known]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for n, (source, clean) in enumerate(zip(new, pool.map(_rewritten, new), strict=True), start=1):
                self._keep(source.sha256, clean)
                if n % PROGRESS_EVERY == 0 or n == len(new):
                    progress(f"media: {n} of {len(new)} files written anew")

    def save(self, media: Media, place: Place, file: str) -> StoredMedia:
        """Raises ImportFault as prepare."""
        if media.sha256 not in self._stored:
            self._keep(media.sha256, _clean(media, place, file))
        self._is_used.add(media.sha256)
        return self._stored[media.sha256]

    def _keep(self, digest: str, clean: CleanMedia) -> None:
        name = f"{FOLDER}/{clean.file_name}"
        self._stored[digest] = StoredMedia(name, clean.media_type, clean.width, clean.height, clean.duration_s)
        default_storage.save(name, ContentFile(clean.data))


def _rewritten(source: MediaSource) -> CleanMedia:
    return _clean(read_media(source.folder, source.file, source.place), source.place, source.file)


def _clean(media: Media, place: Place, file: str) -> CleanMedia:
    try:
        return rewrite(media.data, media.type.modality)
    except MediaError as error:
        raise place.fault(f"file {file!r}: {error}") from error


def _type_of(data: bytes, file: str, place: Place) -> MediaType:
    """By its first bytes: what a file is called proves nothing."""
    for media_type, offset, magic in MAGIC:
        if data.startswith(magic, offset) and (media_type not in RIFF or data.startswith(b"RIFF")):
            return media_type
    raise place.fault(f"file {file!r} is none of: {', '.join(sorted({known.name for known, _, _ in MAGIC}))}")


RIFF = (WEBP, WAV)
MAGIC = (
    (PNG, 0, b"\x89PNG\r\n\x1a\n"),
    (JPEG, 0, b"\xff\xd8\xff"),
    (WEBP, 8, b"WEBP"),
    (WAV, 8, b"WAVE"),
    (OGG, 0, b"OggS"),
    (MP3, 0, b"ID3"),
    (MP3, 0, b"\xff\xfb"),
    (MP3, 0, b"\xff\xf3"),
    (MP3, 0, b"\xff\xf2"),
    (MP4, 4, b"ftyp"),
    (WEBM, 0, b"\x1a\x45\xdf\xa3"),
)
