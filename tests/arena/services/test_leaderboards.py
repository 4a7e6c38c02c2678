"""Is what is published exactly what anybody computes from the same votes, and published once?"""

import random
from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError

from arena.domain.metadata import VoterKind
from arena.models import Arena, Leaderboard, Ledger, LedgerEntry, PendingVote, Snapshot, Vote
from arena.queries.leaderboards import current_board, current_snapshot, shown_voter_kind
from arena.services import leaderboards, snapshots
from arena.services.leaderboards import publish_arena, publish_due, publish_snapshot, spec_of
from arena.services.snapshots import COPIED
from ratings.comparisons import Comparisons
from ratings.elo import elo_ratings
from ratings.outcomes import parse_site
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.concurrency import at_once, whole_database
from tests.factories import SLUGS, enter, make_arena, make_battle, make_vote, make_voter, make_votes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, D = SLUGS
ISLANDS = [(A, B, "a"), (A, B, "b"), (A, B, "tie"), (C, D, "a"), (C, D, "b")]
BOARDS = {
    "one pair": [(A, B, "a"), (B, A, "a"), (A, B, "tie"), (A, B, "both_bad")],
    "one vote": [(A, B, "a")],
    "always wins": [(A, B, "a"), (A, C, "a"), (B, C, "a"), (C, B, "a"), (B, C, "tie")],
    "islands": ISLANDS,
    "all ties": [(A, B, "tie"), (B, C, "both_bad"), (C, A, "tie")],
    "all both bad": [(A, B, "both_bad")] * 3,
}


@pytest.fixture
def arena():
    return make_arena()


def many_votes(arena, n, n_voters=12, seed=3, kind=VoterKind.HUMAN):
    """Votes in which the earlier slugs win more often."""
    rng = random.Random(seed)
    voters = [make_voter(kind) for _ in range(n_voters)]
    triples = []
    for _ in range(n):
        a, b = rng.sample(SLUGS, 2)
        better = "a" if SLUGS.index(a) < SLUGS.index(b) else "b"
        worse = "b" if better == "a" else "a"
        triples.append((a, b, rng.choices([better, worse, "tie", "both_bad"], [5, 2, 2, 1])[0]))
    return make_votes(arena, triples, voters)


def single_votes(arena, kind=VoterKind.HUMAN):
    """The counted votes of the ledger as a researcher has them: one row a vote."""
    counted = (
        LedgerEntry.objects.filter(ledger=arena.pk, vote__voter_kind=kind, vote__is_ranked=True)
        .filter(vote__exclusion=None, vote__source__in=arena.counted_sources)
        .order_by("seq")
        .select_related("vote__battle__contestant_a", "vote__battle__contestant_b")
    )
    return Comparisons.from_labels(
        [entry.vote.battle.contestant_a.slug for entry in counted],
        [entry.vote.battle.contestant_b.slug for entry in counted],
        [parse_site(entry.vote.outcome) for entry in counted],
        [bytes(entry.pseudonym).hex() for entry in counted],
    )


def published_rows(snapshot):
    rows = snapshot.rows.select_related("contestant")
    return {row.contestant.slug: {name: getattr(row, name) for name in ("status", *COPIED)} for row in rows}


def fitted_rows(fit):
    return {row.name: {name: getattr(row, name) for name in ("status", *COPIED)} for row in fit.rows}


@pytest.mark.parametrize("votes", BOARDS.values(), ids=BOARDS)
def test_board_is_the_fit_of_the_single_votes(arena, votes):
    make_votes(arena, votes)

    (snapshot_id,) = publish_arena(arena_id=arena.pk)

    fit = fit_leaderboard(single_votes(arena), spec_of(arena))
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    assert published_rows(snapshot) == fitted_rows(fit)
    assert snapshot.ranked_ids == list(fit.ranked_ids)
    assert np.frombuffer(snapshot.theta).tolist() == fit.theta.tolist()
    assert np.frombuffer(snapshot.covariance).tolist() == fit.covariance.ravel().tolist()


