"""What does an operator see of `manage.py import_endpoints`?"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from arena.models import AuditEntry, Contestant

pytestmark = pytest.mark.django_db


def test_report_goes_to_stdout(tmp_path: Path) -> None:
    file, stdout = tmp_path / "api.json", StringIO()
    file.write_text(json.dumps({"quillon-7b": {"api_base": "https://m.example/v1", "api_key": "sk-canary"}}))

    call_command("import_endpoints", str(file), stdout=stdout, actor="ada", why="new models")

    assert stdout.getvalue().splitlines() == [
        "New models, each a draft: quillon-7b.",
        "Keys in the file: 1. None was taken: a key never goes into the database.",
        "Set these, in the environment or in the keys file: ARENA_KEY_OPENAI.",
    ]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.door, entry.why) == ("ada", "command", "new models")
    assert "sk-canary" not in repr(entry.after)


def test_a_fault_ends_the_command(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text("[]")

    with pytest.raises(CommandError, match=r"^Nothing was imported. api.json: an object of models"):
        call_command("import_endpoints", str(file))

    assert Contestant.objects.count() == 0
