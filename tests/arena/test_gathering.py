"""Does what gathers go out together, each with its own result, and does nobody wait for ever?"""

import asyncio

import pytest

from arena.gathering import Gatherer


class Work:
    """Doubles numbers, slowly; fails where a 0 is among them."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, items):
        self.batches.append(list(items))
        await asyncio.sleep(0.01)
        if 0 in items:
            raise ZeroDivisionError
        return [2 * item for item in items]


async def test_what_comes_during_a_piece_of_work_goes_out_together():
    work = Work()
    gatherer = Gatherer(work)

    first = asyncio.create_task(gatherer.put(1))
    await asyncio.sleep(0.002)
    others = await asyncio.gather(*(gatherer.put(number) for number in (2, 3, 4)))

    assert (await first, others) == (2, [4, 6, 8])
    assert work.batches == [[1], [2, 3, 4]]


async def test_it_rests_so_that_more_gather():
    work = Work()
    gatherer = Gatherer(work, rest_s=0.05)

    await gatherer.put(1)
    await asyncio.gather(*(gatherer.put(number) for number in (2, 3)))

    assert work.batches == [[1], [2, 3]]


async def test_a_failure_is_told_to_all_who_went_together_and_to_nobody_else():
    work = Work()
    gatherer = Gatherer(work)

    told = await asyncio.gather(*(gatherer.put(number) for number in (1, 0)), return_exceptions=True)
    later = await gatherer.put(5)

    assert [type(answer) for answer in told] == [ZeroDivisionError] * 2
    assert later == 10


@pytest.mark.parametrize("left", [2, 0])
async def test_whoever_leaves_takes_nothing_from_the_others(left):
    work = Work()
    gatherer = Gatherer(work)

    leaving, staying = (asyncio.create_task(gatherer.put(number)) for number in (left, 3))
    await asyncio.sleep(0.002)
    leaving.cancel()

    answers = await asyncio.gather(leaving, staying, return_exceptions=True)
    assert [type(answer) for answer in answers] == [asyncio.CancelledError, int if left else ZeroDivisionError]