def test_board_of_many_voters_is_the_fit_of_the_single_votes(arena):
    many_votes(arena, 90)

    (snapshot_id,) = publish_arena(arena_id=arena.pk)

    fit = fit_leaderboard(single_votes(arena), spec_of(arena))
    published = published_rows(Snapshot.objects.get(pk=snapshot_id))
    fitted = fitted_rows(fit)
    assert fit.meta["clusters"] == "voter"
    assert published.keys() == fitted.keys() == set(SLUGS)
    for slug, row in fitted.items():
        assert published[slug] == pytest.approx(row, abs=1e-9)


def test_snapshot_names_its_prefix_method_and_sources(arena):
    many_votes(arena, 20)
    make_vote(arena, A, B, "a", make_voter(is_flagged=True))
    make_vote(arena, A, B, "a", unranked_reason="directed")

    (snapshot_id,) = publish_arena(arena_id=arena.pk)

    snapshot, ledger = Snapshot.objects.get(pk=snapshot_id), Ledger.objects.get()
    assert (snapshot.arena, snapshot.voter_kind) == (arena, "human")
    assert (snapshot.ledger_size, bytes(snapshot.ledger_root)) == (ledger.size, bytes(ledger.root))
    assert ledger.size == 23
    assert RatingSpec.from_dict(snapshot.spec) == spec_of(arena) == RatingSpec(min_votes=0)
    meta = {name: snapshot.meta[name] for name in ("n_votes", "n_kept", "n_excluded", "sources")}
    assert meta == {"n_votes": 20, "n_kept": 20, "n_excluded": 2, "sources": ["live"]}


def test_all_ties_are_all_equal(arena):
    make_votes(arena, BOARDS["all ties"])
    publish_arena(arena_id=arena.pk)

    board = current_board(arena, VoterKind.HUMAN)

    assert [(row.rating, row.rank_low, row.rank_high) for row in board.ranked] == [(1000, 1, 3)] * 3
    assert board.preliminary == []


def test_islands_rank_the_larger_part_and_say_why_not_the_other(arena):
    make_votes(arena, ISLANDS)
    publish_arena(arena_id=arena.pk)

    board = current_board(arena, VoterKind.HUMAN)

    assert {row.contestant.slug for row in board.ranked} == {A, B}
    assert {(row.contestant.slug, row.reason) for row in board.preliminary} == {(C, "unconnected"), (D, "unconnected")}


def test_who_only_wins_is_preliminary_with_the_reason(arena):
    make_votes(arena, BOARDS["always wins"])
    publish_arena(arena_id=arena.pk)

    board = current_board(arena, VoterKind.HUMAN)

    assert {row.contestant.slug for row in board.ranked} == {B, C}
    assert [(row.contestant.slug, row.reason, row.rank) for row in board.preliminary] == [(A, "only_wins", None)]


def test_newcomer_without_votes_is_listed_as_preliminary(arena):
    make_votes(arena, BOARDS["one pair"])
    enter(arena, C)
    enter(arena, D, status="draft")
    publish_arena(arena_id=arena.pk)

    (row,) = current_board(arena, VoterKind.HUMAN).preliminary

    assert (row.contestant.slug, row.reason, row.votes, row.rank, row.elo) == (C, "no_votes", 0, None, None)


def test_too_few_votes_are_preliminary():
    arena = make_arena(min_votes=4)
    make_votes(arena, [*BOARDS["one pair"], (B, C, "a"), (C, B, "a")])
    publish_arena(arena_id=arena.pk)

    board = current_board(arena, VoterKind.HUMAN)

    assert {row.contestant.slug for row in board.ranked} == {A, B}
    assert [(row.contestant.slug, row.reason, row.votes) for row in board.preliminary] == [(C, "few_votes", 2)]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_without_votes_there_is_no_board(arena, n):
    for slug in SLUGS[:n]:
        enter(arena, slug)

    assert publish_arena(arena_id=arena.pk) == []

    assert (current_board(arena, VoterKind.HUMAN), shown_voter_kind(arena)) == (None, VoterKind.HUMAN)


def test_people_and_judges_have_boards_of_their_own(arena):
    people = many_votes(arena, 30, seed=1)
    judges = many_votes(arena, 20, seed=2, n_voters=1, kind=VoterKind.JUDGE)

    published = publish_arena(arena_id=arena.pk)

    boards = {board.voter_kind: board.current for board in Leaderboard.objects.select_related("current")}
    assert sorted(board.pk for board in boards.values()) == sorted(published)
    counts = {kind: board.meta["n_votes"] for kind, board in boards.items()}
    assert counts == {"human": len(people), "judge": len(judges)}
    for kind, board in boards.items():
        fitted = fitted_rows(fit_leaderboard(single_votes(arena, kind), spec_of(arena)))
        for slug, row in published_rows(board).items():
            assert row == pytest.approx(fitted[slug], abs=1e-9)


