"""Columns that are added to are those that are read at once, and nothing old is believed for ever."""

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.models import Exclusion, LedgerEntry, VoteStyle
from arena.queries.clock import database_now
from arena.queries.ledger import ledger_head
from arena.queries.vote_columns import TYPES, VoteColumns, vote_columns
from arena.services.ledger import record_event, sequence_arena
from tests.factories import SLUGS, enter, make_arena, make_counted_votes, make_prompt, make_vote, make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, D = SLUGS


@pytest.fixture
def arena(db):
    arena = make_arena()
    for slug in SLUGS:
        enter(arena, slug)
    return arena


def grow(arena, n, seed):
    """n more votes by some voters on some prompts, sequenced."""
    rng = np.random.default_rng(seed)
    prompts = [make_prompt(arena, f"{seed}-{k}", category=["", "code"][k], language="en") for k in range(2)]
    voters = [make_voter(VoterKind.JUDGE if k == 2 else VoterKind.HUMAN) for k in range(3)]
    pairs = [map(str, rng.choice(SLUGS, 2, replace=False)) for _ in range(n)]
    outcomes = map(str, rng.choice(["a", "b", "tie", "both_bad"], n))
    make_counted_votes(
        arena,
        [
            (*pair, outcome, voters[k % 3], prompts[k % 2], 1 + k % 2)
            for k, (pair, outcome) in enumerate(zip(pairs, outcomes, strict=True))
        ],
    )
    sequence_arena(arena_id=arena.pk)
    return ledger_head(arena).size


def facts(columns):
    """Everything, with codes spelled out."""
    contestants, sources = columns.contestants.values, columns.sources.values
    prompts, voters = columns.prompts.values, columns.voters.values
    spelled = {
        "a": [contestants[k] for k in columns["a"]],
        "b": [contestants[k] for k in columns["b"]],
        "source": [sources[k] for k in columns["source"]],
        "voter": [voters[k] for k in columns["voter"]],
        "prompt": [prompts[k] for k in columns["prompt"]],
        "excluded": columns.is_excluded.tolist(),
        "language": [columns.facets.languages.values[k] for k in columns.facets.table[:, 0]],
        "category": [columns.facets.categories.values[k] for k in columns.facets.table[:, 1]],
        "length": columns.facets.table[:, 2].tolist(),
    }
    return {name: columns[name].tolist() for name in TYPES if name not in spelled} | spelled


def test_portions_make_the_same_columns_as_all_at_once(arena):
    portions = VoteColumns(arena.pk)
    for seed, n in enumerate((7, 0, 1, 12)):
        portions.read_until(grow(arena, n, seed))
    record_event(arena_id=arena.pk, kind="redact", what="voter", ref="00" * 16, t=0)  # an entry that is no vote
    portions.read_until(ledger_head(arena).size)

    at_once = VoteColumns(arena.pk)
    at_once.read_until(ledger_head(arena).size)

    assert len(at_once) == 20
    assert facts(portions) == facts(at_once)
    assert portions.size == at_once.size == 21


def test_rows_are_those_of_the_ledger(arena):
    vote = make_vote(arena, A, B, "both_bad", prompt=make_prompt(arena, "p", category="code"), n_turns=3)
    sequence_arena(arena_id=arena.pk)

    columns = VoteColumns(arena.pk)
    columns.read_until(1)

    found = facts(columns)
    assert (found["vote"], found["outcome"], found["n_turns"]) == ([vote.pk], [3], [3])
    assert (found["a"], found["b"]) == ([vote.battle.contestant_a_id], [vote.battle.contestant_b_id])
    assert found["time"] == [pytest.approx(vote.created_at.timestamp())]
    assert (found["language"], found["category"], found["length"]) == (["unknown"], ["code"], [0])
    assert found["voter"] == [bytes(LedgerEntry.objects.get().pseudonym)]


def test_later_exclusions_and_labels_reach_old_votes(arena):
    size = grow(arena, 4, 0)
    columns = VoteColumns(arena.pk)
    columns.read_until(size)
    entry = LedgerEntry.objects.get(seq=2)
    Exclusion.objects.create(vote=entry.vote, rule="late", entry=entry)
    prompt = arena.prompts.get(key="0-0")
    arena.prompts.filter(pk=prompt.pk).update(category="poem")
    prompt.labellings.create(arena=arena, source="operator", values={}, created_at=database_now())

    columns.read_until(size)

    assert columns.is_excluded.tolist() == [False, False, True, False]
    assert facts(columns)["category"] == ["poem", "code"]


def test_columns_of_another_history_are_read_anew(arena):
    grow(arena, 3, 0)
    head = ledger_head(arena)
    with vote_columns(arena, head) as columns:
        columns.last_leaf = b"of a database that was restored"
        columns.arrays["outcome"] = columns["outcome"] * 0

    with vote_columns(arena, head) as again:
        assert again is not columns
        assert facts(again)["outcome"] == [entry["o"] for entry in outcomes(arena)]

    with vote_columns(arena, head) as kept:
        assert kept is again


def outcomes(arena):
    order = ["a", "b", "tie", "both_bad"]
    entries = LedgerEntry.objects.filter(ledger=arena.pk).select_related("vote").order_by("seq")
    return [{"o": order.index(entry.vote.outcome)} for entry in entries]


def test_style_is_read_as_far_as_it_is_stored(arena):
    size = grow(arena, 3, 0)
    columns = VoteColumns(arena.pk)
    columns.read_until(size)
    counts = np.arange(12, dtype="<i4")
    VoteStyle.objects.create(vote_id=int(columns["vote"][0]), counts=counts.tobytes())
    VoteStyle.objects.create(vote_id=int(columns["vote"][1]), counts=b"")
    VoteStyle.objects.create(vote_id=int(columns["vote"][2]), counts=(counts + 1).tobytes())

    stored, has_style = columns.style()
    columns.read_until(grow(arena, 1, 1))
    VoteStyle.objects.create(vote_id=int(columns["vote"][3]), counts=(counts + 2).tobytes())
    more, has_more = columns.style()

    assert has_style.tolist() == [True, False, True]
    assert stored[[0, 2]].tolist() == [counts.tolist(), (counts + 1).tolist()]
    assert (has_more.tolist(), more[3].tolist()) == ([True, False, True, True], (counts + 2).tolist())


def test_empty_ledger_has_empty_columns(arena):
    with vote_columns(arena, ledger_head(arena)) as columns:
        assert (len(columns), columns.size) == (0, 0)
        assert columns.style()[0].shape == (0, 12)
