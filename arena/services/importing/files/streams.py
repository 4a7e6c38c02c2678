"""How is a file of strangers opened so that it cannot hurt? Regular files only; gzip within limits.

Next file to read: readers.py.
"""

import gzip
import io
import zlib
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, BinaryIO

from arena.domain.errors import ImportFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 100  # texts shrink to a third or a tenth; bombs of gzip to a thousandth
RATIO_FREE_BYTES = 2**20  # small files may shrink as they like
MAX_LINE_BYTES = 32 * 2**20
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"


def open_limited(path: Path, name: str) -> BinaryIO:
    """The bytes of a file, unpacked where it is gzipped, whatever it is called; name is what faults call it.

    Raises ImportFault if there is no such file, it is no regular file, a zip archive, too large, or (while reading)
    a broken or monstrous gzip.
    """
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise ImportFault(name, None, "is not a file")
        if status.st_size > MAX_UNPACKED_BYTES:
            raise ImportFault(name, None, f"is larger than {MAX_UNPACKED_BYTES:,} bytes: split it")
        with path.open("rb") as stream:
            start = stream.read(len(ZIP_MAGIC))
        if start == ZIP_MAGIC:
            raise ImportFault(name, None, "is a zip archive: unpack it first")
        if start.startswith(GZIP_MAGIC):
            return io.BufferedReader(_Unpacked(path, name, status.st_size), RATIO_FREE_BYTES)
        return path.open("rb")
    except OSError as error:
        raise ImportFault(name, None, f"cannot be read: {error.strerror or error}") from error


class _Unpacked(io.RawIOBase):
    """A gzipped file as it is unpacked, which ends with a fault when it grows out of proportion."""

    def __init__(self, path: Path, name: str, n_packed: int) -> None:
        self._stream = gzip.GzipFile(path, "rb")
        self._name, self._n_packed = name, n_packed
        self._n_unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except (OSError, EOFError, zlib.error) as error:
            raise ImportFault(self._name, None, f"is a broken gzip file: {error}") from error
        view[: len(data)] = data
        self._n_unpacked += len(data)
        self._check_size()
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _check_size(self) -> None:
        if self._n_unpacked > max(RATIO_FREE_BYTES, MAX_RATIO * self._n_packed):
            raise ImportFault(self._name, None, f"unpacks to more than {MAX_RATIO} times its size: refused as a bomb")
        if self._n_unpacked > MAX_UNPACKED_BYTES:
            raise ImportFault(self._name, None, f"unpacks to more than {MAX_UNPACKED_BYTES:,} bytes: split it")
