"""How do people vote while the site is broken? Threads, each one voter, that repeat a request until it is answered.

What a client was told is kept: a vote that was acknowledged must be in the books, once.
"""

import itertools
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from tests.services.programs import wait_until
from tests.services.seed import STORED

REQUEST_TIMEOUT_S = 5
GIVE_UP_AFTER_S = 40
RETRY_AFTER_S = 0.1
OUTCOMES = ("a", "b", "tie", "both_bad")
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True)
class Acknowledged:
    """A vote that the site said yes to, the status it said it with, and how long the answered request took."""

    battle: UUID
    outcome: str
    status: int
    latency_s: float


@dataclass
class Log:
    """What all clients were told."""

    votes: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    n_retries: int = 0

    @property
    def n_replays(self) -> int:
        return sum(vote.status == 200 for vote in self.votes)

    def latency_s(self, share: float) -> float:
        """The latency that this share of the answered votes did not exceed."""
        ordered = sorted(vote.latency_s for vote in self.votes)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def summary(self) -> str:
        """In one line, for readers of `pytest -s`."""
        return (
            f"{len(self.votes)} votes acknowledged, {self.n_replays} of them as replays, {self.n_retries} retries, "
            f"median {self.latency_s(0.5):.3f} s, 99 % within {self.latency_s(0.99):.3f} s"
        )

    def wait_for(self, n_more: int) -> None:
        """Until this many more votes were acknowledged."""
        n_wanted = len(self.votes) + n_more
        wait_until(lambda: len(self.votes) >= n_wanted, GIVE_UP_AFTER_S, f"{n_more} more votes")


class Client:
    """One voter with a session, in front of any number of web processes."""

    def __init__(self, urls: Sequence[str], log: Log | None = None) -> None:
        self.urls = itertools.cycle(urls)
        self.log = log or Log()
        self.http = httpx2.Client(timeout=REQUEST_TIMEOUT_S)
        self.token = ""

    def __enter__(self) -> "Client":
        self.token = self.call("GET", "session/").json()["csrf_token"]
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def start(self, arena: str = STORED) -> dict[str, Any]:
        answer = self.call("POST", "battles/", {"arena": arena})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def battle(self, battle_id: str) -> dict[str, Any]:
        return self.call("GET", f"battles/{battle_id}/").json()

    def vote(self, battle_id: str, outcome: str) -> httpx2.Response:
        """Send the vote until there is an answer; keep what it was."""
        answer = self.call("POST", f"battles/{battle_id}/vote/", {"outcome": outcome})
        if answer.status_code in (200, 201):
            self.log.votes.append(
                Acknowledged(UUID(battle_id), outcome, answer.status_code, answer.elapsed.total_seconds())
            )
        else:
            self.log.refused.append(f"{answer.status_code} {answer.text[:200]}")
        return answer

    def vote_once(self, battle_id: str, outcome: str) -> httpx2.Response:
        """Send the vote to the next web process. Raises httpx2.TransportError if that one goes away."""
        return self._send(next(self.urls), "POST", f"battles/{battle_id}/vote/", {"outcome": outcome})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        """The answer of the first web process that gives one; a site that is busy is asked again."""
        deadline = time.monotonic() + GIVE_UP_AFTER_S
        while True:
            try:
                answer = self._send(next(self.urls), method, path, body)
                if answer.status_code not in BUSY:
                    return answer
                problem = f"{answer.status_code} {answer.text[:200]}"
            except httpx2.TransportError as error:
                problem = repr(error)
            assert time.monotonic() < deadline, f"{method} {path}: no answer in {GIVE_UP_AFTER_S} s, last: {problem}"
            self.log.n_retries += 1
            time.sleep(RETRY_AFTER_S)

    def _send(self, url: str, method: str, path: str, body: dict[str, Any] | None) -> httpx2.Response:
        headers = {"X-CSRFToken": self.token, "Origin": url}
        return self.http.request(method, f"{url}/api/v1/{path}", json=body, headers=headers)


class Crowd:
    """Several clients that play until the block ends."""

    def __init__(self, urls: Sequence[str], n_clients: int = 4) -> None:
        self.urls, self.log = urls, Log()
        self.is_over = threading.Event()
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._play, args=(n,), daemon=True) for n in range(n_clients)]

    def __enter__(self) -> Log:
        for thread in self.threads:
            thread.start()
        return self.log

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join(2 * GIVE_UP_AFTER_S)
        assert self.failures == []

    def _play(self, seed: int) -> None:
        rng = random.Random(seed)
        try:
            with Client(self.urls[seed % len(self.urls) :] + self.urls[: seed % len(self.urls)], self.log) as client:
                while not self.is_over.is_set():
                    battle = client.start()
                    client.vote(battle["id"], rng.choice(OUTCOMES))
        except BaseException as error:
            self.failures.append(error)
