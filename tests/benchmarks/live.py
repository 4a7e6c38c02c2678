"""How many live battles does one web process carry? 100 battles, 200 upstream streams, 20 tokens a second each.

Run by `python3 manage.py bench live`. Battles start evenly, so that as many as asked are being answered at any moment
of a window, and measurements are taken within it. The fake upstream, the database, the web process and the clients
share the machine; the figures are of the web process alone where they say cpu. Writes its section of
docs/benchmarks.md.
"""

# ruff: noqa: E402 - the project is found from here before it is imported
import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import httpx2
import websockets

from tests.benchmarks._report import table, write_section
from tests.benchmarks._site import cpu_s, wait_for
from tests.fake_models import FIRST_WORD_S
from tests.servers import LOOPBACK, PostgreSQL, Valkey, free_port

N_WORDS, PER_SECOND = 600, 20
LASTS_S = N_WORDS / PER_SECOND
WINDOW_S = 30.0
RUSH_S = 5.0
VOTE_EVERY_S = 0.2
OVER = ("ready", "void")
FRAME = re.compile(r"\d{9,}\.\d{4}")


GOALS = {"first_token_p95_ms": 50, "frames_per_s": 10, "vote_p99_ms": 200, "memory_mb": 400}  # at most
INTRODUCTION = f"""\
Each battle streams {N_WORDS} words a side, {PER_SECOND} a second, with pacing off. Battles start evenly, one ends as
another begins, so that the number named is being answered at every moment of {WINDOW_S:.0f} seconds; first tokens,
votes and cpu are of that time, frames and memory of the whole. Last row: all of them start within {RUSH_S:.0f} seconds,
and everything is measured. Database, broker, upstream and clients share the machine; cpu and memory are of the web
process alone. First token: from the upstream's sending, {FIRST_WORD_S} s after it was asked, to the browser. Votes are
cast on stored answers meanwhile. Asked at 100 battles: all complete, first token p95 <= 50 ms, at most 10 frames a
second a battle, vote p99 <= 200 ms, memory <= 400 MB. Made by `tests/benchmarks/live.py`."""


@dataclass
class Seen:
    """What the clients measured. window : begin and end of what counts, by the monotonic clock; cpu used within it."""

    window: tuple[float, float] = (0.0, float("inf"))
    cpu_s: float = 0.0
    first_delay_s: list[float] = field(default_factory=list)
    frames_per_s: list[float] = field(default_factory=list)
    vote_s: list[float] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.window[0] <= time.monotonic() < self.window[1]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--battles", type=int, nargs="*", default=[25, 50, 75, 100, 125])
    parser.add_argument("--rush", type=int, default=100)
    options = parser.parse_args(argv)
    rows = []
    with PostgreSQL() as database, Valkey() as broker, tempfile.TemporaryDirectory() as folder:
        environment = _environment(database.url, broker.url, folder)
        models_port = free_port()
        models = subprocess.Popen([sys.executable, "-m", "tests.fake_models", str(models_port)], cwd=ROOT)
        try:
            _seed(environment, models_port)
            for n_battles in options.battles:
                rows.append(_measure(environment, n_battles))
                print(rows[-1], flush=True)
            rush = _measure(environment, options.rush, is_rush=True)
            print(rush, flush=True)
        finally:
            models.terminate()
            models.wait()
    write_section(
        "live", f"## Live battles on one web process\n\n{INTRODUCTION}\n\n{table([*rows, rush])}\n\n{_verdict(rows)}"
    )


