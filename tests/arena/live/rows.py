"""What do the tests of sockets start from? A voter with a session, and a battle that could give names away.

Everything that names a contestant contains LEAK, so that a frame can be searched for all of it at once.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from arena.domain.battle_state import BattleState, Side
from arena.domain.metadata import VoterKind
from arena.domain.visibility import Visibility
from arena.models import Arena, Battle, Contestant, Delta, Endpoint, Leaderboard, Prompt, Response, Snapshot, Voter
from arena.queries.clock import database_now
from ratings.ledger import commitment

LEAK = "zephyrine"


@dataclass(frozen=True)
class Visitor:
    """A browser: its voter and the cookie of its session."""

    voter: Voter
    cookie: str


def new_visitor() -> Visitor:
    voter = Voter.objects.create()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["voter"] = str(voter.pk)
    session.create()
    return Visitor(voter, f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


def new_member(arena: Arena) -> Visitor:
    """Somebody who is signed in, and the only member of the arena, which is private from now on."""
    Arena.objects.filter(pk=arena.pk).update(visibility=Visibility.PRIVATE)
    user = User.objects.create_user("ada")
    arena.members.add(user)
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
    client.get("/me/")
    voter = Voter.objects.create(pk=client.session["voter"])
    return Visitor(voter, f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}")


def new_arena() -> Arena:
    return Arena.objects.create(slug="live", name="Live", takes_prompts=True)


def new_battle(arena: Arena, voter: Voter, state: BattleState = BattleState.ANSWERING) -> Battle:
    """A battle of two contestants all of whose names contain LEAK, both sides still to answer."""
    pair = [_contestant(side) for side in Side]
    now, nonce, battle_id = database_now(), b"n" * 32, uuid.uuid4()
    battle = Battle.objects.create(
        id=battle_id,
        arena=arena,
        prompt=Prompt.objects.create(arena=arena, text="Why is the sky blue?"),
        contestant_a=pair[0],
        contestant_b=pair[1],
        voter=voter,
        state=state,
        nonce=nonce,
        commitment=commitment(battle_id, pair[0].slug, pair[1].slug, nonce),
        created_at=now,
        heartbeat_at=now,
        expires_at=now + timedelta(hours=1),
    )
    Response.objects.bulk_create(
        Response(battle=battle, side=side, reported_model=f"{LEAK}-reported", fingerprint=f"{LEAK}-print")
        for side in Side
    )
    return battle


def save_deltas(battle: Battle, first: int, last: int) -> list[dict]:
    """Deltas of both sides in turn, saved as the coordinator does; the frames that they are on a socket."""
    deltas = [
        Delta(battle=battle, seq=seq, side="ab"[seq % 2], turn=1, text=f"<{seq}>") for seq in range(first, last + 1)
    ]
    Delta.objects.bulk_create(deltas)
    Battle.objects.filter(pk=battle.pk).update(last_seq=last)
    return [frame(delta) for delta in deltas]


def frame(delta: Delta) -> dict:
    return {"type": "delta", "side": delta.side, "turn": delta.turn, "seq": delta.seq, "text": delta.text}


def publish(arena: Arena, voter_kind: VoterKind = VoterKind.HUMAN) -> int:
    """A new current snapshot, as the worker makes one in another process."""
    snapshot = Snapshot.objects.create(
        arena=arena,
        voter_kind=voter_kind,
        created_at=database_now(),
        ledger_size=0,
        ledger_root=b"",
        spec={},
        meta={},
        ranked_ids=[],
        theta=b"",
        covariance=b"",
    )
    Leaderboard.objects.update_or_create(arena=arena, voter_kind=voter_kind, defaults={"current": snapshot})
    return snapshot.pk


def _contestant(side: Side) -> Contestant:
    contestant = Contestant.objects.create(
        slug=f"{LEAK}-{side}-{uuid.uuid4().hex[:6]}",
        name=f"{LEAK.title()} {side}",
        organisation=f"{LEAK.upper()} Labs",
        aliases=[f"{LEAK}-alias"],
    )
    Endpoint.objects.create(
        contestant=contestant,
        provider="demo",
        base_url=f"https://{LEAK}.example/v1",
        model_name=f"{LEAK}-model",
        key_name="ARENA_KEY_ZEPHYRINE",
    )
    return contestant
