"""How does a voter who looks like a program show that it takes the trouble? By work that no other site is told of.

The challenge (ALTCHA) is made and checked here, for this voter alone; each solution is taken once.
Next file to read: starts.py, which asks for one.
"""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from arena.domain.start_limits import StartLimits
from arena.models import SolvedChallenge
from arena.queries.clock import database_now

LIFETIME = timedelta(minutes=10)
FOR_VOTER = "v"  # name of the parameter that ties a challenge to a voter
MAX_PAYLOAD_LENGTH = 2_000
FIELDS = {"algorithm": str, "challenge": str, "number": int, "salt": str, "signature": str}
ALGORITHM: Literal["SHA-256"] = "SHA-256"


@dataclass(frozen=True)
class Challenge:
    """As the widget and scripts take it: find the number whose hash behind the salt is the challenge."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def issue_challenge(*, voter_id: UUID) -> Challenge:
    """A fresh one, for this voter alone."""
    limits, now = settings.START_LIMITS or StartLimits(), database_now()
    made = altcha.create_challenge(
        altcha.ChallengeOptions(
            algorithm=ALGORITHM,
            max_number=limits.work,
            hmac_key=_key(),
            expires=now + LIFETIME,
            params={FOR_VOTER: _tag(voter_id)},
        )
    )
    return Challenge(made.algorithm, made.challenge, limits.work, made.salt, made.signature)


def accept_solution(*, voter_id: UUID, solution: str, now: datetime) -> bool:
    """Whether this solves a challenge of this voter, in time and for the first time; it is then used up."""
    payload = _read(solution)
    if payload is None or payload["algorithm"] != ALGORITHM:
        return False
    is_right, _ = altcha.verify_solution(payload, _key(), check_expires=True)
    if not is_right or altcha.extract_params(payload).get(FOR_VOTER) != [_tag(voter_id)]:
        return False
    # Two requests at once: the second waits for the first, and then finds its row.
    _, is_first = SolvedChallenge.objects.get_or_create(
        digest=payload["challenge"], defaults={"expires_at": now + 2 * LIFETIME}
    )
    return is_first


def delete_old_challenges(*, now: datetime) -> None:
    SolvedChallenge.objects.filter(expires_at__lte=now).delete()


def _read(solution: str) -> Any:
    """The fields of a solution, each of its type; None for anything else. Any: whatever a client sends."""
    if len(solution) > MAX_PAYLOAD_LENGTH:
        return None
    try:
        payload = json.loads(base64.b64decode(solution, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    is_whole = isinstance(payload, dict) and all(type(payload.get(name)) is kind for name, kind in FIELDS.items())
    return payload if is_whole else None


def _key() -> str:
    return salted_hmac("arena.challenge", "key", algorithm="sha256").hexdigest()


def _tag(voter_id: UUID) -> str:
    return salted_hmac("arena.challenge.voter", str(voter_id), algorithm="sha256").hexdigest()[:16]
