"""Who vouches for this tree hash? Checkpoints as signed notes, readable by any transparency-log tool.

Read next: merkle.py (the hash inside a checkpoint). Signing and checking are callables given by the caller, so that
this file needs no cryptography library: `sign(message) -> 64 bytes`, `verify(public_key, message, signature) -> bool`.
Source: C2SP signed-note and tlog-checkpoint (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from ratings.errors import RatingsError
from ratings.merkle import HASH_BYTES, MAX_SIZE

ED25519 = b"\x01"  # algorithm byte of the signed-note format
ED25519_KEY_BYTES = 32
ED25519_SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 1_000_000  # the limit of the Go reference reader
MAX_SIGNATURES = 100
SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<value>[A-Za-z0-9+/]+={0,2})")
KEY_NAME = re.compile(r"[^\s+]+")
SIZE_TEXT = re.compile(r"0|[1-9][0-9]{0,18}")
CHECKPOINT_LINES = 3

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]


class NoteError(RatingsError, ValueError):
    """A note, checkpoint or key is malformed, or its signature is not one of the key asked for."""


@dataclass(frozen=True)
class Checkpoint:
    """One published state of a ledger.

    origin : name of the ledger, one line.   size : number of records.   root : 32 bytes, the RFC 6962 tree hash.
    """

    origin: str
    size: int
    root: bytes


def key_id(name: str, public_key: bytes) -> bytes:
    """SHA-256(name | 0x0A | 0x01 | public key), first 4 bytes: the hint by which a signature line names its key.

    name : without spaces and plus.   public_key : 32 bytes, Ed25519.
    Returns 4 bytes. Raises NoteError if either is malformed.
    """
    if not KEY_NAME.fullmatch(name) or len(public_key) != ED25519_KEY_BYTES:
        raise NoteError(f"not an Ed25519 key with a name: {name!r}, {len(public_key)} bytes")
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


def format_verifier_key(name: str, public_key: bytes) -> str:
    """`name+hex key id+base64(0x01 | public key)`: the public key as one line to pin or print.

    Returns str. Raises NoteError as key_id.
    """
    return f"{name}+{key_id(name, public_key).hex()}+{_encode(ED25519 + public_key)}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """The inverse of format_verifier_key.

    Returns (name, public_key). Raises NoteError if malformed, of another algorithm, or with a wrong key id.
    """
    name, _, rest = text.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    key = _decode(encoded)
    if key[:1] != ED25519 or key_id(name, key[1:]).hex() != identity:
        raise NoteError(f"not an Ed25519 verifier key: {text!r}")
    return name, key[1:]


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The three lines that are signed: origin, size, base64 root.

    Returns str ending in a newline. Raises NoteError if a line could not be read back.
    """
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{_encode(checkpoint.root)}\n"
    parse_checkpoint(text)
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """The inverse of format_checkpoint; further lines (extensions) are allowed and ignored.

    Returns Checkpoint. Raises NoteError if a line is missing or malformed.
    """
    lines = text.split("\n")
    if len(lines) <= CHECKPOINT_LINES or lines[-1]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    origin, size, root = lines[:CHECKPOINT_LINES]
    if not origin.strip() or not origin.isprintable():
        raise NoteError("a checkpoint begins with the name of its ledger")
    if not SIZE_TEXT.fullmatch(size) or int(size) > MAX_SIZE:
        raise NoteError(f"not a ledger size: {size!r}")
    digest = _decode(root)
    if len(digest) != HASH_BYTES:
        raise NoteError(f"not a root hash: {root!r}")
    return Checkpoint(origin, int(size), digest)


def sign_note(text: str, *, name: str, public_key: bytes, sign: Sign) -> str:
    """text, an empty line, and one signature line.

    text : ends in a newline.   name, public_key : as key_id.   sign : bytes -> 64 bytes.
    Returns str. Raises NoteError if text or signature is malformed.
    """
    _check_text(text)
    signature = sign(text.encode())
    if len(signature) != ED25519_SIGNATURE_BYTES:
        raise NoteError(f"an Ed25519 signature has {ED25519_SIGNATURE_BYTES} bytes, not {len(signature)}")
    return f"{text}\n— {name} {_encode(key_id(name, public_key) + signature)}\n"


def verify_note(note: str, *, name: str, public_key: bytes, verify: Verify) -> str:
    """The text of a note, if the key signed it. Lines of unknown keys are ignored, one bad line of ours is not.

    note : from sign_note.   verify : (public key, message, signature) -> bool.
    Returns the signed text. Raises NoteError if the note is malformed or the key's signature is missing or wrong.
    """
    text, signatures = parse_note(note)
    wanted = key_id(name, public_key)
    ours = [value for signer, identity, value in signatures if signer == name and identity == wanted]
    if not ours:
        raise NoteError(f"no signature of {name}")
    if not all(len(value) == ED25519_SIGNATURE_BYTES and verify(public_key, text.encode(), value) for value in ours):
        raise NoteError(f"the signature of {name} is wrong")
    return text


def parse_note(note: str) -> tuple[str, tuple[tuple[str, bytes, bytes], ...]]:
    """The text and the signature lines of a note, unchecked.

    Returns (text, ((name, key id, signature), ...)). Raises NoteError if malformed.
    """
    if len(note.encode(errors="replace")) > MAX_NOTE_BYTES:
        raise NoteError("the note is too long")
    text, separator, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or lines[-1] or not 1 <= len(lines) - 1 <= MAX_SIGNATURES:
        raise NoteError("a note is a text, an empty line and signature lines")
    _check_text(text + "\n")
    return text + "\n", tuple(_parse_signature(line) for line in lines[:-1])


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    found = SIGNATURE_LINE.fullmatch(line)
    if not found:
        raise NoteError(f"not a signature line: {line!r}")
    value = _decode(found["value"])
    if len(value) <= KEY_ID_BYTES:
        raise NoteError(f"not a signature line: {line!r}")
    return found["name"], value[:KEY_ID_BYTES], value[KEY_ID_BYTES:]


def _check_text(text: str) -> None:
    """A text that two readers could split differently is refused before it is signed or trusted."""
    if not text.endswith("\n") or any(ord(char) < ord(" ") and char != "\n" for char in text):
        raise NoteError("a note text ends in a newline and holds no control characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoteError("a note text is valid Unicode") from error


def _encode(data: bytes) -> str:
    return b64encode(data).decode()


def _decode(text: str) -> bytes:
    """Strict base64: what does not encode back to the same text is refused."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteError(f"not base64: {text!r}") from error
    if _encode(data) != text:
        raise NoteError(f"not base64: {text!r}")
    return data
