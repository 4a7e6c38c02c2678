"""How is something bound now and shown later? Commitments to battles and texts, pseudonyms of voters.

Read next: ledger.py (the records that hold these values). Prefix bytes 0x02, 0x03, 0x04 keep the three kinds of
commitment apart from each other and from the leaves (0x00) and nodes (0x01) of the ledger's tree.
"""

import hmac
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from ratings.errors import RatingsError

BATTLE_PREFIX = b"\x02"
PROMPT_PREFIX = b"\x03"
RESPONSE_PREFIX = b"\x04"
NONCE_BYTES = 32
SALT_BYTES = 32
PSEUDONYM_BYTES = 16
LENGTH_BYTES = 2
SECONDS_PER_MINUTE = 60
MONTHS_PER_QUARTER = 3
PROBABILITY_DECIMALS = 10


class RecordError(RatingsError, ValueError):
    """A record, commitment or pseudonym was asked for with parts that the ledger cannot hold."""


def commitment(battle: UUID, slug_a: str, slug_b: str, nonce: bytes) -> bytes:
    """SHA-256(0x02 | battle, 16 bytes | u16be length | slug_a | u16be length | slug_b | nonce, 32 bytes).

    slug_a, slug_b : hashed in UTF-8.   nonce : 32 random bytes, secret until the vote.
    Returns 32 bytes (public files show lower-case hex). Raises RecordError for a long slug or a short nonce.
    Source: CONTRACT section 2 of this project; lengths keep "ab" + "c" apart from "a" + "bc".
    """
    if len(nonce) != NONCE_BYTES:
        raise RecordError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return sha256(BATTLE_PREFIX + battle.bytes + _with_length(slug_a) + _with_length(slug_b) + nonce).digest()


def prompt_commitment(salt: bytes, text: str) -> bytes:
    """SHA-256(0x03 | salt, 32 bytes | text in UTF-8): binds the prompt without showing it.

    Returns 32 bytes. Raises RecordError if the salt is short or the text is no Unicode.
    """
    return _text_commitment(PROMPT_PREFIX, salt, text)


def response_commitment(salt: bytes, text: str) -> bytes:
    """SHA-256(0x04 | salt, 32 bytes | text in UTF-8): binds a response without showing it.

    Returns 32 bytes. Raises RecordError if the salt is short or the text is no Unicode.
    """
    return _text_commitment(RESPONSE_PREFIX, salt, text)


def voter_pseudonym(secret: bytes, epoch: str) -> bytes:
    """HMAC-SHA256(secret, "epoch:" + epoch), first 16 bytes: one voter in one quarter, unlinkable to the next.

    secret : the voter's random bytes.   epoch : from epoch_of, such as 2026Q4.
    Returns 16 bytes. Raises RecordError if the secret is empty.
    """
    if not secret:
        raise RecordError("a pseudonym needs a secret")
    return hmac.digest(secret, f"epoch:{epoch}".encode(), "sha256")[:PSEUDONYM_BYTES]


def epoch_of(moment: datetime) -> str:
    """The calendar quarter in UTC, such as 2026Q4. Raises RecordError for a time without a zone."""
    utc = _utc(moment)
    return f"{utc.year:04d}Q{(utc.month - 1) // MONTHS_PER_QUARTER + 1}"


def unix_minutes(moment: datetime) -> int:
    """Whole minutes since 1970 in UTC, rounded down. Raises RecordError for a time without a zone."""
    return int(_utc(moment).timestamp() // SECONDS_PER_MINUTE)


def probability_text(probability: float | Decimal) -> str:
    """A probability with 10 decimals, as the ledger and the public files spell it.

    Returns str. Raises RecordError unless it lies in (0, 1] after rounding.
    """
    text = f"{probability:.{PROBABILITY_DECIMALS}f}"
    if not 0 < probability <= 1 or not Decimal(text):
        raise RecordError(f"not a probability of a pair that was drawn: {probability}")
    return text


def check_text(text: str) -> bytes:
    """The UTF-8 bytes of a text. Returns bytes. Raises RecordError for half a surrogate pair (no UTF-8 exists)."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise RecordError("a text holds half a surrogate pair") from error


def _text_commitment(prefix: bytes, salt: bytes, text: str) -> bytes:
    if len(salt) != SALT_BYTES:
        raise RecordError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(prefix + salt + check_text(text)).digest()


def _with_length(slug: str) -> bytes:
    data = check_text(slug)
    if len(data) >= 1 << 8 * LENGTH_BYTES:
        raise RecordError(f"a slug of {len(data)} bytes is too long")
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise RecordError("a time needs its zone")
    return moment.astimezone(UTC)
