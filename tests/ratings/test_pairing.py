"""The table of pairs: its promises for any state, its numbers where a hand can check them, and the draw."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from ratings.pairing import (
    RULES,
    DisconnectedPairs,
    InvalidPairing,
    NoEligiblePair,
    PairingSettings,
    PairingState,
    PairTable,
    SamplerSnapshot,
    draw_pair,
    full_table,
    pair_probabilities,
    take_snapshot,
)

N_DRAWS = 100_000
CHI_SQUARE_ALPHA = 1e-4  # the seeds are fixed: this is a check of the code, not of luck
CAP_TOLERANCE = 1e-9


def state_of(m: int, *, seed: int = 0, **changes: object) -> PairingState:
    """m contestants with uneven variances, as after some weeks."""
    rng = np.random.default_rng(seed)
    fields = {
        "ids": tuple(f"m-{k:02d}" for k in range(m)),
        "theta": rng.uniform(-1.2, 1.2, m),
        "variance": rng.uniform(0.001, 0.01, m),
    }
    return PairingState(**fields | changes)


def paired(m: int, *pairs: tuple[int, int]) -> np.ndarray:
    """(m, m) eligibility of exactly these pairs."""
    eligible = np.zeros((m, m), bool)
    for i, j in pairs:
        eligible[i, j] = eligible[j, i] = True
    return eligible


settings = st.builds(
    PairingSettings,
    rule=st.sampled_from(sorted(RULES)),
    exploration=st.floats(0.001, 1),
    cap=st.floats(0, 1),
    top_focus=st.integers(0, 12),
)


@given(settings=settings, m=st.integers(2, 14), seed=st.integers(0, 999), n_dropped=st.integers(0, 6))
def test_table_keeps_its_promises(settings, m, seed, n_dropped):
    rng = np.random.default_rng(seed)
    eligible = np.ones((m, m), bool)
    for i, j in rng.integers(1, m, (n_dropped, 2)):  # contestant 0 meets everybody: always connected
        eligible[i, j] = eligible[j, i] = False
    state = state_of(m, seed=seed, eligible=eligible, exposure=rng.uniform(0, 3, m), settings=settings)

    table = pair_probabilities(state)

    n_pairs = state.eligible.sum() / 2
    assert np.array_equal(table, table.T)
    assert np.triu(table).sum() == pytest.approx(1, abs=1e-12)
    assert (table[state.eligible] >= settings.exploration / n_pairs * (1 - 1e-9)).all()
    assert not table[~state.eligible].any()


@given(
    m=st.integers(8, 20),
    seed=st.integers(0, 999),
    cap=st.floats(0.25, 1),
    exploration=st.floats(0, 0.5),
    n_new=st.integers(0, 3),
)
def test_no_share_passes_its_cap(m, seed, cap, exploration, n_new):
    state = state_of(m, seed=seed, settings=PairingSettings(cap=cap, exploration=exploration))
    state = replace(state, variance=np.where(np.arange(m) < n_new, 5.3, state.variance))

    shares = pair_probabilities(state).sum(axis=1)

    assert shares.max() <= (1 - exploration) * max(cap, 2 / m) + exploration * 2 / m + CAP_TOLERANCE


def test_rule_is_the_formula_of_the_design():
    theta, variance = np.array([0.4, 0.0, -0.4]), np.array([0.02, 0.01, 0.03])
    state = PairingState(ids=("a", "b", "c"), theta=theta, variance=variance, settings=PairingSettings(cap=1))

    table = pair_probabilities(state)

    need = (variance / 0.02) ** 4
    weights = {}
    for i, j in ((0, 1), (0, 2), (1, 2)):
        p = 1 / (1 + np.exp(theta[j] - theta[i]))
        weights[i, j] = (need[i] + need[j]) * p * (1 - p)
    total = sum(weights.values())
    for pair, weight in weights.items():
        assert table[pair] == pytest.approx(0.9 * weight / total + 0.1 / 3, rel=1e-12)


def test_newcomer_has_the_largest_share_at_its_cap():
    variance = np.full(60, 0.004)
    variance[7] = 5.3

    shares = pair_probabilities(state_of(60, variance=variance)).sum(axis=1)

    assert shares.argmax() == 7
    assert shares[7] == pytest.approx(0.9 * 0.25 + 0.1 * 2 / 60, abs=1e-6)


def test_two_newcomers_have_a_cap_each():
    variance = np.full(60, 0.004)
    variance[[7, 8]] = 5.3

    shares = pair_probabilities(state_of(60, variance=variance)).sum(axis=1)

    assert shares[[7, 8]] == pytest.approx([0.9 * 0.25 + 0.1 * 2 / 60] * 2, abs=1e-6)


def test_small_arenas_share_evenly_where_the_cap_leaves_no_choice():
    shares = pair_probabilities(state_of(6)).sum(axis=1)

    assert shares == pytest.approx([1 / 3] * 6, abs=1e-6)


def test_exposure_raises_a_share():
    exposure = np.ones(20)
    exposure[4] = 3
    even = np.full(20, 0.004)

    shares = pair_probabilities(state_of(20, variance=even, exposure=exposure)).sum(axis=1)

    assert shares.argmax() == 4


def test_uniform_rule_is_even():
    table = pair_probabilities(state_of(5, settings=PairingSettings(rule="uniform")))

    assert table[np.triu_indices(5, 1)] == pytest.approx([0.1] * 10)


def test_weighted_rule_follows_the_operator_alone():
    state = state_of(
        4, exposure=np.array([2.0, 1, 1, 1]), settings=PairingSettings(rule="weighted", exploration=0, cap=1)
    )

    table = pair_probabilities(state)

    assert table[np.triu_indices(4, 1)] == pytest.approx([2 / 9] * 3 + [1 / 9] * 3)


def test_paper_rule_prefers_pairs_with_few_battles():
    counts = np.array([[0.0, 0, 8], [0, 0, 8], [8, 8, 0]])
    state = state_of(3, theta=np.zeros(3), counts=counts, settings=PairingSettings("paper", exploration=0, cap=1))

    table = pair_probabilities(state)

    few, many = 1 - 2**-0.5, 9**-0.5 - 10**-0.5
    expected = np.array([few, many, many])
    assert table[np.triu_indices(3, 1)] == pytest.approx(expected / expected.sum())


def test_top_focus_moves_battles_to_the_boundary():
    theta = np.linspace(1.2, -1.2, 30)
    plain = state_of(30, theta=theta, variance=np.full(30, 0.01))

    shares = pair_probabilities(replace(plain, settings=PairingSettings(top_focus=10))).sum(axis=1)

    assert {9, 10} <= set(np.argsort(-shares)[:4].tolist())
    assert shares[29] < pair_probabilities(plain).sum(axis=1)[29]


def test_classes_keep_their_share_and_their_bridges():
    classes = ["xs"] * 10 + ["xl"] * 10
    state = state_of(20, variance=np.full(20, 0.004), classes=classes, settings=PairingSettings(class_share=0.8))

    table = pair_probabilities(state)

    assert table[state.same_class()].sum() / 2 == pytest.approx(0.8, abs=1e-6)
    assert (table[~state.same_class()] > 0).all()


def test_one_class_only_is_no_class():
    state = state_of(10, classes=["m"] * 10)

    assert np.allclose(pair_probabilities(state), pair_probabilities(replace(state, classes=None)), atol=1e-7)


def test_masked_table_is_the_renormalised_table():
    available = np.arange(12) % 4 != 0
    state = state_of(12, available=available)

    masked = pair_probabilities(state)

    expected = full_table(state) * np.outer(available, available)
    expected /= expected.sum() / 2
    assert masked == pytest.approx(expected, rel=1e-12)
    assert PairTable.of(full_table(state)).masked(available).matrix() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "changes",
    [
        {"available": np.array([True, False, False])},
        {"available": np.zeros(3, bool)},
        {"eligible": np.zeros((3, 3), bool)},
        {"eligible": paired(3, (0, 1)), "available": np.array([True, False, True])},
    ],
)
def test_no_eligible_pair_is_a_named_error(changes):
    with pytest.raises(NoEligiblePair):
        draw_pair(state_of(3, **changes), random.Random(1))


@pytest.mark.parametrize("m", [0, 1])
def test_too_few_contestants_are_a_named_error(m):
    state = PairingState(ids=("only",)[:m], theta=np.zeros(m), variance=np.zeros(m))

    with pytest.raises(NoEligiblePair):
        pair_probabilities(state)


def test_islands_are_refused_unless_history_joins_them():
    eligible = paired(4, (0, 1), (2, 3))
    history = np.zeros((4, 4))
    history[1, 2] = history[2, 1] = 5

    with pytest.raises(DisconnectedPairs, match="m-02, m-03"):
        pair_probabilities(state_of(4, eligible=eligible))
    joined = pair_probabilities(state_of(4, eligible=eligible, counts=history))

    assert np.count_nonzero(np.triu(joined)) == 2


def test_paused_contestants_are_left_out_without_being_an_island():
    eligible = np.ones((4, 4), bool)
    eligible[3] = eligible[:, 3] = False

    table = pair_probabilities(state_of(4, eligible=eligible))

    assert not table[3].any()


@pytest.mark.parametrize(
    "changes",
    [
        {"theta": np.zeros(2)},
        {"theta": np.array([0, 0, np.nan])},
        {"variance": np.zeros(3)},
        {"variance": np.array([1, 1, np.inf])},
        {"exposure": np.array([1, 1, -1])},
        {"counts": np.arange(9.0).reshape(3, 3)},
        {"eligible": np.triu(np.ones((3, 3), bool))},
        {"available": np.ones(2, bool)},
        {"classes": ["xs"]},
        {"ids": ("a", "a", "b")},
    ],
)
def test_states_that_make_no_sense_are_refused(changes):
    with pytest.raises(InvalidPairing):
        state_of(3, **changes)


@pytest.mark.parametrize("changes", [{"exploration": 1.1}, {"cap": -0.1}, {"class_share": 2}, {"top_focus": -1}])
def test_settings_outside_their_range_are_refused(changes):
    with pytest.raises(InvalidPairing):
        PairingSettings(**changes)


def test_unknown_rules_are_refused():
    with pytest.raises(InvalidPairing, match="unknown pairing rule 'luck'"):
        pair_probabilities(state_of(3, settings=PairingSettings(rule="luck")))


def test_settings_read_back_from_their_json():
    chosen = PairingSettings(rule="paper", exploration=0.2, top_focus=5)

    assert PairingSettings.from_json(chosen.to_json()) == chosen
    for text in ("", "[]", '{"luck": 1}', '{"cap": 3}'):
        with pytest.raises(InvalidPairing):
            PairingSettings.from_json(text)


def test_state_keeps_copies_that_nobody_can_change():
    theta = np.zeros(3)
    state = state_of(3, theta=theta)

    theta[0] = 9

    assert state.theta.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        state.theta[0] = 1


def test_draws_follow_the_table_and_the_coin_is_fair():
    table = PairTable.of(pair_probabilities(state_of(20)))
    rng = np.random.default_rng(20260704)

    draws = [table.draw(rng) for _ in range(N_DRAWS)]

    observed = np.zeros((20, 20))
    for draw in draws:
        observed[draw.i, draw.j] += 1
    pairs = np.triu_indices(20, 1)
    expected = table.matrix()[pairs] * N_DRAWS
    n_first_on_side_a = observed[pairs].sum()
    assert chisquare((observed + observed.T)[pairs], expected).pvalue > CHI_SQUARE_ALPHA
    assert chisquare([n_first_on_side_a, N_DRAWS - n_first_on_side_a]).pvalue > CHI_SQUARE_ALPHA


@pytest.mark.parametrize("rng", [random.Random(3), np.random.default_rng(3), random.SystemRandom()])
def test_draw_says_the_probability_of_its_pair(rng):
    state = state_of(9, available=np.arange(9) != 2)

    draw = draw_pair(state, rng)

    assert draw.probability == pair_probabilities(state)[draw.i, draw.j]
    assert (draw.n_eligible, draw.side_probability) == (8 * 7 // 2, 0.5)


class Fixed:
    """A generator that always gives the same number."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self) -> float:
        return self.value


