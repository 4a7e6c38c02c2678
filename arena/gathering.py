"""How do hundreds of small pieces of work a second go out as few? While some are under way, the next ones gather.

Next files to read: services/delta_log.py, config/group_layer.py, which gather saves and messages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gatherer(Generic[Item, Result]):
    """Of one event loop.

    work : does all that has gathered, and says what came of each, in order.   rest_s : after each time, for more.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], rest_s: float = 0.0) -> None:
        self.work, self.rest_s = work, rest_s
        self.waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self.task: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """What came of it. Raises what the work raised: then it was done for none of those that went with it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.waiting.append((item, future))
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            try:
                results = await self.work([item for item, _ in batch])
            except Exception as error:  # whoever waits decides; each is told
                for _, future in batch:
                    if not future.done():  # else it was left
                        future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():
                        future.set_result(result)
            if self.rest_s:
                await asyncio.sleep(self.rest_s)
