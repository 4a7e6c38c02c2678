"""Both sides at one pace: what is shown when says nothing about who is fast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.domain.pacing import CHARACTERS_PER_TICK, RELEASE_MOMENTS_S, Pacing, Progress, is_release_moment, n_to_send

SIDE = st.builds(
    lambda arrived, sent, is_complete: Progress(arrived, min(arrived, sent), is_complete),
    st.integers(0, 500),
    st.integers(0, 500),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("pacing", "sides", "expected"),
    [
        (Pacing.RAW, (Progress(10, 4, False), Progress(3, 3, False)), (6, 0)),
        (Pacing.WHEN_COMPLETE, (Progress(10, 0, True), Progress(3, 0, False)), (0, 0)),
        (Pacing.WHEN_COMPLETE, (Progress(10, 0, True), Progress(3, 0, True)), (10, 3)),
        (Pacing.PACED, (Progress(10, 0, False), Progress(0, 0, False)), (0, 0)),
        (Pacing.PACED, (Progress(10, 0, False), Progress(0, 0, True)), (10, 0)),
        (Pacing.PACED, (Progress(300, 0, False), Progress(7, 0, False)), (7, 7)),
        (Pacing.PACED, (Progress(300, 0, False), Progress(200, 0, False)), (CHARACTERS_PER_TICK,) * 2),
        (Pacing.PACED, (Progress(300, 0, False), Progress(7, 0, True)), (CHARACTERS_PER_TICK, 7)),
        (Pacing.PACED, (Progress(300, 290, True), Progress(7, 7, True)), (10, 0)),
    ],
)
def test_what_may_be_sent_now(pacing: Pacing, sides: tuple[Progress, ...], expected: tuple[int, ...]) -> None:
    assert n_to_send(pacing, sides, is_moment=True) == expected
    if pacing is not Pacing.WHEN_COMPLETE:
        assert n_to_send(pacing, sides, is_moment=False) == expected


def test_what_is_complete_waits_for_its_moment() -> None:
    sides = (Progress(10, 0, True), Progress(3, 0, True))

    assert n_to_send(Pacing.WHEN_COMPLETE, sides, is_moment=False) == (0, 0)


@pytest.mark.parametrize(
    ("before_s", "now_s", "is_moment"),
    [(0, 0.25, False), (7.75, 8.0, True), (8.0, 8.25, False), (7.9, 8.2, True), (8.2, 17, True), (200, 201, True)],
)
def test_moments_of_release(before_s: float, now_s: float, is_moment: bool) -> None:
    assert is_release_moment(before_s, now_s) is is_moment
    assert list(RELEASE_MOMENTS_S) == sorted(RELEASE_MOMENTS_S)


@given(a=SIDE, b=SIDE)
def test_while_both_are_writing_both_get_the_same(a: Progress, b: Progress) -> None:
    first, second = n_to_send(Pacing.PACED, (a, b), is_moment=False)

    if not a.is_complete and not b.is_complete:
        assert first == second
    assert 0 <= first <= min(a.n_waiting, CHARACTERS_PER_TICK)
    assert 0 <= second <= min(b.n_waiting, CHARACTERS_PER_TICK)
