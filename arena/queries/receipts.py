"""What does a voter keep to find the vote again? An opaque string that only this site can make and read.

It stands for the battle, which is what the ledger names; the same battle always has the same receipt.
Next file to read: reveals.py.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from arena.domain.errors import NotFound

SALT = "arena.receipt"
SEPARATOR = "."


def receipt_of(battle_id: UUID) -> str:
    """Letters, digits, '-', '_' and one '.': safe in an address."""
    return _signer().sign(battle_id.hex)


def battle_id_of(receipt: str) -> UUID:
    """Raises NotFound for what is not a receipt of this site."""
    try:
        return UUID(hex=_signer().unsign(receipt))
    except BadSignature:
        raise NotFound from None


def _signer() -> Signer:
    return Signer(salt=SALT, sep=SEPARATOR)
