"""From a drawn battle to a published rating, and back to the same numbers from the public records alone.

Battles are drawn, voted on, sequenced, fitted and published by the services that the site runs; then everything is
computed again from the bytes of the ledger, as a researcher would.
"""

import uuid

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.models import Battle, LedgerEntry, Vote
from arena.queries.audit import faults
from arena.queries.leaderboards import current_board
from arena.queries.reveals import seen_battle
from arena.services.battles import skip_battle, start_battle
from arena.services.leaderboards import publish_arena
from arena.services.snapshots import COPIED
from arena.services.votes import cast_vote
from ratings.comparisons import Comparisons
from ratings.ledger import commitment, leaf_hash, merkle_root, parse_record
from ratings.outcomes import parse_site
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.factories import SLUGS, make_stored_arena

N_VOTERS = 12
BATTLES_EACH = 6


def play(arena, rng):
    """Voters who prefer earlier slugs, one of whom skips now and then and clicks twice."""
    for _ in range(N_VOTERS):
        voter_id = uuid.UUID(bytes=rng.bytes(16))
        for k in range(BATTLES_EACH):
            battle_id = start_battle(voter_id=voter_id, arena_slug=arena.slug, rng=rng)
            if k == BATTLES_EACH - 1:
                skip_battle(voter_id=voter_id, battle_id=battle_id)
                continue
            outcome = judge(Battle.objects.get(id=battle_id), rng)
            for _ in range(1 + k % 2):
                cast_vote(voter_id=voter_id, battle_id=battle_id, outcome=outcome)


def judge(battle, rng):
    a, b = (SLUGS.index(contestant.slug) for contestant in (battle.contestant_a, battle.contestant_b))
    better, worse = ("a", "b") if a < b else ("b", "a")
    return str(rng.choice([better, worse, "tie", "both_bad"], p=[0.5, 0.2, 0.2, 0.1]))


@pytest.mark.django_db
@pytest.mark.both_databases
def test_recompute_from_the_ledger_equals_the_published_board():
    arena = make_stored_arena()
    play(arena, np.random.default_rng(11))

    publish_arena(arena_id=arena.pk)

    board = current_board(arena, VoterKind.HUMAN)
    entries = list(LedgerEntry.objects.order_by("seq"))
    records = [parse_record(bytes(entry.record)) for entry in entries]
    votes = Comparisons.from_labels(
        [record["ma"] for record in records],
        [record["mb"] for record in records],
        [parse_site(record["y"]) for record in records],
        [record["u"] for record in records],
    )
    fit = fit_leaderboard(votes, RatingSpec.from_dict(board.snapshot.spec))
    assert len(records) == Vote.objects.count() == N_VOTERS * (BATTLES_EACH - 1)
    assert bytes(board.snapshot.ledger_root) == merkle_root([leaf_hash(bytes(entry.record)) for entry in entries])
    assert {row.contestant.slug for row in board.ranked} == set(SLUGS)
    for row in board.ranked:
        fitted = fit.row(row.contestant.slug)
        expected = {name: getattr(fitted, name) for name in COPIED}
        assert {name: getattr(row, name) for name in COPIED} == pytest.approx(expected, abs=1e-9)
    assert list(faults(arena)) == []


@pytest.mark.django_db
@pytest.mark.both_databases
def test_every_record_opens_its_commitment_and_says_what_was_shown():
    arena = make_stored_arena()
    voter_id, rng = uuid.uuid4(), np.random.default_rng(3)
    battle_id = start_battle(voter_id=voter_id, arena_slug=arena.slug, rng=rng)
    blind = seen_battle(battle_id, voter_id)

    cast_vote(voter_id=voter_id, battle_id=battle_id, outcome="tie")
    publish_arena(arena_id=arena.pk)

    seen = seen_battle(battle_id, voter_id)
    record = parse_record(bytes(LedgerEntry.objects.get().record))
    slugs = (seen.vote.reveal["a"]["slug"], seen.vote.reveal["b"]["slug"])
    opened = commitment(battle_id, *slugs, bytes.fromhex(seen.vote.reveal["nonce"])).hex()
    assert blind.vote is None
    assert opened == blind.battle.commitment == record["c"]
    assert (record["ma"], record["mb"], record["n"]) == (*slugs, seen.vote.reveal["nonce"])
    assert (record["y"], seen.vote.outcome, seen.vote.is_ranked) == ("tie", "tie", True)
    assert record["pp"] == f"{Battle.objects.get().pair_probability:.10f}"