def test_draw_reaches_both_ends_of_the_table():
    table = PairTable.of(pair_probabilities(state_of(7)))

    ends = [table.draw(Fixed(0.0))[:2], table.draw(Fixed(np.nextafter(1, 0)))[:2]]

    assert ends == [(1, 0), (5, 6)]


def test_same_state_gives_the_same_bytes():
    first, second = (take_snapshot(state_of(30, seed=5)) for _ in range(2))

    assert first == second
    assert pair_probabilities(state_of(30, seed=5)).tobytes() == pair_probabilities(state_of(30, seed=5)).tobytes()


def test_probability_of_a_draw_can_be_found_again_from_the_snapshot():
    state = state_of(30, available=np.arange(30) != 4)
    stored = take_snapshot(state)
    draw = stored.table().masked(state.available).draw(random.Random(8))

    again = SamplerSnapshot(
        stored.ids, stored.rule, stored.version, stored.settings, bytes(stored.triangle), stored.digest
    )

    assert again.table().masked(state.available).matrix()[draw.i, draw.j] == draw.probability
    assert draw.probability == pytest.approx(pair_probabilities(state)[draw.i, draw.j], rel=1e-6)
    assert (stored.rule, stored.version, PairingSettings.from_json(stored.settings)) == ("need_var", 1, state.settings)


def test_changed_snapshots_are_refused():
    stored = take_snapshot(state_of(6))
    others = take_snapshot(state_of(6, seed=9))

    for change in (
        {"ids": stored.ids[::-1]},
        {"settings": "{}"},
        {"version": 2},
        {"triangle": others.triangle},
        {"triangle": b"no zlib"},
    ):
        with pytest.raises(InvalidPairing):
            replace(stored, **change).table()


def test_large_snapshots_are_small():
    assert len(take_snapshot(state_of(150)).triangle) < 150 * 149 / 2 * 4
