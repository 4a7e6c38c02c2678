"""Do the other real folders come in: Japanese text, media of three kinds, FastChat's and AlpacaEval's formats?"""

from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.models import Arena, Contestant, Entry, Output, Prompt
from tests.arena.api.callers import Browser
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


@pytest.mark.timeout(300)
def test_media_make_one_arena_each_in_which_one_can_vote(data_dir: Path, tmp_path: Path, settings: Settings) -> None:
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
    assert_files_are_ours_and_blind(data_dir / "media", tmp_path)
    voter = Browser()
    for kind, media_type in TYPES.items():
        assert_one_can_vote(voter, f"media-{kind}", media_type)


TYPES = {"image": "image/webp", "audio": "audio/mpeg", "video": "video/mp4"}


def assert_files_are_ours_and_blind(source: Path, root: Path) -> None:
    """Every file has one output, which knows the digest of its source and the measures of its own."""
    outputs = list(Output.objects.select_related("contestant", "prompt__arena"))
    files = {path.name: path.read_bytes().lower() for path in (root / "outputs").iterdir()}
    sources = {sha256(path.read_bytes()).hexdigest() for path in source.glob("*/*")}
    assert {output.file.name.removeprefix("outputs/") for output in outputs} == files.keys()
    assert (len(files), {output.sha256 for output in outputs}) == (len(outputs), sources)
    names = {name.lower() for row in Contestant.objects.values_list("slug", "name", "organisation") for name in row}
    for output in outputs:
        data = files[output.file.name.removeprefix("outputs/")]
        assert not [name for name in names if len(name) > 5 and (name in output.file.name or name.encode() in data)]
        assert output.media_type == TYPES[output.prompt.arena.modality]
        assert (output.width is None) == (output.prompt.arena.modality == "audio")
        assert (output.duration_s is None) == (output.prompt.arena.modality == "image")


def assert_one_can_vote(voter: Browser, arena: str, media_type: str) -> None:
    battle = voter.post("battles/", {"arena": arena}).json()
    files = [battle["sides"][side]["turns"][0]["media"][0] for side in "ab"]
    served = [voter.client.get(file["url"]) for file in files]

    vote = voter.post(f"battles/{battle['id']}/vote/", {"outcome": "a"})

    assert (battle["state"], [file["media_type"] for file in files]) == ("ready", [media_type] * 2)
    assert [(reply.status_code, reply["Content-Type"]) for reply in served] == [(200, media_type)] * 2
    assert len({reply.content for reply in served}) == 2
    assert (vote.status_code, vote.json()["ranked"]) == (201, True)


def test_japanese_arena_in_which_one_can_vote(data_dir: Path) -> None:
    run_import(data_dir / "rakuda_ja", "rakuda")
    voter = Browser()
    prompt = Prompt.objects.filter(category="地理").first()
    prompt.full_clean()

    battle = voter.post("battles/", {"arena": "rakuda", "prompt_id": prompt.key}).json()
    vote = voter.post(f"battles/{battle['id']}/vote/", {"outcome": "tie"})

    assert (battle["state"], battle["prompt"]) == ("ready", prompt.text)
    assert vote.status_code == 201


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
