"""Boards that nobody has to ask for: which, when, and what is counted for the facets."""

from datetime import timedelta

import pytest

from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.models import FacetCounts, SliceRequest
from arena.queries.clock import database_now
from arena.services import standard_slices
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board, fit_pending_slices, forget_fits
from arena.services.standard_slices import refresh_standard_slices, sweep_slices
from tests.factories import SLUGS, enter, make_arena, make_counted_votes, make_prompt, make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, _ = SLUGS


@pytest.fixture
def arena(db):
    """Ten votes: six on code in English, two on poems in French, two unknown and long; two have two turns."""
    arena = make_arena(min_votes=3)
    enter(arena, A, total_params_b=2)
    enter(arena, B, total_params_b=3, precision="int4")
    enter(arena, C, precision="int4")
    code = make_prompt(arena, "code", category="code", language="en")
    poem = make_prompt(arena, "poem", category="poem", language="fr")
    unknown = make_prompt(arena, "unknown", text="x" * 2_000)
    voter = make_voter()
    votes = [(A, B, "a"), (A, B, "b"), (B, C, "a"), (B, C, "b"), (A, C, "tie"), (A, B, "tie")]
    make_counted_votes(arena, [(*vote, voter, code, 1) for vote in votes])
    make_counted_votes(arena, [(A, B, "a", voter, poem, 2), (B, A, "a", voter, poem, 2)])
    make_counted_votes(arena, [(A, B, "a", voter, unknown, 1)] * 2)
    publish_arena(arena_id=arena.pk)
    return arena


def test_votes_are_counted_by_facet(arena):
    today = str(database_now().date())

    assert (refresh_standard_slices(), refresh_standard_slices()) == (1, 0)

    counted = FacetCounts.objects.get()
    assert (counted.voter_kind, counted.ledger_size) == ("human", 10)
    assert counted.counts == {
        "category": {"code": 6, "poem": 2, "unknown": 2},
        "language": {"en": 6, "fr": 2, "unknown": 2},
        "length": {"long": 2, "short": 8},
        "turns": {"1": 8, "multi": 2},
        "day": {today: 10},
        "weight_class": {"xs": 7},
        "precision": {"int4": 2},
        "training_type": {"unknown": 10},
    }


def test_parts_with_votes_enough_become_boards(arena):
    refresh_standard_slices()

    wanted = {Slice.from_parameters(request.slice) for request in SliceRequest.objects.filter(is_standard=True)}
    assert wanted == {Slice(category=("code",)), Slice(language=("en",)), Slice(style_control=True)}
    assert len(fit_pending_slices()) == 3


def test_part_that_somebody_asked_for_before_is_not_fitted_twice(arena):
    ask_for_board(arena_slug="text", slice_=Slice(category=("code",)))
    fit_pending_slices()

    refresh_standard_slices()

    request = SliceRequest.objects.get(slice={"category": ["code"]})
    assert (request.is_standard, request.is_pending) == (True, False)


def test_part_that_is_everything_is_no_board_of_its_own(arena):
    arena.prompts.update(category="code")

    refresh_standard_slices()

    assert not SliceRequest.objects.filter(slice__has_key="category").exists()


def test_judges_have_their_own(arena):
    judge = make_voter(VoterKind.JUDGE)
    poem = arena.prompts.get(key="poem")
    make_counted_votes(
        arena, [(A, B, "a", judge, poem, 1)] * 4 + [(A, B, "b", judge, arena.prompts.get(key="code"), 1)]
    )
    publish_arena(arena_id=arena.pk)

    assert refresh_standard_slices() == 2

    of_judges = SliceRequest.objects.filter(voter_kind="judge", is_standard=True)
    assert {"poem"} == {value for request in of_judges for value in request.slice.get("category", [])}


def test_counts_follow_a_publication_but_not_more_often_than_needed(arena, monkeypatch):
    refresh_standard_slices()
    make_counted_votes(arena, [(A, B, "a", make_voter(), arena.prompts.get(key="poem"), 1)])
    publish_arena(arena_id=arena.pk)

    assert refresh_standard_slices() == 0
    monkeypatch.setattr(standard_slices, "REFRESH_EVERY", timedelta(0))
    assert refresh_standard_slices() == 1

    assert FacetCounts.objects.get().counts["category"]["poem"] == 3
    assert SliceRequest.objects.filter(is_standard=True, slice={"category": ["poem"]}).exists()


def test_counts_follow_labels_that_change(arena, monkeypatch):
    refresh_standard_slices()
    arena.prompts.filter(key="unknown").update(category="poem")
    forget_fits(arena_id=arena.pk)

    assert refresh_standard_slices() == 0
    monkeypatch.setattr(standard_slices, "REFRESH_FORGOTTEN_EVERY", timedelta(0))
    assert refresh_standard_slices() == 1


def test_board_that_lost_its_votes_is_standard_no_longer(arena, monkeypatch):
    refresh_standard_slices()
    monkeypatch.setattr(standard_slices, "REFRESH_FORGOTTEN_EVERY", timedelta(0))
    forget_fits(arena_id=arena.pk)
    arena.min_votes = 7
    arena.save()

    refresh_standard_slices()

    assert not SliceRequest.objects.filter(is_standard=True, slice__has_key="category").exists()
    assert SliceRequest.objects.filter(slice={"category": ["code"]}).exists()


def test_sweep_wants_what_is_due_and_fits_what_waits(arena):
    ask_for_board(arena_slug="text", slice_=Slice(turns=("2",)))

    assert len(sweep_slices()) == 3
    assert sweep_slices() == []
    assert not SliceRequest.objects.filter(is_pending=True).exists()
