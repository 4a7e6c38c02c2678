"""What does an operator see of `manage.py import_arena`?"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from arena.models import Arena
from tests.arena.services.importing.colours import PROMPTS, make_folder

pytestmark = pytest.mark.django_db


def test_progress_goes_to_stderr_and_the_report_to_stdout(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "colours")
    stdout, stderr = StringIO(), StringIO()

    call_command("import_arena", str(folder), "--arena", "colours", stdout=stdout, stderr=stderr, no_color=True)

    assert stderr.getvalue().splitlines() == [
        f"reading {folder}",
        "colours: storing outputs",
        "colours: 3 of 3 votes",
    ]
    assert stdout.getvalue().splitlines() == [
        f"Imported {folder} into arena colours.",
        "  models       2 new",
        "  arenas       1 new",
        "  entries      2 new",
        "  prompts      2 new",
        "  outputs      4 new (100.0% of 2 models on 2 prompts)",
        "  human votes  3 new (of 2 voters)",
        "Next: python3 manage.py publish --arena colours",
    ]


def test_update_overwrites(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "colours")
    call_command("import_arena", str(folder), "--arena", "colours", stdout=StringIO(), stderr=StringIO())
    make_folder(folder, prompts=[PROMPTS[0] | {"category": "physics"}, PROMPTS[1]])
    kept, overwritten = StringIO(), StringIO()

    call_command("import_arena", str(folder), "--arena", "colours", stdout=kept, stderr=StringIO())
    call_command("import_arena", str(folder), "--arena", "colours", "--update", stdout=overwritten, stderr=StringIO())

    assert "  prompt sky: category is science here, physics in prompts.jsonl, line 1" in kept.getvalue().splitlines()
    assert "  prompts      1 changed, 1 unchanged" in overwritten.getvalue().splitlines()
    assert Arena.objects.get().prompts.get(key="sky").category == "physics"


@pytest.mark.parametrize(
    ("folder", "arena", "problem"),
    [
        ("missing", "colours", "is not a folder"),
        ("colours", "two words", "Nothing was imported. Enter a valid “slug”"),
    ],
)
def test_faults_end_the_command(tmp_path: Path, folder: str, arena: str, problem: str) -> None:
    make_folder(tmp_path / "colours")

    with pytest.raises(CommandError) as caught:
        call_command("import_arena", str(tmp_path / folder), "--arena", arena, stderr=StringIO())

    assert str(caught.value).startswith("Nothing was imported. ")
    assert problem in str(caught.value)
    assert not Arena.objects.exists()