def _environment(database_url: str, redis_url: str, folder: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ARENA_DATA_DIR": folder,
        "ARENA_EGRESS_ALLOW": LOOPBACK,
        "ARENA_LIMITS": "off",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from arena.models import Endpoint
from tests.factories import enter, make_arena, make_prompt, make_stored_arena
arena = make_arena("live", takes_prompts=True, pacing="raw")
for k in range(10):
    contestant = enter(arena, f"streamer-{k}")
    Endpoint.objects.create(contestant=contestant, provider="openai", base_url="BASE", model_name="MODEL")
make_prompt(arena, "p1")
make_stored_arena("stored")
"""


def _seed(environment: dict[str, str], models_port: int) -> None:
    code = SEED.replace("BASE", f"http://{LOOPBACK}:{models_port}/v1").replace("MODEL", f"clock-{N_WORDS}-{PER_SECOND}")
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)


def _measure(environment: dict[str, str], n_battles: int, *, is_rush: bool = False) -> dict[str, object]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(port)]
    command += ["--lifespan", "off", "--no-access-log", "--log-level", "error"]
    web = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        base = f"http://{LOOPBACK}:{port}"
        wait_for(base)
        load = os.getloadavg()[0]
        seen = asyncio.run(_rush(base, web.pid, n_battles) if is_rush else _steady(base, web.pid, n_battles))
        memory_mb = _peak_mb(web.pid)
    finally:
        web.terminate()
        web.wait()
    took_s = seen.window[1] - seen.window[0]
    n_started = sum(seen.states.values())
    n_chunks = 2 * n_battles * (N_WORDS if is_rush else PER_SECOND * took_s)
    return {
        "battles": f"{n_battles} at once" if is_rush else n_battles,
        "load_before": round(load, 1),
        "complete": f"{seen.states.get('ready', 0)} of {n_started}",
        "first_tokens": len(seen.first_delay_s),
        "first_token_p50_ms": _percentile(seen.first_delay_s, 50),
        "first_token_p95_ms": _percentile(seen.first_delay_s, 95),
        "frames_per_s": round(max(seen.frames_per_s, default=0), 1),
        "votes": len(seen.vote_s),
        "vote_p50_ms": _percentile(seen.vote_s, 50),
        "vote_p99_ms": _percentile(seen.vote_s, 99),
        "memory_mb": round(memory_mb),
        "cpu_us_per_chunk": round(1e6 * seen.cpu_s / n_chunks),
        "cpu_share": round(seen.cpu_s / took_s, 2),
    }


def _verdict(rows: list[dict[str, object]]) -> str:
    """The saturation point: the most battles at which every goal is met, and what stopped the next step."""
    most = max((row["battles"] for row in rows if not _missed(row)), default=0)
    beyond = next((row for row in rows if row["battles"] > most), None)
    if beyond is None:
        return f"Every goal is met at {most} battles, the most that were tried: the saturation point lies beyond."
    return f"Saturation point: {most} battles. At {beyond['battles']} missed: {', '.join(_missed(beyond))}."


def _missed(row: dict[str, object]) -> list[str]:
    late = [name.replace("_", " ") for name, most in GOALS.items() if not row[name] <= most]
    n_ready, n_started = row["complete"].split(" of ")
    return late + (["not all complete"] if n_ready != n_started else [])


async def _steady(base: str, pid: int, n_battles: int) -> Seen:
    """Battles start evenly; the window opens as the first ones end, and closes before the last ones start to end."""
    now = time.monotonic()
    seen = Seen(window=(now + LASTS_S, now + LASTS_S + WINDOW_S))
    every_s = LASTS_S / n_battles
    async with _votes(base, seen), asyncio.TaskGroup() as group:
        meter = group.create_task(_measure_cpu(pid, seen))
        while not meter.done():
            group.create_task(_battle(base, seen))
            await asyncio.sleep(every_s)
    return seen


async def _rush(base: str, pid: int, n_battles: int) -> Seen:
    """People rarely come all in the same seconds, but it happens."""
    began, cpu_before_s = time.monotonic(), cpu_s(pid)
    seen = Seen()
    async with _votes(base, seen), asyncio.TaskGroup() as group:
        for _ in range(n_battles):
            group.create_task(_battle(base, seen))
            await asyncio.sleep(RUSH_S / n_battles)
    seen.window, seen.cpu_s = (began, time.monotonic()), cpu_s(pid) - cpu_before_s
    return seen


async def _measure_cpu(pid: int, seen: Seen) -> None:
    opens, closes = seen.window
    await asyncio.sleep(opens - time.monotonic())
    before_s = cpu_s(pid)
    await asyncio.sleep(closes - time.monotonic())
    seen.cpu_s = cpu_s(pid) - before_s


@asynccontextmanager
async def _votes(base: str, seen: Seen) -> AsyncIterator[None]:
    voter = asyncio.create_task(_vote(base, seen))
    try:
        yield
    finally:
        voter.cancel()
        with suppress(asyncio.CancelledError):
            await voter


async def _session(base: str) -> httpx2.AsyncClient:
    client = httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False)
    reply = await client.get("/api/v1/session/")
    client.headers["X-CSRFToken"] = reply.json()["csrf_token"]
    return client


async def _battle(base: str, seen: Seen) -> None:
    """Start a battle, read its socket to the end."""
    is_counted = seen.is_open
    client = await _session(base)
    reply = await client.post("/api/v1/battles/", json={"arena": "live"})
    assert reply.status_code == 201, reply.text
    battle_id = reply.json()["id"]
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    url = f"{base.replace('http', 'ws')}/ws/battles/{battle_id}/"
    arrivals: list[float] = []
    headers = {"Cookie": cookies, "Origin": base}
    seq, state = 0, ""
    while state not in OVER:  # a browser that is sent away comes back
        with suppress(websockets.ConnectionClosed, TimeoutError):
            async with websockets.connect(f"{url}?after={seq}", additional_headers=headers, proxy=None) as socket:
                async for frame in socket:
                    message, now = json.loads(frame), time.time()
                    state = message.get("state", state)
                    if state in OVER:
                        break
                    if message["type"] != "delta":
                        continue
                    if not arrivals and is_counted and (sent := FRAME.search(message["text"])):
                        seen.first_delay_s.append(now - float(sent[0]))
                    arrivals.append(now)
                    seq = message["seq"]
    seen.states[state] = seen.states.get(state, 0) + 1
    if len(arrivals) > 1:
        seen.frames_per_s.append((len(arrivals) - 1) / (arrivals[-1] - arrivals[0]))
    await client.aclose()


async def _vote(base: str, seen: Seen) -> None:
    """Meanwhile somebody votes on stored answers."""
    client = await _session(base)
    while True:
        battle_id = (await client.post("/api/v1/battles/", json={"arena": "stored"})).json()["id"]
        is_counted, began = seen.is_open, time.monotonic()
        reply = await client.post(f"/api/v1/battles/{battle_id}/vote/", json={"outcome": "tie"})
        assert reply.status_code == 201, reply.text
        if is_counted:
            seen.vote_s.append(time.monotonic() - began)
        await asyncio.sleep(VOTE_EVERY_S)


def _peak_mb(pid: int) -> float:
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(peak[1]) / 1024 if peak else 0.0


def _percentile(values: list[float], percent: int) -> float:
    if not values:
        return float("nan")
    ordered = sorted(values)
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1)


if __name__ == "__main__":
    main()
