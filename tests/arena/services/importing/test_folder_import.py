"""Does a folder come in whole, once, or not at all? Small invented folders; the real ones are in test_llmfao.py."""

import gzip
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from arena.domain.errors import ImportFault, InvalidInput
from arena.models import Arena, Battle, Contestant, Entry, LedgerEntry, Output, PendingVote, Prompt, Vote, Voter
from arena.services.catalog import save_arena
from arena.services.ledger import sequence_arena
from tests.arena.services.importing.colours import (
    MODELS,
    OUTPUTS,
    PROMPTS,
    VOTES,
    Rows,
    make_folder,
    rows_of_everything,
    run_import,
    write_csv,
    write_lines,
)

pytestmark = pytest.mark.django_db
both_databases = pytest.mark.both_databases


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models, two prompts, four outputs, three votes."""
    return make_folder(tmp_path / "colours")


@both_databases
def test_every_row_comes_in(folder: Path) -> None:
    write_csv(folder / "judge_votes.csv", [{"judge" if k == "voter" else k: v for k, v in VOTES[0].items()}])

    run_import(folder)

    arena = Arena.objects.get()
    assert (arena.slug, arena.modality, arena.counted_sources) == ("colours", "text", ["live", "import_arena"])
    assert list(Contestant.objects.values_list("slug", "name", "organisation", "total_params_b", "precision")) == [
        ("ocher-2", "Ocher/2", "", None, "unknown"),
        ("zaffre-1", "Zaffre 1", "Quux Labs", 7.0, "int8"),
    ]
    assert Contestant.objects.get(slug="ocher-2").openness == "proprietary"
    assert list(Prompt.objects.values_list("key", "text", "category", "language", "is_in_pool", "source")) == [
        ("sea", "Why is the sea salty?", "", "", True, "import_arena"),
        ("sky", "Why is the sky blue?", "science", "en", True, "import_arena"),
    ]
    assert set(Output.objects.values_list("contestant__slug", "prompt__key", "text")) == {
        ("zaffre-1", "sky", "zaffre-1 on sky"),
        ("zaffre-1", "sea", "zaffre-1 on sea"),
        ("ocher-2", "sky", "Ocher/2 on sky"),
        ("ocher-2", "sea", "Ocher/2 on sea"),
    }
    assert set(Entry.objects.values_list("contestant__slug", "status")) == {
        ("ocher-2", "active"),
        ("zaffre-1", "active"),
    }
    assert set(Voter.objects.values_list("origin", "kind", "label")) == {
        ("import:colours", "human", "u1"),
        ("import:colours", "human", "u2"),
        ("import:colours", "judge", "u1"),
    }


@both_databases
def test_a_vote_becomes_a_voted_battle_over_the_stored_outputs(folder: Path) -> None:
    run_import(folder)

    battle = Battle.objects.select_related("vote__pending", "voter").get(import_key="votes.csv:2")
    assert (battle.state, battle.branch, battle.prompt.key, battle.voter.label) == ("voted", "import", "sea", "u2")
    assert (battle.contestant_a.slug, battle.contestant_b.slug) == ("ocher-2", "zaffre-1")
    drawn = ("nonce", "commitment", "pair_probability", "n_eligible_pairs", "created_at", "expires_at")
    assert [getattr(battle, field) for field in drawn] == [None] * len(drawn)
    assert list(battle.responses.values_list("side", "turn", "output__text", "text", "is_done")) == [
        ("a", 1, "Ocher/2 on sea", "", True),
        ("b", 1, "zaffre-1 on sea", "", True),
    ]
    vote = battle.vote
    assert (vote.outcome, vote.voter_kind, vote.source, vote.is_ranked, vote.created_at) == (
        "both_bad",
        "human",
        "import_arena",
        True,
        None,
    )
    assert vote.pending.arena == battle.arena
    assert Battle.objects.get(import_key="votes.csv:3").voter is None


def test_ledger_records_of_imported_votes_say_only_what_is_known(folder: Path) -> None:
    run_import(folder)

    sequence_arena(arena_id=Arena.objects.get().pk)

    records = [json.loads(bytes(entry.record)) for entry in LedgerEntry.objects.order_by("seq")]
    assert [(record["k"], record.get("op"), record.get("id")) for record in records[:2]] == [
        ("model", "add", "zaffre-1"),
        ("model", "add", "ocher-2"),
    ]
    votes = records[2:]
    assert [(record["ma"], record["mb"], record["y"], record["rk"], record["src"]) for record in votes] == [
        ("zaffre-1", "ocher-2", "a", 1, "import_arena"),
        ("ocher-2", "zaffre-1", "both_bad", 1, "import_arena"),
        ("ocher-2", "zaffre-1", "tie", 1, "import_arena"),
    ]
    assert not [key for record in votes for key in ("c", "n", "pp", "t") if key in record]


@both_databases
def test_the_same_import_again_changes_nothing(folder: Path) -> None:
    run_import(folder)
    before = rows_of_everything()

    report = run_import(folder)

    assert rows_of_everything() == before
    assert report.lines()[:5] == [
        f"Nothing has changed: what {folder} holds is in arena colours already.",
        "  models       2 unchanged",
        "  prompts      2 unchanged",
        "  outputs      4 unchanged (100.0% of 2 models on 2 prompts)",
        "  human votes  3 unchanged (of 2 voters)",
    ]


def test_what_was_added_to_the_files_is_added_here(folder: Path) -> None:
    run_import(folder)
    more = {"vote_id": 4, "prompt_id": "sky", "model_a": "ruddle", "model_b": "Ocher/2", "winner": "tie", "voter": "u1"}
    make_folder(
        folder,
        models=[*MODELS, {"model_id": "ruddle"}, {"model_id": "silent"}],
        outputs=[*OUTPUTS, {"prompt_id": "sky", "model_id": "ruddle", "text": "late"}],
        votes=[*VOTES, more],
    )

    report = run_import(folder)

    assert {things: dict(counter) for things, counter in report.counts.items()} == {
        "models": {"new": 2, "unchanged": 2},
        "entries": {"new": 2},
        "prompts": {"unchanged": 2},
        "outputs": {"new": 1, "unchanged": 4},
        "human votes": {"new": 1, "unchanged": 3},
    }
    assert dict(Entry.objects.values_list("contestant__slug", "status")) == {
        "ocher-2": "active",
        "zaffre-1": "active",
        "ruddle": "active",
        "silent": "draft",
    }
    assert "No output of silent." in report.notes
    assert report.lines()[-1] == "Next: python3 manage.py publish --arena colours"


@pytest.mark.parametrize("is_update", [False, True])
def test_unknowns_are_filled_and_known_values_kept(folder: Path, is_update: bool) -> None:
    Contestant.objects.create(slug="zaffre-1", name="zaffre-1", organisation="Other Labs", aliases=["zz"])
    models = [
        {
            **MODELS[0],
            "licence": "mit",
            "api_id": "quux/zaffre",
            "release_date": "2023-09-06",
            "input_price_usd": 0.1,
            "context_tokens": 4096,
            "training_type": "chat models (RLHF, DPO, IFT, ...)",
        },
        MODELS[1],
    ]
    make_folder(folder, models=models)

    report = run_import(folder, is_update=is_update)

    zaffre = Contestant.objects.get(slug="zaffre-1")
    assert (zaffre.name, zaffre.licence, zaffre.training_type, zaffre.aliases) == (
        "Zaffre 1",
        "mit",
        "chat",
        ["zz", "quux/zaffre"],
    )
    assert (zaffre.input_price_usd, zaffre.context_tokens, str(zaffre.release_date)) == (
        Decimal("0.1"),
        4096,
        "2023-09-06",
    )
    assert zaffre.organisation == ("Quux Labs" if is_update else "Other Labs")
    kept = "zaffre-1: organisation is Other Labs here, Quux Labs in models.jsonl, line 1"
    assert report.differences == ([] if is_update else [kept])
    assert report.counts["models"] == {"new": 1, "changed": 1}
    again = run_import(folder, is_update=is_update)
    assert not again.has_changes


def test_an_arena_that_is_there_keeps_its_list_of_sources(folder: Path) -> None:
    save_arena(arena=Arena(slug="colours", name="Colours"))

    report = run_import(folder)

    assert Arena.objects.get().counted_sources == ["live"]
    assert report.notes == [
        "Votes of import_arena do not count on the headline board of colours, which counts: live. "
        "An operator can change that list."
    ]


def test_an_operator_decides_who_is_shown(folder: Path) -> None:
    run_import(folder)
    Entry.objects.filter(contestant__slug="ocher-2").update(status="paused")

    report = run_import(folder)

    assert Entry.objects.get(contestant__slug="ocher-2").status == "paused"
    assert report.notes == ["Not shown in colours until an operator says so: ocher-2 (paused)."]


def test_the_same_output_twice_is_one(folder: Path) -> None:
    make_folder(folder, outputs=[*OUTPUTS, OUTPUTS[0]])

    report = run_import(folder)

    assert report.counts["outputs"] == {"new": 4, "repeated": 1}


def test_wrongly_decoded_texts_are_pointed_out(folder: Path) -> None:
    make_folder(folder, outputs=[OUTPUTS[0] | {"text": "schÃ¶n"}, OUTPUTS[1] | {"text": "schön Ã"}, *OUTPUTS[2:]])

    report = run_import(folder)

    assert report.notes == [
        "Outputs that look as if they were once read in a wrong encoding: 1 (outputs.jsonl, line 1)."
    ]


def test_gzipped_files_will_do_and_others_are_named(folder: Path) -> None:
    for file in list(folder.iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    (folder / "notes.txt").touch()
    (folder / "pictures").mkdir()

    report = run_import(folder)

    assert Vote.objects.count() == len(VOTES)
    assert report.ignored == ["notes.txt", "pictures"]


def change(rows: Rows, position: int, **values: object) -> Rows:
    return [row | values if k == position else row for k, row in enumerate(rows)]


FAULTS: dict[str, tuple[dict[str, Rows], str]] = {
    "no model id": ({"models": [{"name": "x"}]}, "models.jsonl, line 1: model_id is missing"),
    "model twice": (
        {"models": [*MODELS, MODELS[0]]},
        "models.jsonl, line 3: model_id 'zaffre-1' was in models.jsonl, line 1 already",
    ),
    "slug twice": (
        {"models": [*MODELS, {"model_id": "Zaffre 1"}]},
        "models.jsonl, line 3: model 'Zaffre 1' would have the same address, 'zaffre-1', as 'zaffre-1' in "
        "models.jsonl, line 1",
    ),
    "long name": (
        {"models": change(MODELS, 0, name="x" * 81)},
        f"models.jsonl, line 1: name is '{'x' * 59}..., not at most 80 characters",
    ),
    "odd precision": (
        {"models": change(MODELS, 0, precision="3bit")},
        "models.jsonl, line 1: precision: '3bit' is not one of fp32, bf16, fp16, int8, int4, gptq, other, unknown",
    ),
    "odd size": (
        {"models": change(MODELS, 0, params_b=-7)},
        "models.jsonl, line 1: params_b is -7, not a number above 0",
    ),
    "odd link": (
        {"models": change(MODELS, 0, link="javascript:alert(1)")},
        "models.jsonl, line 1: link is 'javascript:alert(1)', not an address that begins with https://",
    ),
    "odd price": (
        {"models": change(MODELS, 0, input_price_usd=-1)},
        "models.jsonl, line 1: input_price_usd is -1, not a price",
    ),
    "odd modality": (
        {"models": change(MODELS, 0, modality="smell")},
        "models.jsonl, line 1: modality is 'smell', not one of text, image, audio, video",
    ),
    "prompt twice": (
        {"prompts": [*PROMPTS, PROMPTS[1]]},
        "prompts.jsonl, line 3: prompt_id 'sea' was in prompts.jsonl, line 2 already",
    ),
    "blank prompt": ({"prompts": change(PROMPTS, 1, text=" \n")}, "prompts.jsonl, line 2: text is empty"),
    "odd language": (
        {"prompts": change(PROMPTS, 1, language="English")},
        "prompts.jsonl, line 2: language is 'English', not two letters of ISO 639-1",
    ),
    "long category": (
        {"prompts": change(PROMPTS, 1, category="c" * 51)},
        f"prompts.jsonl, line 2: category is '{'c' * 51}', not at most 50 characters",
    ),
    "no outputs": ({"outputs": []}, "colours: holds no outputs"),
    "output of nobody": (
        {"outputs": change(OUTPUTS, 2, model_id="nobody")},
        "outputs.jsonl, line 3: model 'nobody' is not among the models of the folder",
    ),
    "output on nothing": (
        {"outputs": change(OUTPUTS, 2, prompt_id="lake")},
        "outputs.jsonl, line 3: prompt 'lake' is not among the prompts of the folder",
    ),
    "output without content": (
        {"outputs": change(OUTPUTS, 2, text=None)},
        "outputs.jsonl, line 3: one of text and file is needed",
    ),
    "output with both": (
        {"outputs": change(OUTPUTS, 2, file="x.png")},
        "outputs.jsonl, line 3: text and file: only one is taken",
    ),
    "output that is no text": (
        {"outputs": change(OUTPUTS, 2, text=["x"])},
        "outputs.jsonl, line 3: text is ['x'], not a text",
    ),
    "output out of the folder": (
        {"outputs": change(OUTPUTS, 2, text=None, file="../x.png")},
        "outputs.jsonl, line 3: file '../x.png' leads out of the folder",
    ),
    "two outputs": (
        {"outputs": [*OUTPUTS, OUTPUTS[0] | {"text": "other"}]},
        "outputs.jsonl, line 5: another output of model 'zaffre-1' on prompt 'sky' is in outputs.jsonl, line 1; "
        "one is taken for each pair",
    ),
    "vote for nobody": (
        {"votes": change(VOTES, 1, model_b="nobody")},
        "votes.csv, line 3: model 'nobody' is not among the models of the folder",
    ),
    "vote on nothing": (
        {"votes": change(VOTES, 1, prompt_id="lake")},
        "votes.csv, line 3: prompt 'lake' is not among the prompts of the folder",
    ),
    "vote on no output": (
        {"outputs": OUTPUTS[:3]},
        "votes.csv, line 3: model 'Ocher/2' has no output on prompt 'sea'",
    ),
    "vote against itself": (
        {"votes": change(VOTES, 1, model_b="Ocher/2")},
        "votes.csv, line 3: 'Ocher/2' against itself",
    ),
    "odd winner": (
        {"votes": change(VOTES, 2, winner="Model_A")},
        "votes.csv, line 4: winner: unknown outcome 'Model_A'; known: model_a, model_b, tie, both_bad, tie (bothbad)",
    ),
    "vote twice": (
        {"votes": [*VOTES, VOTES[0]]},
        "votes.csv, line 5: this vote was in votes.csv, line 2 already",
    ),
    "no winner": (
        {"votes": [{"prompt_id": "sky", "model_a": "zaffre-1", "model_b": "Ocher/2"}]},
        "votes.csv, line 1: no column winner; the columns are: prompt_id, model_a, model_b",
    ),
}


@pytest.mark.parametrize(("changed", "problem"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_and_nothing_comes_in(tmp_path: Path, changed: dict[str, Rows], problem: str) -> None:
    folder = make_folder(tmp_path / "colours", **changed)
    before = rows_of_everything()

    with pytest.raises(ImportFault) as caught:
        run_import(folder)

    assert str(caught.value).removeprefix(f"{tmp_path}/") == problem
    assert rows_of_everything() == before


@pytest.mark.parametrize("name", ["models.jsonl", "prompts.jsonl", "outputs.jsonl"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(ImportFault, match=f"^{re.escape(name)}: is missing in "):
        run_import(folder)


def test_files_must_lie_in_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "votes.csv").rename(tmp_path / "votes.csv")
    (folder / "votes.csv").symlink_to(tmp_path / "votes.csv")

    with pytest.raises(ImportFault, match=r"file 'votes\.csv' leads out of the folder"):
        run_import(folder)


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"model_a": "nobody"}, "model 'nobody' is not in models.jsonl"),
        ({"prompt_id": "lake"}, "prompt 'lake' is not in prompts.jsonl"),
        ({"expected_winner": "left"}, "expected_winner: unknown outcome 'left'"),
    ],
)
def test_practice_pairs_are_checked(folder: Path, check: dict[str, str], problem: str) -> None:
    good = {"prompt_id": "sky", "model_a": "zaffre-1", "model_b": "Ocher/2", "expected_winner": "tie"}
    write_lines(folder / "gold_checks.jsonl", [good, good | check])

    with pytest.raises(ImportFault) as caught:
        run_import(folder)

    assert str(caught.value).startswith(f"gold_checks.jsonl, line 2: {problem}")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"outputs": change(OUTPUTS, 1, text="edited")},
            "outputs.jsonl, line 2: model 'Ocher/2' has another output on prompt 'sky' here; "
            "stored outputs never change",
        ),
        (
            {"prompts": change(PROMPTS, 0, text="edited")},
            "prompts.jsonl, line 1: prompt 'sky' has another text in colours; stored prompts never change",
        ),
        (
            {"votes": change(VOTES, 0, winner="tie")},
            "votes.csv, line 2: vote 'votes.csv:1' was imported before and said something else",
        ),
        (
            {"votes": change(VOTES, 0, voter="u9")},
            "votes.csv, line 2: vote 'votes.csv:1' was imported before and said something else",
        ),
    ],
)
def test_what_votes_stand_on_never_changes(folder: Path, changed: dict[str, Rows], problem: str) -> None:
    run_import(folder)
    before = rows_of_everything()
    make_folder(folder, **changed)

    with pytest.raises(ImportFault) as caught:
        run_import(folder, is_update=True)

    assert str(caught.value) == problem
    assert rows_of_everything() == before


@both_databases
@pytest.mark.django_db(transaction=True)
def test_dying_in_the_middle_leaves_nothing(folder: Path) -> None:
    before = rows_of_everything()
    n_seen = []

    with pytest.raises(KeyboardInterrupt):
        run_import(folder, progress=dying_when_votes_are_written(n_seen))

    assert n_seen == [len(VOTES)]
    assert rows_of_everything() == before


def dying_when_votes_are_written(n_seen: list[int]) -> Callable[[str], None]:
    def progress(sentence: str) -> None:
        if sentence.endswith("votes"):
            n_seen.append(PendingVote.objects.count())
            raise KeyboardInterrupt

    return progress


def test_an_arena_of_another_modality_is_left_alone(folder: Path) -> None:
    save_arena(arena=Arena(slug="colours", name="Colours", modality="image"))

    with pytest.raises(InvalidInput) as caught:
        run_import(folder)

    assert caught.value.fields == {"arena": ["colours compares image, these are outputs of text"]}


@pytest.mark.parametrize("slug", ["", "../x", "two words", "x" * 51])
def test_an_arena_needs_a_good_slug(folder: Path, slug: str) -> None:
    with pytest.raises(InvalidInput):
        run_import(folder, slug)
    assert not Arena.objects.exists()
