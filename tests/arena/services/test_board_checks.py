"""Is the fit by inverse probability what it says, and does it cry when the choice of pairs shapes the ranking?"""

import logging
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from arena.models import Snapshot
from arena.queries.board_checks import INVERSE_PROBABILITY, MATCHUP_NOISE, advice_on
from arena.services import board_checks
from arena.services.leaderboards import publish_arena, spec_of
from arena.services.pairing import refresh_sampler
from ratings.comparisons import Comparisons
from ratings.errors import NotConverged
from ratings.matchup_noise import LARGE, SMALL, UNCLEAR
from ratings.outcomes import parse_site
from ratings.pipeline import fit_field
from ratings.scale import POINTS_PER_NAT
from tests.factories import SLUGS, make_stored_arena, make_vote, make_voter

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS


@pytest.fixture
def arena():
    return make_stored_arena()


def vote(arena, sampler, rows):
    """Votes (a, b, outcome, P, n) of one voter, drawn from this table with this probability of six pairs."""
    voter = make_voter()
    for a, b, outcome, probability, n in rows:
        for _ in range(n):
            make_vote(arena, a, b, outcome, voter, sampler=sampler, pair_probability=probability, n_eligible_pairs=6)


def published(arena):
    publish_arena(arena_id=arena.pk)
    return Snapshot.objects.order_by("-id").first()


# A beats B, B beats C; A and C meet rarely, and then C wins: the rare votes weigh more.
CYCLE = [
    (A, B, "a", 0.4, 20),
    (A, B, "b", 0.4, 8),
    (B, C, "a", 0.4, 20),
    (B, C, "b", 0.4, 8),
    (A, C, "a", 0.02, 4),
    (C, A, "a", 0.02, 9),
]


def test_differences_are_those_of_weighted_single_votes(arena):
    vote(arena, refresh_sampler(arena=arena), CYCLE)

    snapshot = published(arena)

    rows = [(a, b, outcome, p) for a, b, outcome, p, n in CYCLE for _ in range(n)]
    votes = Comparisons.from_labels([r[0] for r in rows], [r[1] for r in rows], [parse_site(r[2]) for r in rows])
    even = fit_field(votes, spec_of(arena)).estimate.theta
    weighted = replace(votes, pair_probability=np.array([r[3] for r in rows]))
    moved = fit_field(weighted, replace(spec_of(arena), weighting="propensity")).estimate.theta - even
    check = snapshot.meta[INVERSE_PROBABILITY]
    weights = 1 / (6 * np.array([r[3] for r in rows]))
    assert check["n_votes"] == len(rows)
    assert check["effective_votes"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert check["differences"] == pytest.approx(dict(zip(votes.ids, POINTS_PER_NAT * moved, strict=True)), abs=1e-3)


def test_alarm_when_a_model_moves_by_more_than_half_its_interval(arena, caplog):
    sampler = refresh_sampler(arena=arena)
    vote(arena, sampler, [(a, b, outcome, p, 8 * n) for a, b, outcome, p, n in CYCLE])

    with caplog.at_level(logging.WARNING):
        snapshot = published(arena)

    check = snapshot.meta[INVERSE_PROBABILITY]
    half_width = {r.contestant.slug: (r.ci_high - r.ci_low) / 2 for r in snapshot.rows.filter(rank__isnull=False)}
    moved = [slug for slug, points in check["differences"].items() if abs(points) > half_width[slug]]
    assert check["alarms"] == moved != []
    assert all(f"{slug} moves by more than half its interval" in caplog.text for slug in moved)
    assert advice_on(snapshot.meta)[0].startswith("ALARM: ")


def test_even_probabilities_move_nobody(arena):
    vote(arena, refresh_sampler(arena=arena), [(a, b, outcome, 1 / 6, n) for a, b, outcome, _, n in CYCLE])

    check = published(arena).meta[INVERSE_PROBABILITY]

    assert check["differences"] == pytest.approx(dict.fromkeys((A, B, C), 0), abs=1e-3)
    assert (check["alarms"], check["effective_votes"]) == ([], pytest.approx(check["n_votes"]))


def test_only_counted_drawn_votes_of_people_are_weighted_and_pinned_ones(arena):
    sampler = refresh_sampler(arena=arena)
    vote(arena, sampler, CYCLE)
    drawn = {"sampler": sampler, "pair_probability": 0.1, "n_eligible_pairs": 6}
    off_the_board = [
        {"branch": "queue", "pair_probability": None, "n_eligible_pairs": None},
        {"branch": "directed", "unranked_reason": "directed", "pair_probability": None, "n_eligible_pairs": None},
        drawn | {"unranked_reason": "regenerated"},
        drawn | {"voter": make_voter("judge")},
        drawn | {"voter": make_voter(is_flagged=True)},
    ]
    for fields in off_the_board:
        make_vote(arena, A, B, "a", fields.pop("voter", None), **fields)
    make_vote(arena, A, B, "a", **drawn, branch="pinned", unranked_reason="pinned")

    snapshot = Snapshot.objects.get(pk=publish_arena(arena_id=arena.pk)[0])

    n_drawn = sum(row[-1] for row in CYCLE)
    assert snapshot.meta[INVERSE_PROBABILITY]["n_votes"] == n_drawn + 1
    assert snapshot.meta["n_votes"] == n_drawn + 1  # with the replay, without the pinned one


def test_votes_without_probabilities_have_no_such_check(arena):
    for outcome, n in Counter("aab").items():
        for _ in range(n):
            make_vote(arena, A, B, outcome)

    snapshot = published(arena)

    assert (snapshot.meta[INVERSE_PROBABILITY], snapshot.meta[MATCHUP_NOISE], advice_on(snapshot.meta)) == (
        None,
        None,
        [],
    )


def test_check_that_fails_is_published_as_a_problem_and_the_board_all_the_same(arena, monkeypatch, caplog):
    def fail(*args):
        raise NotConverged("no end in sight")

    monkeypatch.setattr(board_checks, "fit_field", fail)
    vote(arena, refresh_sampler(arena=arena), CYCLE)

    snapshot = published(arena)

    assert snapshot.meta[INVERSE_PROBABILITY]["problem"] == "no end in sight"
    assert snapshot.rows.filter(rank__isnull=False).count() == 3
    assert "no end in sight" in caplog.text
    assert advice_on(snapshot.meta) == ["The fit by inverse probability failed: no end in sight"]


def test_judges_have_no_checks(arena):
    make_vote(arena, A, B, "a", make_voter("judge"))

    assert INVERSE_PROBABILITY not in published(arena).meta


def test_matchup_noise_is_published():
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(7)])
    rng = np.random.default_rng(5)
    voters = [make_voter() for _ in range(30)]
    for _ in range(220):
        a, b = rng.choice(7, 2, replace=False)
        make_vote(arena, f"m-{a}", f"m-{b}", rng.choice(["a", "b", "tie"]), voters[rng.integers(30)])

    noise = published(arena).meta[MATCHUP_NOISE]

    assert (noise["n_pairs"], noise["n_spare"]) == (21, 15)
    assert noise["upper_points"] > noise["points"] >= 0


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(SMALL, "would save votes"), (LARGE, "keep the rule need_var"), (UNCLEAR, "Too few votes to say")],
)
def test_advice_on_noise(verdict, words):
    meta = {MATCHUP_NOISE: {"points": 4.2, "upper_points": 9.1, "verdict": verdict}}

    (sentence,) = advice_on(meta)

    assert sentence.startswith("Matchup noise: 4 points, at most 9. ")
    assert words in sentence
