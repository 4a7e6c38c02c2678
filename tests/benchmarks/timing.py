"""Does speed name a model? Ten fake models of different speed and piece size; a classifier on arrival times.

Run by `python3 manage.py bench timing`: real battles over real WebSockets of one web process, in each of the three
pacings. Writes its section of docs/benchmarks.md. Next file to read: _timing_classifier.py.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import websockets

from tests.benchmarks._report import table, write_section
from tests.benchmarks._site import wait_for
from tests.benchmarks._timing_classifier import MODELS, Seen, accuracy
from tests.servers import LOOPBACK, free_port

ROOT = Path(__file__).resolve().parents[2]
PACINGS = ("raw", "paced", "when-complete")
OVER = ("ready", "void", "expired")
INTRODUCTION = """\
Ten fake models of different speed, piece size and first word; a nearest-neighbour classifier on when how much text
reaches the browser, counted from the start of the battle. Chance is 0.10; asked of when-complete: at most 1.5 times
that. Made by `tests/benchmarks/timing.py`."""

SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from arena.models import Endpoint
from tests.benchmarks._timing_classifier import MODELS
from tests.factories import enter, make_arena, make_prompt
for pacing in ("raw", "paced", "when-complete"):
    arena = make_arena(pacing, takes_prompts=True, pacing=pacing)
    make_prompt(arena, "p1")
    for model in MODELS:
        contestant = enter(arena, model.name)
        Endpoint.objects.get_or_create(
            contestant=contestant, defaults={"provider": "openai", "base_url": "BASE", "model_name": model.name}
        )
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--battles", type=int, default=150)
    parser.add_argument("--at-once", type=int, default=10)
    options = parser.parse_args(argv)
    models_port, web_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "ARENA_DATA_DIR": folder,
            "ARENA_EGRESS_ALLOW": LOOPBACK,
            "ARENA_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        seed = SEED.replace("BASE", f"http://{LOOPBACK}:{models_port}/v1")
        subprocess.run([sys.executable, "-c", seed], env=environment, cwd=ROOT, check=True)
        web = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(web_port)]
        commands = [
            [sys.executable, "-m", "tests.fake_models", str(models_port)],
            [*web, "--no-access-log", "--log-level", "error"],
        ]
        programs = [subprocess.Popen(command, env=environment, cwd=ROOT) for command in commands]
        try:
            base = f"http://{LOOPBACK}:{web_port}"
            wait_for(base)
            rows = [asyncio.run(_measure(base, pacing, options.battles, options.at_once)) for pacing in PACINGS]
        finally:
            for program in programs:
                program.terminate()
                program.wait()
    write_section("timing", f"## Does speed name a model?\n\n{INTRODUCTION}\n\n{table(rows)}")


async def _measure(base: str, pacing: str, n_battles: int, n_at_once: int) -> dict[str, object]:
    gate = asyncio.Semaphore(n_at_once)

    async def one(number: int) -> list[Seen]:
        async with gate:
            return await _battle(base, pacing, number)

    seen = [side for sides in await asyncio.gather(*map(one, range(n_battles))) for side in sides]
    found = accuracy(seen)
    row = {
        "pacing": pacing,
        "sides": len(seen),
        "accuracy": round(found, 2),
        "times chance": round(found * len(MODELS), 1),
        "first text s": round(sum(side.times_s[0] for side in seen) / len(seen), 1),
        "last text s": round(sum(side.times_s[-1] for side in seen) / len(seen), 1),
    }
    print(row, flush=True)
    return row


async def _battle(base: str, pacing: str, number: int) -> list[Seen]:
    """Watch one battle to its end, then vote and learn who it was. A void battle gives nothing."""
    async with httpx2.AsyncClient(base_url=base, timeout=60, trust_env=False) as client:
        client.headers["X-CSRFToken"] = (await client.get("/api/v1/session/")).json()["csrf_token"]
        began = time.monotonic()
        battle_id = (await client.post("/api/v1/battles/", json={"arena": pacing})).json()["id"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
        frames: dict[str, list[tuple[float, int]]] = {"a": [], "b": []}
        url = f"{base.replace('http', 'ws')}/ws/battles/{battle_id}/?after=0"
        headers = {"Cookie": cookies, "Origin": base}
        async with websockets.connect(url, additional_headers=headers, proxy=None) as socket:
            async for frame in socket:
                message = json.loads(frame)
                if message["type"] == "delta":
                    frames[message["side"]].append((time.monotonic() - began, len(message["text"])))
                elif message["state"] in OVER:
                    break
        vote = await client.post(f"/api/v1/battles/{battle_id}/vote/", json={"outcome": "tie"})
        if vote.status_code != 201:
            return []
        reveal = vote.json()["reveal"]
        return [
            Seen(number, reveal[side]["slug"], [at for at, _ in came], [n for _, n in came])
            for side, came in frames.items()
            if came
        ]


if __name__ == "__main__":
    main()
