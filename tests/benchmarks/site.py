"""How fast is a leaderboard read? One web process, as it is served, beside a view that does nothing, in one run.

Run by `python3 manage.py bench site`. The bare view goes through the same server and middleware and answers as many
bytes, so that the ratio is what reading a board costs. Blocks of requests alternate; CPU time, as others work here too.
Writes its section of docs/benchmarks.md.
"""

# ruff: noqa: E402 - the project is found from here before it is imported
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import httpx2

from tests.benchmarks._report import table, write_section
from tests.benchmarks._site import cpu_s, wait_for
from tests.servers import LOOPBACK, free_port, postgresql_url

N_BLOCKS, N_REQUESTS = 8, 50
TARGET = 0.8
API, PAGE, BARE = "/api/v1/leaderboards/big/", "/a/big/leaderboard/", "/bare/"

SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import numpy as np
from arena.services.leaderboards import publish_arena
from tests.factories import enter, make_arena, make_counted_votes, make_prompt, make_voter
arena = make_arena("big")
slugs = [f"model-{k:03}" for k in range(N_MODELS)]
for slug in slugs:
    enter(arena, slug, organisation="Org", total_params_b=7)
prompt, voters = make_prompt(arena, "p1"), [make_voter() for _ in range(200)]
rng = np.random.default_rng(1)
pairs = [(k, (k + step) % N_MODELS) for step in (1, 2, 5) for k in range(N_MODELS)] * 2
votes = [(slugs[a], slugs[b], "ab"[int(rng.random() < 0.5)], voters[n % 200], prompt, 1)
         for n, (a, b) in enumerate(pairs)]
make_counted_votes(arena, votes)
publish_arena(arena_id=arena.pk)
"""
BARE_SITE = """
from django.http import HttpResponse
from django.urls import path
from config.urls import handler500, urlpatterns as whole
def bare(request):
    return HttpResponse(b"x" * int(request.GET["n"]), content_type="application/json")
urlpatterns = [path("bare/", bare), *whole]
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, nargs="*", default=[20, 300])
    options = parser.parse_args(argv)
    rows = []
    for n_models in options.models:
        with tempfile.TemporaryDirectory() as folder:
            rows += _measure(Path(folder), "SQLite", n_models)
        with tempfile.TemporaryDirectory() as folder, postgresql_url() as url:
            rows += _measure(Path(folder), "PostgreSQL", n_models, DATABASE_URL=url)
    text = (
        "## Leaderboards on one web process\n\n"
        "CPU time of the web process for a request with a warm cache, beside a view that answers as many bytes through "
        "the same server and middleware; medians of alternating blocks of one run, on a machine that others used as "
        "well. A kept board asks the database once a second whether it is still the newest. "
        f"The target is a ratio of {TARGET}. Made by `tests/benchmarks/site.py`.\n\n"
    )
    write_section("site", text + table(rows))


def _measure(folder: Path, database: str, n_models: int, **more: str) -> list[dict[str, object]]:
    (folder / "bare_site.py").write_text(BARE_SITE)
    (folder / "bare_settings.py").write_text('from config.settings import *\nROOT_URLCONF = "bare_site"\n')
    environment = os.environ | {
        "ARENA_DATA_DIR": str(folder / "var"),
        "ARENA_LIMITS": "off",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "bare_settings",
    }
    environment |= more
    seed = f"N_MODELS = {n_models}\n{SEED}"
    subprocess.run([sys.executable, "-c", seed], env=environment, cwd=ROOT, check=True)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(port)]
    command += ["--lifespan", "off", "--no-access-log", "--log-level", "error"]
    web = subprocess.Popen(command, env=environment, cwd=ROOT)
    base = f"http://{LOOPBACK}:{port}"
    try:
        wait_for(base)
        with httpx2.Client(base_url=base, trust_env=False, timeout=60) as client:
            where = {"database": database, "models": n_models}
            return [
                where | {"leaderboard": name} | _row(client, web.pid, path)
                for name, path in (("API", API), ("page", PAGE))
            ]
    finally:
        web.terminate()
        web.wait()


def _row(client: httpx2.Client, pid: int, path: str) -> dict[str, object]:
    began = time.perf_counter()
    n_bytes = len(client.get(path).content)
    cold_ms = 1000 * (time.perf_counter() - began)
    bare = f"{BARE}?n={n_bytes}"
    used_s: dict[str, list[float]] = {path: [], bare: []}
    for _ in range(N_BLOCKS):
        for each, of_each in used_s.items():
            began = cpu_s(pid)
            for _ in range(N_REQUESTS):
                client.get(each).raise_for_status()
            of_each.append((cpu_s(pid) - began) / N_REQUESTS)
    board, nothing = (1000 * statistics.median(of_each) for of_each in used_s.values())
    return {
        "kilobytes": round(n_bytes / 1000, 1),
        "first_time_ms": round(cold_ms),
        "cpu_ms": round(board, 2),
        "bare_view_cpu_ms": round(nothing, 2),
        "ratio_of_throughput": f"{nothing / board:.2f}",
    }


if __name__ == "__main__":
    main()
