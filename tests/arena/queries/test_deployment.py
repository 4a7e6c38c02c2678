"""Does `check --deploy` pass a good configuration, and name the variable behind each bad one?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "ARENA_PUBLIC_URL": "https://arena.example",
    "ARENA_SECRET_KEY": "kN3v-8sQzP1xWb6TfYh2Lr0MdUc9JgEa5oRiXw7Bt4Vy_GpSeHqZnK",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ARENA_LIMITS": "on",
}


def check(folder, **changes):
    """The command as an operator runs it, in an environment of its own: exit code and what it says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ARENA_", "DATABASE_"))}
    environment |= GOOD | {"ARENA_DATA_DIR": str(folder)} | changes
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_good_configuration_is_clean(tmp_path):
    assert check(tmp_path) == (0, "System check identified no issues (0 silenced).\n")


def test_every_weakness_names_its_variable(tmp_path):
    weak = {"ARENA_PUBLIC_URL": "", "ARENA_SECRET_KEY": "x" * 60, "ARENA_LIMITS": "off", "ARENA_ALLOWED_HOSTS": "*"}

    code, said = check(tmp_path, **weak, ARENA_STAFF_SECOND_FACTOR="optional")

    assert code == 1
    findings = {line.split("(")[1].split(")")[0] for line in said.splitlines() if "(arena." in line}
    assert findings == {"arena.E002", "arena.W003", "arena.W005", "arena.W006", "arena.W007"}
    names = ("ARENA_SECRET_KEY", "ARENA_ALLOWED_HOSTS", "ARENA_PUBLIC_URL", "ARENA_STAFF_SECOND_FACTOR", "ARENA_LIMITS")
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("name", ["ARENA_STAFF_SECOND_FACTOR", "ARENA_SECOND_PERSON"])
def test_word_that_is_none_of_its_choices_is_named(tmp_path, name):
    code, said = check(tmp_path, **{name: "maybe"})

    assert code == 1
    assert f"{name} is required or" in said


def test_debug_and_a_site_for_this_machine_only_are_said(settings):
    from arena.queries.deployment import check_deployment

    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["localhost"]

    assert {"arena.E001", "arena.W004"} <= {finding.id for finding in check_deployment(None)}
