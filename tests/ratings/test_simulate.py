"""Simulated arenas: chances by their formula, votes by their chances, and scenarios that end where theory says."""

import json

import numpy as np
import pytest
from scipy.stats import chisquare

from ratings.__main__ import main
from ratings.pairing import PairingSettings
from ratings.pairing_strengths import estimate_strengths
from ratings.planner import Z_95
from ratings.scale import POINTS_PER_NAT
from ratings.scenarios import MAX_VOTES, churn, cold_start, kendall_tau, mean_quality, measure, misspecified, newcomer
from ratings.simulate import SPREAD_POINTS, Arena, World, make_world, random_strength, sampler_of

N_VOTES = 20_000
CHI_SQUARE_ALPHA = 1e-4  # the seeds are fixed
UNIFORM = sampler_of(PairingSettings("uniform", exploration=0, cap=1))
NEED = sampler_of(PairingSettings())


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def even_table(m: int) -> np.ndarray:
    table = np.ones((m, m)) - np.eye(m)
    return table * 2 / table.sum()


def test_chances_are_davidsons():
    world = World(np.array([1.0, 0.0]), tie_weight=0.5)

    win, tie = world.pair_chances

    total = np.exp(0.5) + np.exp(-0.5) + 0.5
    assert (win[0, 1], tie[0, 1]) == pytest.approx((np.exp(0.5) / total, 0.5 / total))
    assert win + win.T + tie == pytest.approx(np.ones((2, 2)))


def test_votes_follow_the_chances():
    world = World(np.array([0.8, 0.0]))
    i, j = np.zeros(N_VOTES, np.intp), np.ones(N_VOTES, np.intp)

    is_win, is_tie = world.vote(i, j, seeded())

    win, tie = (part[0, 1] for part in world.pair_chances)
    observed = [is_win.sum(), is_tie.sum(), N_VOTES - is_win.sum() - is_tie.sum()]
    assert chisquare(observed, np.array([win, tie, 1 - win - tie]) * N_VOTES).pvalue > CHI_SQUARE_ALPHA


def test_default_world_has_the_ties_and_the_spread_of_the_design():
    world = make_world(60, seeded())

    pairs = np.triu_indices(60, 1)
    assert world.pair_chances[1][pairs].mean() == pytest.approx(0.27, abs=0.01)
    assert np.ptp(world.published()) * POINTS_PER_NAT == pytest.approx(SPREAD_POINTS, rel=0.05)


def test_deviations_have_two_sides_and_strengths_stay_the_same():
    plain, noisy = make_world(30, seeded()), make_world(30, seeded(), matchup_sd=40)

    assert np.array_equal(plain.strength, noisy.strength)
    assert noisy.advantage == pytest.approx(-noisy.advantage.T)
    assert not np.allclose(plain.advantage, noisy.advantage)


def test_tastes_of_many_voters_bring_chances_nearer_to_even():
    world = make_world(2, seeded(), taste_sd=400)
    better = int(world.strength.argmax())
    i, j = np.full(N_VOTES, better), np.full(N_VOTES, 1 - better)

    is_win, is_tie = world.vote(i, j, seeded())

    score = is_win.mean() + is_tie.mean() / 2
    plain = world.pair_chances[0][better, 1 - better] + world.pair_chances[1][better, 1 - better] / 2
    assert 0.5 < score < plain - 0.02


def test_newcomers_lie_in_the_spread():
    strengths = [random_strength(seeded(seed)) for seed in range(200)]

    assert np.ptp(strengths) <= np.ptp(make_world(2000, seeded()).strength) * 1.01


def test_arena_counts_every_battle_once():
    arena = Arena(make_world(6, seeded()), has_weights=True)

    played = list(arena.run(NEED, 1000, 250, seeded()))

    battles = arena.wins + arena.wins.T + arena.ties
    assert played == [250, 500, 750, 1000]
    assert (battles.sum() / 2, np.trace(battles)) == (1000, 0)
    assert arena.battles().tolist() == battles.sum(axis=1).tolist()
    assert (arena.ties == arena.ties.T).all()


def test_weights_bring_uneven_pairs_back_to_even():
    arena = Arena(make_world(6, seeded()), has_weights=True)
    table = even_table(6)
    table[0, 1] = table[1, 0] = 5 * table[0, 1]

    arena.play(table / (table.sum() / 2), N_VOTES, seeded())

    weighted = arena.sums(is_weighted=True).games[np.triu_indices(6, 1)]
    assert weighted == pytest.approx([N_VOTES / 15] * 15, rel=0.1)


def test_even_weights_are_the_votes_themselves():
    arena = Arena(make_world(6, seeded()), has_weights=True)

    arena.play(even_table(6), 500, seeded())

    plain, weighted = arena.sums(), arena.sums(is_weighted=True)
    assert weighted.wins == pytest.approx(plain.wins)
    assert weighted.ties_squared == pytest.approx(plain.ties_squared)