def test_judges_are_shown_until_a_person_is_ranked(arena):
    make_votes(arena, BOARDS["one pair"], [make_voter(VoterKind.JUDGE)])
    publish_arena(arena_id=arena.pk)
    with_judges_only = shown_voter_kind(arena)
    make_vote(arena, A, B, "a")
    publish_arena(arena_id=arena.pk)
    with_one_vote = shown_voter_kind(arena)
    make_votes(arena, BOARDS["one pair"])
    publish_arena(arena_id=arena.pk)

    assert (with_judges_only, with_one_vote, shown_voter_kind(arena)) == ("judge", "judge", "human")


def test_nothing_new_is_not_published(arena):
    many_votes(arena, 20)
    publish_arena(arena_id=arena.pk)
    before = whole_database()

    assert publish_arena(arena_id=arena.pk) == []

    assert whole_database() == before


@pytest.mark.parametrize("change", [{"min_votes": 3}, {"counted_sources": ["live", "import_arena"]}])
def test_other_method_or_sources_are_news(arena, change):
    battle = make_battle(arena, A, B)
    vote = Vote.objects.create(battle=battle, outcome="tie", voter_kind="human", source="import_arena", is_ranked=True)
    PendingVote.objects.create(vote=vote, arena=arena)
    many_votes(arena, 20)
    publish_arena(arena_id=arena.pk)

    Arena.objects.update(**change)
    (snapshot_id,) = publish_arena(arena_id=arena.pk)

    arena.refresh_from_db()
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    assert snapshot.meta["n_votes"] == 20 + ("counted_sources" in change)
    assert elo_of(snapshot) == elo_from_scratch(arena)


def elo_of(snapshot):
    return dict(snapshot.rows.exclude(elo=None).values_list("contestant__slug", "elo"))


def elo_from_scratch(arena, kind=VoterKind.HUMAN):
    votes = single_votes(arena, kind)
    ratings = elo_ratings(votes.a, votes.b, votes.outcome, votes.n_contestants, RatingSpec().elo_k)
    return dict(zip(votes.ids, ratings.tolist(), strict=True))


def test_elo_goes_on_where_it_was_and_equals_elo_from_scratch(arena):
    for k in range(4):
        many_votes(arena, 15, seed=k)
        make_vote(arena, A, B, "a", make_voter(is_flagged=True))
        make_vote(arena, A, D, "b", make_voter(VoterKind.JUDGE))
        publish_arena(arena_id=arena.pk)

        assert elo_of(current_snapshot(arena, VoterKind.HUMAN)) == elo_from_scratch(arena)
        assert elo_of(current_snapshot(arena, VoterKind.JUDGE)) == elo_from_scratch(arena, VoterKind.JUDGE)


def test_old_board_stays_as_it_was(arena):
    many_votes(arena, 20)
    (first,) = publish_arena(arena_id=arena.pk)
    before = (Snapshot.objects.filter(pk=first).values().get(), published_rows(Snapshot.objects.get(pk=first)))
    many_votes(arena, 20, seed=4)

    (second,) = publish_arena(arena_id=arena.pk)

    assert current_snapshot(arena, VoterKind.HUMAN).pk == second > first
    assert (Snapshot.objects.filter(pk=first).values().get(), published_rows(Snapshot.objects.get(pk=first))) == before


def test_publication_that_fails_leaves_the_old_board(arena, monkeypatch):
    many_votes(arena, 20)
    publish_arena(arena_id=arena.pk)
    make_vote(arena, A, B, "a")
    leaderboards.sequence_arena(arena_id=arena.pk)
    before = whole_database()

    def fail(name):
        if name == "publish:before_pointer":
            raise DatabaseError("gone")

    monkeypatch.setattr(snapshots, "failpoint", fail)
    with pytest.raises(DatabaseError, match="gone"):
        publish_snapshot(arena_id=arena.pk, voter_kind=VoterKind.HUMAN)

    assert whole_database() == before


