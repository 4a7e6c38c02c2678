"""Boards of slices: asked for, fitted by the worker, served, refused when thin, bounded in number."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from arena.domain.errors import TooManySlices, TooThin
from arena.domain.filter_values import DateRange
from arena.domain.metadata import VoterKind
from arena.domain.prompt_length import PromptLength
from arena.domain.slices import Shrinkage, Slice
from arena.domain.weight_class import WeightClass
from arena.models import (
    Exclusion,
    Leaderboard,
    LedgerEntry,
    Output,
    Prompt,
    Response,
    SliceRequest,
    Snapshot,
    VoteStyle,
)
from arena.queries.clock import database_now
from arena.queries.leaderboards import Board
from arena.services import slices
from arena.services.leaderboards import publish_arena, spec_of
from arena.services.slices import Computing, ask_for_board, fit_pending_slices, fit_requested_slice, forget_fits
from ratings.comparisons import Comparisons
from ratings.outcomes import parse_site
from ratings.pipeline import fit_leaderboard
from ratings.slices import fit_slice
from tests.factories import SLUGS, enter, make_arena, make_counted_votes, make_prompt, make_vote, make_voter, make_votes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, D = SLUGS
CODE = Slice(category=("code",))
TOLERANCE = 1e-6


@pytest.fixture
def arena(db):
    """Four models, two of them small, who meet on three prompts; code is a quarter of all votes."""
    arena = make_arena()
    for slug, billions in zip(SLUGS, (3, 3, 70, None), strict=True):
        enter(arena, slug, total_params_b=billions)
    prompts = [
        make_prompt(arena, "code", category="code", language="en"),
        make_prompt(arena, "poem", category="creative", language="fr", text="x" * 2_000),
        make_prompt(arena, "none"),
        make_prompt(arena, "more", category="creative"),
    ]
    rng, voters = np.random.default_rng(5), [make_voter() for _ in range(12)]
    votes = []
    for k in range(120):
        a, b = map(str, rng.choice(SLUGS, 2, replace=False))
        outcome = str(rng.choice(["a", "b", "tie", "both_bad"], p=[0.5, 0.3, 0.15, 0.05]))
        votes.append((a, b, outcome, voters[k % 12], prompts[k % 4], 1 + k % 3))
    make_counted_votes(arena, votes)
    publish_arena(arena_id=arena.pk)
    return arena


def votes_where(arena, keeps):
    """Counted votes of people for which this holds, and the others, read row by row, with all contestants."""
    parts = ([], [])
    for entry in LedgerEntry.objects.filter(ledger=arena.pk, vote__isnull=False).select_related(
        "vote__battle__contestant_a", "vote__battle__contestant_b", "vote__battle__prompt"
    ):
        vote, battle = entry.vote, entry.vote.battle
        if vote.voter_kind == VoterKind.HUMAN and vote.is_ranked and not hasattr(vote, "exclusion"):
            row = (battle.contestant_a.slug, battle.contestant_b.slug, parse_site(vote.outcome), entry.pseudonym.hex())
            parts[not keeps(battle)].append(row)
    return [Comparisons.from_labels(*map(list, zip(*rows, strict=True))) for rows in parts]


def board_of(slice_):
    """The board after the worker was there."""
    asked = ask_for_board(arena_slug="text", slice_=slice_)
    assert asked == Computing()
    fit_pending_slices()
    board = ask_for_board(arena_slug="text", slice_=slice_)
    assert isinstance(board, Board)
    return board


def numbers(rows):
    """What a row says, by slug."""
    fields = ("rating", "se_elo", "rank", "rank_low", "rank_high", "votes", "wins", "losses", "ties", "both_bad")
    return {slug_of(row): [getattr(row, field) for field in fields] for row in rows if row.status == "ranked"}


def slug_of(row):
    return row.contestant.slug if hasattr(row, "contestant") else row.name


def assert_same(board, fit):
    found, expected = numbers(board.ranked), numbers(fit.rows)
    assert found.keys() == expected.keys() != set()
    for slug in found:
        assert found[slug] == pytest.approx(expected[slug], abs=TOLERANCE)


FILTERS = [
    ({"category": ["code"]}, lambda battle: battle.prompt.category == "code"),
    ({"category": ["code", "creative"]}, lambda battle: battle.prompt.category != ""),
    ({"category": ["unknown"]}, lambda battle: battle.prompt.category == ""),
    ({"language": ["fr", "unknown"]}, lambda battle: battle.prompt.language != "en"),
    ({"length": ["long"]}, lambda battle: len(battle.prompt.text) == 2_000),
    ({"turns": ["2"]}, lambda battle: battle.n_turns == 2),
    ({"turns": ["multi"]}, lambda battle: battle.n_turns > 1),
    ({"turns": ["1", "3"]}, lambda battle: battle.n_turns != 2),
    ({"weight_class": ["xs", "l"]}, lambda battle: D not in sides(battle)),
    (
        {"category": ["creative"], "weight_class": ["xs", "undisclosed"]},
        lambda battle: battle.prompt.category == "creative" and C not in sides(battle),
    ),
]


def sides(battle):
    return {battle.contestant_a.slug, battle.contestant_b.slug}


@pytest.mark.parametrize(("parameters", "keeps"), FILTERS, ids=[str(parameters) for parameters, _ in FILTERS])
def test_slice_without_shrinkage_is_the_maximum_likelihood_of_its_votes(arena, parameters, keeps):
    slice_ = Slice.from_parameters(parameters | {"shrinkage": ["0"]})

    board = board_of(slice_)

    inside, _ = votes_where(arena, keeps)
    assert_same(board, fit_leaderboard(inside, replace(spec_of(arena), shrinkage="none")))
    assert board.snapshot.meta["n_votes"] == board.snapshot.meta["n_kept"] == inside.n_votes
    assert board.snapshot.meta["shrinkage"]["mode"] == "none"
    assert Slice.from_parameters(board.snapshot.slice) == slice_


def test_slice_is_shrunk_to_the_votes_outside(arena):
    board = board_of(CODE)

    inside, outside = votes_where(arena, lambda battle: battle.prompt.category == "code")
    assert_same(board, fit_slice(inside, outside, spec_of(arena)))
    shrinkage = board.snapshot.meta["shrinkage"]
    assert (shrinkage["mode"], shrinkage["n_votes_outside"], inside.n_votes) == ("auto", 90, 30)
    assert any(note.startswith("Shrunk by ") for note in board.snapshot.meta["notes"])


def test_class_board_has_rows_of_its_class_only(arena):
    board = board_of(Slice(weight_class=(WeightClass.XS,)))

    assert sorted(map(slug_of, board.ranked)) == sorted([A, B])
    assert board.preliminary == []


def test_days_are_whole_and_of_utc(arena):
    today = database_now().date()

    board = board_of(Slice(dates=DateRange(first=today - timedelta(days=1), last=today + timedelta(days=1))))

    assert board.snapshot.meta["n_votes"] == 120
    ask_for_board(arena_slug="text", slice_=Slice(dates=DateRange(last=date(2000, 1, 1))))
    fit_pending_slices()
    with pytest.raises(TooThin, match="0 votes"):
        ask_for_board(arena_slug="text", slice_=Slice(dates=DateRange(last=date(2000, 1, 1))))


def test_whole_slice_is_the_published_board(arena):
    board = ask_for_board(arena_slug="text", slice_=Slice())

    assert board.snapshot == Leaderboard.objects.get(voter_kind="human", slice_key="").current
    assert SliceRequest.objects.count() == 0


def test_judges_have_slices_of_their_own(arena):
    judge = make_voter(VoterKind.JUDGE)
    prompt = Prompt.objects.get(key="code")
    for outcome in ("a", "b", "tie"):
        make_vote(arena, A, B, outcome, judge, prompt=prompt)
    make_vote(arena, A, C, "a", judge)
    publish_arena(arena_id=arena.pk)

    board = board_of(Slice(voters=VoterKind.JUDGE, category=("code",)))

    assert (board.snapshot.voter_kind, board.snapshot.meta["n_votes"]) == ("judge", 3)


def test_excluded_and_unranked_votes_stay_out_and_are_told(arena):
    entry = LedgerEntry.objects.filter(vote__battle__prompt__key="code").first()
    Exclusion.objects.create(vote=entry.vote, rule="test", entry=entry)
    make_vote(arena, A, B, "a", prompt=Prompt.objects.get(key="code"), unranked_reason="directed")
    publish_arena(arena_id=arena.pk)

    meta = board_of(CODE).snapshot.meta

    assert (meta["n_kept"], meta["n_excluded"]) == (29, 2)


def test_new_votes_are_added_and_the_board_follows_the_publication(arena):
    first = board_of(CODE)
    make_votes(arena, [(A, B, "a")] * 3)
    assert ask_for_board(arena_slug="text", slice_=CODE).snapshot == first.snapshot
    prompt = Prompt.objects.get(key="code")
    make_vote(arena, A, B, "a", prompt=prompt)
    publish_arena(arena_id=arena.pk)

    second = board_of(CODE)

    assert (first.snapshot.meta["n_votes"], second.snapshot.meta["n_votes"]) == (30, 31)
    assert second.snapshot.ledger_size == 124
    inside, outside = votes_where(arena, lambda battle: battle.prompt.category == "code")
    assert_same(second, fit_slice(inside, outside, spec_of(arena)))


def test_slice_of_fewer_votes_than_needed_says_how_many_are_missing(arena):
    arena.min_votes = 40
    arena.save()

    ask_for_board(arena_slug="text", slice_=CODE)
    assert fit_pending_slices() == []

    with pytest.raises(TooThin, match="This slice has 30 votes and a board of it needs 40: 10 more"):
        ask_for_board(arena_slug="text", slice_=CODE)
    assert Snapshot.objects.filter(slice_key=CODE.key).count() == 0


def test_slice_that_compares_nobody_names_who_lacks_what(arena):
    prompt = make_prompt(arena, "odd", category="odd")
    make_vote(arena, A, B, "a", prompt=prompt)
    make_vote(arena, A, B, "a", prompt=prompt)
    publish_arena(arena_id=arena.pk)

    ask_for_board(arena_slug="text", slice_=Slice(category=("odd",), shrinkage=Shrinkage.NONE))
    fit_pending_slices()

    with pytest.raises(TooThin) as caught:
        ask_for_board(arena_slug="text", slice_=Slice(category=("odd",), shrinkage=Shrinkage.NONE))
    sentence = str(caught.value)
    assert sentence.startswith("The 2 votes of this slice compare no two models in both directions.")
    assert f"has no votes yet: {D}, {C}" in sentence
    assert f"{A}" in sentence
    assert f"{B}" in sentence


def test_a_class_of_one_says_so(arena):
    ask_for_board(arena_slug="text", slice_=Slice(weight_class=(WeightClass.L,)))
    fit_pending_slices()

    with pytest.raises(TooThin, match="Fewer than two models are in it"):
        ask_for_board(arena_slug="text", slice_=Slice(weight_class=(WeightClass.L,)))


def test_asking_again_while_it_waits_changes_nothing(arena):
    ask_for_board(arena_slug="text", slice_=CODE)
    before = list(SliceRequest.objects.values())

    assert ask_for_board(arena_slug="text", slice_=CODE) == Computing()

    assert list(SliceRequest.objects.values()) == before


def test_fitting_twice_makes_one_snapshot(arena):
    ask_for_board(arena_slug="text", slice_=CODE)
    pk = SliceRequest.objects.get().pk

    assert fit_requested_slice(request_id=pk) is not None
    assert fit_requested_slice(request_id=pk) is None

    assert Snapshot.objects.filter(slice_key=CODE.key).count() == 1


def test_forgotten_fits_are_made_anew(arena):
    board = board_of(CODE)

    forget_fits(arena_id=arena.pk)

    assert board_of(CODE).snapshot.pk > board.snapshot.pk


def test_label_that_changes_moves_the_vote(arena):
    board_of(CODE)
    Prompt.objects.filter(key="none").update(category="code")
    prompt = Prompt.objects.get(key="none")
    prompt.labellings.create(arena=arena, source="operator", values={"category": "code"}, created_at=database_now())
    forget_fits(arena_id=arena.pk)

    assert board_of(CODE).snapshot.meta["n_votes"] == 60


def test_least_recently_asked_slice_makes_room(arena, monkeypatch):
    monkeypatch.setattr(slices, "MAX_SLICES", 2)
    board = board_of(CODE)
    long_ago = database_now() - timedelta(days=1)
    SliceRequest.objects.update(asked_at=long_ago)

    for turns in ("1", "2"):
        board_of(Slice(turns=(turns,)))

    assert SliceRequest.objects.count() == 2
    assert not SliceRequest.objects.filter(slice_key=CODE.key).exists()
    assert not Leaderboard.objects.filter(slice_key=CODE.key).exists()
    assert Snapshot.objects.filter(pk=board.snapshot.pk).exists()


def test_many_new_slices_in_an_hour_are_refused(arena, monkeypatch, settings):
    monkeypatch.setattr(slices, "MAX_NEW_PER_HOUR", 1)
    settings.HAS_LIMITS = True
    board_of(CODE)

    with pytest.raises(TooManySlices):
        ask_for_board(arena_slug="text", slice_=Slice(turns=("1",)))

    assert ask_for_board(arena_slug="text", slice_=CODE).snapshot.slice_key == CODE.key


def test_style_control_counts_texts_once_and_tells_its_effects(arena):
    board = board_of(Slice(style_control=True))

    effects = {effect["name"]: effect for effect in board.snapshot.meta["style"]}
    assert list(effects) == ["side"]  # all answers look alike here
    assert effects["side"]["ci_low"] < effects["side"]["effect"] < effects["side"]["ci_high"]
    assert board.snapshot.meta["n_votes"] == VoteStyle.objects.count() == 120
    assert board.snapshot.spec["style"]


def test_style_control_takes_out_what_length_does(db):
    arena = make_arena(min_votes=0)
    for slug in (A, B, C):
        enter(arena, slug)
    prompt, voter = make_prompt(arena, "p", category="code"), make_voter()
    rng = np.random.default_rng(1)
    lengths = rng.integers(1, 200, (240, 2))
    chances = 1 / (1 + np.exp(-2 * (lengths[:, 0] - lengths[:, 1]) / (lengths.sum(axis=1) + 1)))
    outcomes = np.where(rng.random(240) < chances, "a", "b").tolist()
    pairs = [map(str, rng.choice([A, B, C], 2, replace=False)) for _ in outcomes]
    votes = [
        (*pair, outcome, voter, prompt, 1 + k % 2)
        for k, (pair, outcome) in enumerate(zip(pairs, outcomes, strict=True))
    ]
    make_counted_votes(arena, votes)
    responses = list(Response.objects.order_by("battle__vote", "side"))
    for response, n in zip(responses, lengths.ravel(), strict=True):
        response.text = "x" * n
    Response.objects.bulk_update(responses, ["text"])
    publish_arena(arena_id=arena.pk)

    board = board_of(Slice(style_control=True))
    part = board_of(Slice(style_control=True, turns=("1",)))

    effect = next(effect for effect in board.snapshot.meta["style"] if effect["name"] == "length")
    assert effect["effect"] > 40
    assert effect["ci_low"] > 20
    assert part.snapshot.meta["n_votes"] == 120
    assert part.snapshot.meta["shrinkage"]["mode"] == "auto"


def test_votes_without_texts_are_left_out_of_style_control(arena):
    for entry in LedgerEntry.objects.order_by("seq")[:20]:
        entry.vote.battle.responses.all().delete()

    meta = board_of(Slice(style_control=True)).snapshot.meta

    assert meta["n_votes"] == 100
    assert meta["notes"][-1] == "Left out because their texts are not kept: 20 votes."


def test_arena_without_texts_has_no_style_control(db):
    arena = make_arena(modality="image")
    for slug in (A, B):
        enter(arena, slug)
    make_votes(arena, [(A, B, "a"), (A, B, "b")])
    publish_arena(arena_id=arena.pk)

    ask_for_board(arena_slug="text", slice_=Slice(style_control=True))
    fit_pending_slices()

    with pytest.raises(TooThin, match="this arena has none"):
        ask_for_board(arena_slug="text", slice_=Slice(style_control=True))


def test_stored_outputs_are_counted_as_they_are_shown(arena):
    prompt = Prompt.objects.get(key="poem")
    vote = make_vote(arena, A, B, "a", prompt=prompt)
    for side, text in (("a", "# head"), ("b", "**bold**")):
        contestant = getattr(vote.battle, f"contestant_{side}")
        output = Output.objects.create(prompt=prompt, contestant=contestant, text=text)
        vote.battle.responses.filter(side=side).update(output=output, text="")
    publish_arena(arena_id=arena.pk)

    ask_for_board(arena_slug="text", slice_=Slice(style_control=True))
    fit_pending_slices()

    counts = np.frombuffer(VoteStyle.objects.get(vote=vote).counts, "<i4").tolist()
    assert counts == [6, 1, 0, 0, 0, 0, 8, 0, 0, 1, 0, 0]


def test_length_of_prompts_is_that_of_the_text(arena):
    assert board_of(Slice(length=(PromptLength.SHORT,))).snapshot.meta["n_votes"] == 90
