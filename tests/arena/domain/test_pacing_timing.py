"""Does speed name a model? The classifier of the benchmark, on battles that are played by a clock of numbers."""

import numpy as np
import pytest

from arena.domain.pacing import TICK_S, Pacing, Progress, is_release_moment, n_to_send
from tests.benchmarks._timing_classifier import MODELS, FakeModel, Seen, accuracy

N_BATTLES = 300
RAW_TICK_S = 0.02
NETWORK_S = 0.01
JITTER = 0.15
MEDIAN_LENGTH, LENGTH_SPREAD = 450, 0.5  # of answers, in characters; one model writes short and long ones
MOST_TIMES_CHANCE = 1.5
LEAST_RAW = 0.9

Arrivals = tuple[np.ndarray, np.ndarray]  # when, and how many characters by then


def arrivals(model: FakeModel, rng: np.random.Generator) -> Arrivals:
    length = int(np.clip(rng.lognormal(np.log(MEDIAN_LENGTH), LENGTH_SPREAD), 60, 3_000))
    n_pieces = -(-length // model.piece)
    gaps = rng.lognormal(0, JITTER, n_pieces) / model.per_s
    times = model.first_s * rng.lognormal(0, JITTER) + np.cumsum(gaps) - gaps[0]
    return times, np.minimum(np.arange(1, n_pieces + 1) * model.piece, length)


def play(number: int, pacing: Pacing, rng: np.random.Generator) -> list[Seen]:
    """What the voter sees of both sides of one battle."""
    pair = [MODELS[k] for k in rng.choice(len(MODELS), 2, replace=False)]
    sources = [arrivals(model, rng) for model in pair]
    tick = RAW_TICK_S if pacing is Pacing.RAW else TICK_S
    shown: list[list[tuple[float, int]]] = [[], []]
    now, sent = 0.0, [0, 0]
    while sent != [int(total[-1]) for _, total in sources]:
        before, now = now, now + tick
        sides = [progress(source, n, now) for source, n in zip(sources, sent, strict=True)]
        may_go = n_to_send(pacing, sides, is_moment=is_release_moment(before, now))
        for k, n in enumerate(may_go):
            if n:
                sent[k] += n
                shown[k].append((now + abs(rng.normal(0, NETWORK_S)), n))
    return [
        Seen(number, model.name, [at for at, _ in came], [n for _, n in came])
        for model, came in zip(pair, shown, strict=True)
    ]


def progress(source: Arrivals, n_sent: int, now: float) -> Progress:
    times, total = source
    n_pieces = int(np.searchsorted(times, now, "right"))
    return Progress(int(total[n_pieces - 1]) if n_pieces else 0, n_sent, n_pieces == len(times))


@pytest.fixture(scope="module")
def found() -> dict[Pacing, float]:
    """The accuracy of the classifier under each pacing."""
    rng = np.random.default_rng(4)
    return {
        pacing: accuracy([side for number in range(N_BATTLES) for side in play(number, pacing, rng)])
        for pacing in Pacing
    }


def test_as_it_comes_speed_names_the_model(found: dict[Pacing, float]) -> None:
    assert found[Pacing.RAW] >= LEAST_RAW


def test_one_pace_hides_much_of_it(found: dict[Pacing, float]) -> None:
    assert found[Pacing.WHEN_COMPLETE] < found[Pacing.PACED] < found[Pacing.RAW] / 2


def test_when_complete_the_classifier_does_little_better_than_chance(found: dict[Pacing, float]) -> None:
    assert found[Pacing.WHEN_COMPLETE] <= MOST_TIMES_CHANCE / len(MODELS)
