"""Does the plan say what the planner says, in the order of the board, and come true?"""

import numpy as np
import pytest

from arena.models import Entry, Snapshot
from arena.queries.pairing import current_strengths, newest_sampler, table_of
from arena.queries.planning import Neighbours, Newcomer, Plan, plan_of, votes_to_separate
from arena.services.leaderboards import publish_arena
from arena.services.pairing import refresh_sampler
from ratings.planner import Z_95, VotePlanner
from tests.factories import SLUGS, enter, make_output, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS
FOUGHT = [
    *[(A, B, outcome) for outcome in "aaab" * 4],
    *[(B, C, outcome) for outcome in "aab" * 4],
    *[(A, C, outcome) for outcome in "aaab" * 2],
]


@pytest.fixture
def arena():
    """Three ranked models and a newcomer."""
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    return arena


def contestants_of(arena):
    return [entry.contestant for entry in arena.entries.order_by("contestant__slug").select_related("contestant")]


def planner_of(arena):
    sampler = newest_sampler(arena)
    contestants = [
        entry.contestant for entry in arena.entries.order_by("contestant__slug").select_related("contestant")
    ]
    strengths, _ = current_strengths(arena, contestants)
    return VotePlanner(strengths, table_of(sampler).matrix()), sampler.ids.index


def test_plan_of_the_board(arena):
    plan = plan_of(Snapshot.objects.get())

    planner, at = planner_of(arena)
    assert plan.neighbours == tuple(
        Neighbours(upper, lower, planner.until_separated(at(upper), at(lower))) for upper, lower in ((A, B), (B, C))
    )
    assert plan.newcomers == tuple(
        Newcomer(slug, round(planner.half_width(at(slug), 0), 1), planner.until_half_width(at(slug)))
        for slug in sorted(SLUGS)
    )
    assert all(pair.votes > 0 for pair in plan.neighbours)


def test_newcomer_is_least_known_and_its_progress_is_least(arena):
    progress = {newcomer.model: newcomer.progress for newcomer in plan_of(Snapshot.objects.get()).newcomers}

    assert min(progress, key=progress.get) == D
    assert 0 < progress[D] < progress[B] / 2 < 1


def test_progress_is_the_information_so_far():
    assert [Newcomer("x", width, 1).progress for width in (80, 40, 20.1, 20, 10)] == pytest.approx(
        [1 / 16, 1 / 4, 0.990, 1, 1], abs=1e-3
    )


def test_plan_survives_the_way_through_the_database(arena):
    plan = plan_of(Snapshot.objects.get())

    assert Plan.from_values(plan.to_values()) == plan
    assert Plan.from_values({}) == Plan()


@pytest.mark.parametrize(
    ("votes", "expected"),
    [((0, 0), None), ((0, 7), 2), ((5, None), 1), ((None, 9), 2), ((None, None), None), ((), None)],
)
def test_next_separation_is_the_first_that_votes_will_settle(votes, expected):
    pairs = tuple(Neighbours(f"u-{k}", f"l-{k}", n) for k, n in enumerate(votes))

    found = Plan(neighbours=pairs).next_separation

    assert (found and found[0]) == expected


def test_votes_to_separate_any_two(arena):
    planner, at = planner_of(arena)

    found = {(a, b): votes_to_separate(arena, a, b) for a in SLUGS for b in SLUGS if a != b}

    assert found == {(a, b): planner.until_separated(at(a), at(b)) for a, b in found}
    assert found[A, C] < found[A, B]


def test_votes_to_separate_who_is_not_drawn_is_not_in_sight(arena):
    assert votes_to_separate(arena, A, A) is None
    assert votes_to_separate(arena, A, "nobody-0") is None
    Entry.objects.filter(contestant__slug=B).update(status="retired")
    refresh_sampler(arena=arena)

    assert votes_to_separate(arena, A, B) is None
    assert votes_to_separate(make_stored_arena("fresh"), A, B) is None


def test_who_retired_is_not_planned_for(arena):
    Entry.objects.filter(contestant__slug=B).update(status="retired")

    refresh_sampler(arena=arena, snapshot=Snapshot.objects.get())

    plan = plan_of(Snapshot.objects.get())
    assert plan.neighbours == (Neighbours(A, B, None), Neighbours(B, C, None))
    assert [newcomer.model for newcomer in plan.newcomers] == sorted((A, C, D))


def test_without_a_board_there_are_newcomers_only():
    arena = make_stored_arena()

    plan = Plan.from_values(refresh_sampler(arena=arena).plan)

    assert plan.neighbours == ()
    assert {newcomer.half_width for newcomer in plan.newcomers} == {plan.newcomers[0].half_width}
    assert plan.newcomers[0].votes > 1_000


def test_plan_comes_true(arena):
    """Votes as planned, drawn from the table and won as expected, tell the two apart; half as many do not."""
    sampler, planned = newest_sampler(arena), votes_to_separate(arena, A, B)
    strengths, _ = current_strengths(arena, contestants_of(arena))
    p = 1 / (1 + np.exp(-(strengths.theta[:, None] - strengths.theta[None, :])))
    contrast = np.zeros(4)
    contrast[sampler.ids.index(A)], contrast[sampler.ids.index(B)] = 1, -1

    def is_told_apart(n_votes):
        rate = n_votes * table_of(sampler).matrix() * p * p.T
        information = strengths.precision + np.diag(rate.sum(axis=1)) - rate
        error = np.sqrt(strengths.dispersion * contrast @ np.linalg.solve(information, contrast))
        return bool(abs(contrast @ strengths.theta) > Z_95 * error)

    assert [is_told_apart(n) for n in (planned / 2, planned - 1, planned)] == [False, False, True]


def test_newcomer_who_enters_is_planned_for_at_once(arena):
    newcomer = enter(arena, "newcomer-5")
    for prompt in arena.prompts.all():
        make_output(prompt, newcomer)

    refresh_sampler(arena=arena, snapshot=Snapshot.objects.get())

    (planned,) = [each for each in plan_of(Snapshot.objects.get()).newcomers if each.model == "newcomer-5"]
    assert planned.votes > 500
