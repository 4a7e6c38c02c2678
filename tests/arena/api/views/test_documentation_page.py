"""docs/api.md names every call, field, parameter, status, code, event and close code that there is."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from django.test import Client

from arena import events
from arena.domain import errors
from arena.live import consumers
from tests.arena.api.callers import API

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "api.md").read_text(encoding="utf-8")
CODES = set(re.findall(r"`([^`\n]+)`", PAGE))  # what the page writes as code
WORDS = {word for code in CODES for word in re.findall(r"[A-Za-z0-9_-]+", code)}


@pytest.fixture
def schema(db):
    return Client(headers={"Accept": "application/vnd.oai.openapi+json"}).get(f"{API}schema/").json()


def test_every_call_is_described(schema):
    described = {re.sub(r"{\w+}", "{}", code) for code in CODES}

    calls = {
        f"{method.upper()} {path.removeprefix(API)}" for path, methods in schema["paths"].items() for method in methods
    }
    assert {re.sub(r"{\w+}", "{}", call) for call in calls} - described == set()


def test_every_field_and_word_is_named(schema):
    named = set()
    for name, component in schema["components"]["schemas"].items():
        named |= set(component.get("properties", {}))
        if name.endswith("Enum"):
            named |= {word for word in component["enum"] if word}

    assert named - WORDS == set()


def test_every_parameter_is_named(schema):
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    named = {p["name"] for operation in operations for p in operation.get("parameters", []) if p["in"] != "path"}

    assert named - WORDS == set()


def test_every_status_and_code_is_named(schema):
    statuses = {
        status
        for methods in schema["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    }
    of_the_site = {errors.ArenaError, errors.BackupFault, errors.ImportFault, errors.LedgerFault, errors.BattleOver}
    known = {cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.ArenaError)}

    assert {status for status in statuses if status not in PAGE} == set()
    assert {cls.code for cls in known - of_the_site} - WORDS == set()


def test_every_event_is_named():
    for event in get_args(events.Event):
        names = {field.name for field in fields(event)} | {event.type}
        assert names - WORDS == set()


def test_every_close_code_is_named():
    codes = [consumers.BAD_FRAME, consumers.NOT_YOURS, consumers.OVER, consumers.TOO_MANY, consumers.TRY_AGAIN]

    assert [code for code in codes if f"| {code} |" not in PAGE] == []