def test_votes_sequenced_during_the_fit_wait_for_the_next_board(arena, monkeypatch):
    many_votes(arena, 20)
    leaderboards.sequence_arena(arena_id=arena.pk)

    def vote_meanwhile(name):
        if name == "publish:after_fit":
            monkeypatch.setattr(leaderboards, "failpoint", lambda name: None)
            make_vote(arena, A, B, "a")
            leaderboards.sequence_arena(arena_id=arena.pk)

    monkeypatch.setattr(leaderboards, "failpoint", vote_meanwhile)
    snapshot = Snapshot.objects.get(pk=publish_snapshot(arena_id=arena.pk, voter_kind=VoterKind.HUMAN))

    numbers = (snapshot.ledger_size, snapshot.meta["n_votes"], snapshot.meta["n_kept"], Ledger.objects.get().size)
    assert numbers == (20, 20, 20, 21)
    (after,) = publish_arena(arena_id=arena.pk)
    assert Snapshot.objects.get(pk=after).meta["n_kept"] == 21


def test_slower_publisher_of_an_older_prefix_stores_nothing(arena, monkeypatch):
    many_votes(arena, 20)
    leaderboards.sequence_arena(arena_id=arena.pk)

    def be_overtaken(name):
        if name == "publish:after_fit":
            monkeypatch.setattr(leaderboards, "failpoint", lambda name: None)
            make_vote(arena, A, B, "a")
            publish_arena(arena_id=arena.pk)

    monkeypatch.setattr(leaderboards, "failpoint", be_overtaken)

    assert publish_snapshot(arena_id=arena.pk, voter_kind=VoterKind.HUMAN) is None

    assert [snapshot.ledger_size for snapshot in Snapshot.objects.all()] == [21]


@pytest.mark.django_db(transaction=True)
def test_publishers_at_once_have_one_effect(arena):
    many_votes(arena, 30)

    results = at_once(*[lambda: publish_arena(arena_id=arena.pk)] * 3)

    (snapshot,) = Snapshot.objects.all()
    assert sorted(results) == [[], [], [snapshot.pk]]
    assert (Leaderboard.objects.get().current, snapshot.rows.count()) == (snapshot, 4)


def test_timetable_is_kept(monkeypatch):
    arena = make_arena(publish_every_s=3600)
    many_votes(arena, 10)
    (first,) = publish_due()
    at = Snapshot.objects.get(pk=first).created_at
    make_vote(arena, A, B, "a")

    def due_after(seconds):
        monkeypatch.setattr(leaderboards, "database_now", lambda: at + timedelta(seconds=seconds))
        return publish_due()

    assert due_after(3599.9) == []
    (second,) = due_after(3600)
    assert due_after(8000) == []
    assert current_snapshot(arena, VoterKind.HUMAN).pk == second


def test_each_arena_has_its_own_timetable():
    quick, idle = make_arena("quick"), make_arena("idle")
    many_votes(quick, 10)

    published = publish_due()

    assert [Snapshot.objects.get(pk=pk).arena for pk in published] == [quick]
    assert idle.snapshots.count() == 0


def test_votes_that_count_for_nothing_are_no_board(arena):
    make_vote(arena, A, B, "a", unranked_reason="directed")
    make_vote(arena, A, B, "a", make_voter(is_flagged=True))

    assert publish_due() == []
    assert publish_due() == []


def test_arena_that_cannot_be_published_holds_up_no_other(monkeypatch, caplog):
    first, second = make_arena("first"), make_arena("second")
    for arena in (first, second):
        make_vote(arena, *SLUGS[:2], "a")
    fit = leaderboards.publish_snapshot

    def broken(*, arena_id, voter_kind):
        if arena_id == first.pk:
            raise ValueError("no fit")
        return fit(arena_id=arena_id, voter_kind=voter_kind)

    monkeypatch.setattr(leaderboards, "publish_snapshot", broken)

    with pytest.raises(ExceptionGroup) as failed:
        publish_due()

    assert [str(error) for error in failed.value.exceptions] == ["no fit"]
    assert list(Snapshot.objects.values_list("arena__slug", flat=True)) == ["second"]
    assert f"arena {first.pk}: _publish_if_due failed" in caplog.text
