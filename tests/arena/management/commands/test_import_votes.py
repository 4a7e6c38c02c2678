"""What does an operator see of `manage.py import_votes`?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from arena.models import Vote
from tests.arena.services.importing.colours import VOTES, write_csv

pytestmark = pytest.mark.django_db


def test_progress_goes_to_stderr_and_the_report_to_stdout(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "v.csv", [*VOTES, VOTES[0] | {"vote_id": 9, "winner": "left"}])
    stdout, stderr = StringIO(), StringIO()

    call_command(
        *("import_votes", str(file), "--arena", "colours", "--format", "csv", "--kind", "judge", "--skip-bad"),
        stdout=stdout,
        stderr=stderr,
        no_color=True,
    )

    assert stderr.getvalue().splitlines() == ["reading v.csv", "colours: 3 of 3 votes"]
    assert stdout.getvalue().splitlines() == [
        "Imported v.csv into arena colours.",
        "  arenas       1 new",
        "  models       2 new",
        "  entries      2 new",
        "  prompts      2 new",
        "  judge votes  3 new",
        "Bad rows that were skipped: 1",
        "  v.csv, line 5: winner: unknown outcome 'left'; known: model_a, model_b, tie, both_bad, tie (bothbad)",
        "Votes that name no voter, each counted as a voter of its own: 1.",
        "Next: python3 manage.py publish --arena colours",
    ]


def test_a_fault_ends_the_command(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "v.csv", [VOTES[0] | {"winner": "left"}])

    with pytest.raises(CommandError) as caught:
        call_command("import_votes", str(file), "--arena", "colours", "--format", "csv", stderr=StringIO())

    assert str(caught.value).startswith("Nothing was imported. v.csv, line 2: winner: unknown outcome 'left'")
    assert not Vote.objects.exists()
