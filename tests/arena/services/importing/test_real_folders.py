"""Do the other real folders come in: Japanese text, media of three kinds, FastChat's and AlpacaEval's formats?"""

from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.models import Arena, Contestant, Entry, Output, Prompt
from tests.arena.services.importing.colours import rows_of_everything, run_import

pytestmark = [pytest.mark.django_db, pytest.mark.needs_data]


@pytest.mark.both_databases
def test_japanese_arena(data_dir: Path) -> None:
    report = run_import(data_dir / "rakuda_ja", "rakuda")

    assert {things: dict(counter) for things, counter in report.counts.items()} == {
        "models": {"new": 15},
        "arenas": {"new": 1},
        "entries": {"new": 15},
        "prompts": {"new": 40},
        "outputs": {"new": 600},
    }
    assert set(Prompt.objects.values_list("category", flat=True)) == {"地理", "政治", "歴史", "社会"}
    first = Prompt.objects.get(key="rakuda-LaSEuuNG54CdpH9KCxTnZ3")
    assert first.text == "四国地方の４つの都道府県名と、それぞれの県庁所在地を列挙してください。"
    assert not any("publish" in line for line in report.lines())


def test_media_make_one_arena_each_under_names_that_say_nothing(
    data_dir: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    run_import(data_dir / "media", "media")
    before = rows_of_everything()

    report = run_import(data_dir / "media", "media")

    assert not report.has_changes
    assert report.ignored == []
    assert rows_of_everything() == before
    assert {
        arena.slug: (arena.modality, arena.entries.count(), Output.objects.filter(prompt__arena=arena).count())
        for arena in Arena.objects.all()
    } == {"media-image": ("image", 4, 8), "media-audio": ("audio", 8, 40), "media-video": ("video", 2, 8)}
    assert_files_are_whole_and_blind(tmp_path)


def assert_files_are_whole_and_blind(root: Path) -> None:
    outputs = list(Output.objects.select_related("contestant"))
    assert len({output.file.name for output in outputs}) == len(list((root / "outputs").iterdir())) == len(outputs)
    words = {word for slug in Contestant.objects.values_list("slug", flat=True) for word in slug.split("-")}
    for output in outputs:
        assert sha256((root / output.file.name).read_bytes()).hexdigest() == output.sha256
        stem = Path(output.file.name).stem
        assert not [word for word in words if len(word) > 3 and word in stem]


@pytest.mark.parametrize(
    ("folder_format", "n_models", "n_prompts", "n_outputs"), [("fastchat", 3, 10, 30), ("alpaca-eval", 3, 13, 39)]
)
def test_formats_of_others(data_dir: Path, folder_format: str, n_models: int, n_prompts: int, n_outputs: int) -> None:
    run_import(data_dir / "raw_formats", "others", folder_format)
    before = rows_of_everything()

    report = run_import(data_dir / "raw_formats", "others", folder_format)

    assert (Entry.objects.filter(status="active").count(), Prompt.objects.count(), Output.objects.count()) == (
        n_models,
        n_prompts,
        n_outputs,
    )
    assert not report.has_changes
    assert rows_of_everything() == before
    assert "lmarena_140k.reencoded.jsonl" in report.ignored
