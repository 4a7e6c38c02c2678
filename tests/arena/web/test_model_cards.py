"""The card of a model: every board it is on, its relatives, whom it met, how it answers, what is known."""

import pytest

from arena.domain.battle_state import Side
from arena.domain.metadata import EntryStatus
from arena.domain.slices import Slice
from arena.models import Prompt, Response
from arena.queries.relatives import Kinship, Relative
from arena.services.catalog import set_entry_status, set_exposure
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board, fit_pending_slices
from arena.web.model_cards import relative_in_words
from ratings.predictions import PairPrediction
from tests.arena.web.visitors import words
from tests.factories import make_contestant, make_vote, make_voter, make_votes

pytestmark = pytest.mark.django_db

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


@pytest.fixture
def board(arena):
    Prompt.objects.filter(arena=arena, key="p1").update(category="code")
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def relative(kinship, **fields):
    values = dict.fromkeys(("expected_score", "score_low", "score_high", "p_win", "p_tie", "p_loss"), 0.5)
    values |= {"difference": 38.0, "ci_low": 26.0, "ci_high": 50.0, "is_separated": True, "votes_needed": 0}
    return Relative(make_contestant("bob"), kinship, PairPrediction(**(values | fields)))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ((Kinship.BASE, {}), "Does Ada beat its base Bob? +38 ± 12 points: yes."),
        ((Kinship.DERIVED, {}), "Does Bob beat its base Ada? −38 ± 12 points: no."),
        ((Kinship.FAMILY, {}), "Ada against Bob: +38 ± 12 points."),
        (
            (Kinship.BASE, {"is_separated": False, "ci_low": -2.0, "ci_high": 78.0}),
            "Does Ada beat its base Bob? +38 ± 40 points: the votes do not settle it.",
        ),
        ((Kinship.FAMILY, {"is_separated": False}), "Ada against Bob: +38 ± 12 points, not settled."),
    ],
)
def test_relatives_raise_a_question_and_votes_answer_it(found, sentence):
    kinship, fields = found

    assert relative_in_words(make_contestant("ada"), relative(kinship, **fields)) == sentence


def test_card_shows_relatives_opponents_and_parts(visitor, arena, board):
    base, child = make_contestant("brevant-2"), make_contestant("quillon-1")
    child.base_models.add(base)
    ask_for_board(arena_slug="text", slice_=Slice(category=("code",), turns=("1",)))
    fit_pending_slices()

    text, of_base = words(visitor.get("/models/quillon-1/")), words(visitor.get("/models/brevant-2/"))

    assert "Where it stands" in text
    assert "prompts about code; battles of 1 turn Text, votes of people" in text
    assert "Does Quillon-1 beat its base Brevant-2?" in text
    assert "Does Quillon-1 beat its base Brevant-2?" in of_base
    assert "Brevant-2 5 3 1 1 0" in text
    assert "Weight class size undisclosed" in text
    assert "In Text active" in text


def test_precisions_of_a_family_stand_beside_each_other(visitor, board):
    for slug, precision in (("quillon-1", "fp16"), ("tessarix-3", "int4")):
        contestant = make_contestant(slug)
        contestant.family, contestant.precision = "Quill", precision
        contestant.save()

    text = words(visitor.get("/models/quillon-1/"))

    assert "Quillon-1 against Tessarix-3:" in text
    assert "Tessarix-3 is of the same family, int4." in text


def test_board_grouped_by_family_says_the_difference_to_the_base(visitor, board):
    make_contestant("quillon-1").base_models.add(make_contestant("brevant-2"))

    text = words(visitor.get("/a/text/leaderboard/?voters=human&group=family"))

    assert "against its base Brevant-2" in text


def test_real_calls_are_measured(visitor, arena, board, battle):
    Response.objects.filter(battle=battle, side=Side.A).update(latency_ms=2500, first_token_ms=400, cost_usd="0.002")

    text = words(visitor.get("/models/quillon-1/"))

    assert "Calls 1 Failed 0 % First words after 0.4 s on average Whole answer after 2.5 s on average" in text
    assert "Cost in all 0.0020 USD" in text
    assert "How it answers here" not in words(visitor.get("/models/tessarix-3/"))


def test_what_a_check_held_back_counts_against_no_model(visitor, arena, board, battle):
    Response.objects.filter(battle=battle, side=Side.A).update(latency_ms=2500, error_kind="moderation")

    assert "Calls 1 Failed 0 %" in words(visitor.get("/models/quillon-1/"))


def test_samples_are_battles_whose_voters_agreed_to_publish(visitor, arena):
    agreed, silent = make_voter(consent_version="2026-11"), make_voter()
    make_vote(arena, "quillon-1", "brevant-2", "a", agreed, may_publish=True)
    make_vote(arena, "quillon-1", "tessarix-3", "a", agreed)
    make_vote(arena, "quillon-1", "ondolar-4", "a", silent, may_publish=True)

    text = words(visitor.get("/models/quillon-1/"))

    assert "Some of its battles" in text
    assert "Quillon-1 over Brevant-2" in text
    assert "Quillon-1 over Tessarix-3" not in text
    assert "Quillon-1 over Ondolar-4" not in text
    assert "Some of its battles" not in words(visitor.get("/models/tessarix-3/"))


def test_another_exposure_is_told(visitor, arena):
    entry = arena.entries.get(contestant__slug="quillon-1")
    set_exposure(entry_id=entry.pk, exposure=0.5, by="somebody", reason="Too many battles.")

    text = words(visitor.get("/models/quillon-1/"))

    assert "active as before in Text by an operator: exposure 1, now 0.5: Too many battles." in text
    assert "somebody" not in text


def test_steps_and_versions_are_told(visitor, arena):
    entry = arena.entries.get(contestant__slug="quillon-1")
    set_entry_status(entry_id=entry.pk, status=EntryStatus.RETIRED, by="somebody", reason="Too dear.")
    newer = make_contestant("quillon-1b", version="2")
    newer.replaces = entry.contestant
    newer.save()

    text = words(visitor.get("/models/quillon-1/"))

    assert "active, then retired in Text by an operator: Too dear." in text
    assert "Its versions" in text
    assert "Quillon-1B Version 2" in text
    assert "somebody" not in text


def test_model_on_no_board_says_so(visitor, arena):
    assert "It is on no published board yet." in words(visitor.get("/models/quillon-1/"))


def test_number_of_queries_is_small(visitor, board, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        visitor.get("/models/quillon-1/")
