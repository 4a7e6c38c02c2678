"""How is a pair sealed before the first word is shown? With a nonce that nobody knows until the vote.

Next file to read: ratings/commitments.py, the formula; static/arena/seal.js, which checks it in the browser.
"""

import secrets
import uuid
from dataclasses import dataclass

from arena.models import Contestant
from ratings.ledger import commitment

NONCE_BYTES = 32


@dataclass(frozen=True)
class Seal:
    """The id of a new battle, and what hides and later proves who met in it."""

    battle_id: uuid.UUID
    nonce: bytes
    commitment: bytes


def seal_pair(a: Contestant, b: Contestant) -> Seal:
    """A seal over these two, on these sides."""
    battle_id, nonce = uuid.uuid4(), secrets.token_bytes(NONCE_BYTES)
    return Seal(battle_id, nonce, commitment(battle_id, a.slug, b.slug, nonce))