def test_state_of_all_contestants_is_the_fit():
    arena = Arena(make_world(5, seeded()))
    arena.play(even_table(5), 400, seeded())

    arena.refit()

    fit = estimate_strengths(arena.wins, arena.ties)
    assert arena.state().theta == pytest.approx(fit.theta, abs=1e-3)
    assert arena.state().variance == pytest.approx(fit.variance(), rel=1e-3)


def test_newcomer_takes_a_slot_over_without_its_votes():
    arena = Arena(make_world(4, seeded()))
    arena.play(even_table(4), 400, seeded())

    arena.replace_contestant(2, 0.3)

    assert not (arena.wins[2] + arena.wins[:, 2] + arena.ties[2]).any()
    assert arena.world.advantage[2, 0] == pytest.approx(0.3 - arena.world.strength[0])


def test_quality_is_counted_by_hand():
    arena = Arena(World(np.array([1.0, 0.0, -1.0])))

    quality = measure(arena)

    width = Z_95 * 400 * np.sqrt(2 / 3)
    assert (quality.mean_half_width, quality.worst_half_width) == pytest.approx((width, width))
    assert (quality.tau, quality.listed, quality.overlap) == (0, 0, 1)
    assert mean_quality([quality, quality]) == quality


def test_kendall_tau_of_known_orders():
    order = np.arange(4.0)

    taus = [kendall_tau(order, values) for values in (order, -order, np.array([1.0, 0, 2, 3]))]

    assert taus == pytest.approx([1, -1, 4 / 6])


def test_cold_start_ends_where_information_says():
    result = cold_start(UNIFORM, seeded(), n_contestants=12, points=20, step=100)

    rule_of_thumb = 455 * 12  # votes to +-20 points, PAIRING section 3
    assert result.votes_to_width == pytest.approx(rule_of_thumb, rel=0.15)
    assert result.votes[-1] - 100 < result.votes_to_width <= result.votes[-1]
    assert result.qualities[-1].tau > 0.8


def test_aims_out_of_reach_are_infinity():
    cold = cold_start(UNIFORM, seeded(), n_contestants=5, points=1, max_votes=1000)
    join = newcomer(UNIFORM, seeded(), n_contestants=5, established_battles=100, max_votes=100)

    assert (cold.votes_to_width, join.arena_votes, join.own_battles) == (np.inf, np.inf, np.inf)
    assert MAX_VOTES > 110_000  # uniform pairing needs this many for 60 contestants


def test_newcomer_is_known_sooner_where_it_is_needed():
    by_rule, evenly = (newcomer(s, seeded(), n_contestants=30, established_battles=1000) for s in (NEED, UNIFORM))

    assert by_rule.arena_votes < evenly.arena_votes / 2
    assert by_rule.own_battles == pytest.approx(evenly.own_battles, rel=0.3)


def test_churn_is_a_better_board_by_need():
    by_rule, evenly = (churn(s, seeded(), n_contestants=12, every=500, n_events=4) for s in (NEED, UNIFORM))

    assert by_rule.mean_half_width < 0.9 * evenly.mean_half_width
    assert by_rule.worst_half_width < evenly.worst_half_width


def test_intervals_cover_under_matchup_noise():
    runs = [misspecified(NEED, seeded(seed), n_contestants=20, n_votes=10_000) for seed in range(8)]

    assert 0.90 <= np.mean([run.coverage for run in runs]) <= 0.99
    assert 0.90 <= np.mean([run.weighted_coverage for run in runs]) <= 0.99
    assert np.mean([run.weighted_half_width / run.half_width for run in runs]) < 1.05


def test_same_seed_gives_the_same_run():
    first, second = (newcomer(NEED, seeded(3), n_contestants=10, established_battles=200) for _ in range(2))

    assert first == second


def test_command_prints_mean_and_error(capsys):
    code = main(["simulate", "cold", "--contestants", "6", "--points", "60", "--seeds", "2", "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["options"]["scenario"]) == (0, "cold")
    assert answer["figures"].keys() == {
        "votes_to_width",
        "mean_half_width",
        "worst_half_width",
        "tau",
        "listed",
        "overlap",
    }


@pytest.mark.parametrize("scenario", ["newcomer", "churn", "misspecified"])
def test_command_knows_every_scenario(scenario, capsys):
    small = ["--contestants", "4", "--every", "500", "--votes", "2000", "--seeds", "1", "--rule", "uniform"]

    code = main(["simulate", scenario, *small])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert all(" +- -" in line for line in lines)


@pytest.mark.parametrize(
    "options",
    [
        ["--contestants", "2"],
        ["--seeds", "0"],
        ["--every", "30"],
        ["--points", "0"],
        ["--matchup", "-1"],
        ["--cap", "2"],
        ["--exploration", "-1"],
    ],
)
def test_command_refuses_options_that_make_no_sense(options, capsys):
    code = main(["simulate", "churn", *options])

    assert (code, capsys.readouterr().err.split(":")[0]) == (2, "error")
