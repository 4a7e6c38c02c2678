"""How many live battles does one web process carry? 100 battles, 200 upstream streams, 20 tokens a second each.

Run by `python3 manage.py bench live`. The fake upstream, the database, the web process and the clients share the
machine; the figures are of the web process alone where they say cpu. Writes its section of docs/benchmarks.md.
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
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import httpx2
import websockets

from tests.benchmarks._report import table, write_section
from tests.benchmarks._site import wait_for
from tests.servers import LOOPBACK, PostgreSQL, Valkey, free_port

N_WORDS, PER_SECOND = 200, 20
VOTE_EVERY_S = 0.2
OVER = ("ready", "void")
FRAME = re.compile(r"\d{9,}\.\d{4}")


GOALS = {"first_token_p95_ms": 50, "frames_per_s": 10, "vote_p99_ms": 200, "memory_mb": 400}  # at most
INTRODUCTION = f"""\
Each battle streams {N_WORDS} words a side, {PER_SECOND} a second, with pacing off; they start within five seconds.
Database, broker, upstream and clients share the machine; cpu and memory are of the web process alone, cpu without its
start. First token: from the upstream's sending to the browser. Votes are cast on stored answers meanwhile. Asked at 100
battles: all complete, first token p95 <= 50 ms, at most 10 frames a second a battle, vote p99 <= 200 ms, memory <= 400
MB. Made by `tests/benchmarks/live.py`."""


@dataclass
class Seen:
    """What the clients measured."""

    first_delay_s: list[float] = field(default_factory=list)
    frames_per_s: list[float] = field(default_factory=list)
    vote_s: list[float] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--battles", type=int, nargs="*", default=[25, 50, 100, 150])
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
        finally:
            models.terminate()
            models.wait()
    write_section("live", f"## Live battles on one web process\n\n{INTRODUCTION}\n\n{table(rows)}\n\n{_verdict(rows)}")


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


def _measure(environment: dict[str, str], n_battles: int) -> dict[str, float]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(port)]
    command += ["--lifespan", "off", "--no-access-log", "--log-level", "error"]
    web = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        base = f"http://{LOOPBACK}:{port}"
        wait_for(base)
        cpu_before, _ = _usage(web.pid)
        load = os.getloadavg()[0]
        began = time.monotonic()
        seen = asyncio.run(_load(base, n_battles))
        took = time.monotonic() - began
        cpu_after, memory_mb = _usage(web.pid)
    finally:
        web.terminate()
        web.wait()
    n_chunks = 2 * n_battles * N_WORDS
    return {
        "battles": n_battles,
        "load_before": round(load, 1),
        "complete": seen.states.get("ready", 0),
        "took_s": round(took, 1),
        "first_token_p50_ms": _percentile(seen.first_delay_s, 50),
        "first_token_p95_ms": _percentile(seen.first_delay_s, 95),
        "frames_per_s": round(max(seen.frames_per_s, default=0), 1),
        "vote_p50_ms": _percentile(seen.vote_s, 50),
        "vote_p99_ms": _percentile(seen.vote_s, 99),
        "memory_mb": round(memory_mb),
        "cpu_us_per_chunk": round(1e6 * (cpu_after - cpu_before) / n_chunks),
        "cpu_share": round((cpu_after - cpu_before) / took, 2),
    }


def _verdict(rows: list[dict[str, float]]) -> str:
    """The saturation point: the most battles at which every goal is met, and what stopped the next step."""
    met = [row for row in rows if not _missed(row)]
    most = max((int(row["battles"]) for row in met), default=0)
    beyond = next((row for row in rows if row["battles"] > most), None)
    if beyond is None:
        return f"Every goal is met at {most} battles, the most that were tried: the saturation point lies beyond."
    return f"Saturation point: {most} battles. At {beyond['battles']:.0f} missed: {', '.join(_missed(beyond))}."


def _missed(row: dict[str, float]) -> list[str]:
    late = [name.replace("_", " ") for name, most in GOALS.items() if not row[name] <= most]
    return late + (["not all complete"] if row["complete"] < row["battles"] else [])


async def _load(base: str, n_battles: int) -> Seen:
    seen = Seen()
    watchers = []
    is_over = asyncio.Event()
    voter = asyncio.create_task(_vote(base, seen, is_over))
    async with asyncio.TaskGroup() as group:
        for _ in range(n_battles):
            watchers.append(group.create_task(_battle(base, seen)))
            await asyncio.sleep(5 / n_battles)  # people do not start in the same millisecond
    is_over.set()
    await voter
    return seen


async def _session(base: str) -> httpx2.AsyncClient:
    client = httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False)
    reply = await client.get("/api/v1/session/")
    client.headers["X-CSRFToken"] = reply.json()["csrf_token"]
    return client


async def _battle(base: str, seen: Seen) -> None:
    """Start a battle, read its socket to the end."""
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
                    if not arrivals and (sent := FRAME.search(message["text"])):
                        seen.first_delay_s.append(now - float(sent[0]))
                    arrivals.append(now)
                    seq = message["seq"]
    seen.states[state] = seen.states.get(state, 0) + 1
    if len(arrivals) > 1:
        seen.frames_per_s.append((len(arrivals) - 1) / (arrivals[-1] - arrivals[0]))
    await client.aclose()


async def _vote(base: str, seen: Seen, is_over: asyncio.Event) -> None:
    """Meanwhile somebody votes on stored answers."""
    client = await _session(base)
    while not is_over.is_set():
        battle_id = (await client.post("/api/v1/battles/", json={"arena": "stored"})).json()["id"]
        began = time.monotonic()
        reply = await client.post(f"/api/v1/battles/{battle_id}/vote/", json={"outcome": "tie"})
        assert reply.status_code == 201, reply.text
        seen.vote_s.append(time.monotonic() - began)
        await asyncio.sleep(VOTE_EVERY_S)
    await client.aclose()


def _usage(pid: int) -> tuple[float, float]:
    """CPU seconds, and megabytes at most so far, of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return ticks / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1024 if peak else 0.0


def _percentile(values: list[float], percent: int) -> float:
    if not values:
        return float("nan")
    ordered = sorted(values)
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 1)


if __name__ == "__main__":
    main()
