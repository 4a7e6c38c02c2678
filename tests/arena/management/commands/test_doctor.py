"""Does `doctor` print its findings, and end with 1 only if something needed is broken?"""

import pytest
from django.core.management import call_command

from arena.management.commands import doctor
from arena.queries.health import Finding, Weight

FINDINGS = [
    Finding(Weight.NOTE, "mode", "Embedded."),
    Finding(Weight.GOOD, "database", "Answers."),
    Finding(Weight.DEGRADED, "worker", "None answers."),
]


def test_findings_are_printed(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: iter(FINDINGS))

    call_command("doctor", no_color=True)

    assert capsys.readouterr().out == (
        "note      mode      Embedded.\nok        database  Answers.\ndegraded  worker    None answers.\n"
    )


def test_something_broken_ends_with_1(monkeypatch, capsys):
    broken = Finding(Weight.BROKEN, "redis", "Not reachable.")
    monkeypatch.setattr(doctor, "examine", lambda: iter([*FINDINGS, broken]))

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", no_color=True)

    assert ended.value.code == 1
    assert capsys.readouterr().out.endswith("broken    redis     Not reachable.\n")
