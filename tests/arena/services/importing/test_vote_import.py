"""Do vote files come in whole, once, or not at all? Small invented files; real ones are in test_real_votes.py."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.domain.errors import ImportFault
from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle, Contestant, Entry, Output, PendingVote, Prompt, Vote, Voter
from arena.services.catalog import save_arena
from tests.arena.services.importing.colours import (
    VOTES,
    Rows,
    make_folder,
    rows_of_everything,
    run_import,
    run_votes,
    write_csv,
    write_lines,
)

pytestmark = pytest.mark.django_db
both_databases = pytest.mark.both_databases

MET = {"model_a": "zaffre-1", "model_b": "Ruddle", "winner": "model_b"}


def message(role: str, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


def chat(a: str, b: str, **values: Any) -> dict[str, Any]:
    """A row of the 33k conversations."""
    asked = message("user", "Why?")
    return (
        MET
        | {
            "question_id": f"{a}{b}",
            "conversation_a": [asked, message("assistant", a)],
            "conversation_b": [asked, message("assistant", b)],
        }
        | values
    )


@both_databases
def test_votes_of_an_existing_arena_refer_to_what_is_stored_there(tmp_path: Path) -> None:
    run_import(make_folder(tmp_path / "colours", votes=[]))
    sources = Arena.objects.get().counted_sources
    file = write_csv(tmp_path / "more.csv", VOTES[:2])

    report = run_votes(file)

    battle = Battle.objects.get(import_key="more.csv:1")
    assert [response.output.text for response in battle.responses.all()] == ["zaffre-1 on sky", "Ocher/2 on sky"]
    assert set(Vote.objects.values_list("source", "is_ranked")) == {("import_votes:csv", True)}
    assert Arena.objects.get().counted_sources == sources
    assert report.counts["human votes"] == {"new": 2}
    assert report.notes == [
        "Votes of import_votes:csv do not count on the headline board of colours, which counts: live, import_arena. "
        "An operator can change that list."
    ]


@both_databases
def test_unknown_models_become_retired_contestants(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "v.csv", [MET])

    run_votes(file)

    assert list(Contestant.objects.values_list("slug", "name", "entries__status")) == [
        ("ruddle", "Ruddle", "retired"),
        ("zaffre-1", "zaffre-1", "retired"),
    ]
    battle = Battle.objects.get()
    assert (battle.import_key, battle.voter, battle.responses.count()) == ("v.csv:2", None, 0)
    assert (battle.prompt.key, battle.prompt.text, battle.prompt.is_in_pool) == ("unknown-prompt", "", False)
    assert Arena.objects.get().counted_sources == ["live", "import_votes:csv"]


@both_databases
def test_texts_become_prompts_and_outputs(tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "chats.jsonl",
        [
            chat("one", "two", judge="u1", tstamp=1694000060.0, language="German"),
            chat("one", "three", judge="u1", anony=False),
        ],
    )

    run_votes(file, "chatbot-arena-33k")

    prompt = Prompt.objects.get()
    assert (prompt.text, prompt.language, prompt.is_in_pool) == ("Why?", "de", False)
    assert set(Output.objects.values_list("contestant__slug", "text")) == {("zaffre-1", "one"), ("ruddle", "two")}
    first, second = Battle.objects.order_by("vote__id").select_related("vote")
    assert first.created_at == first.vote.created_at == datetime(2023, 9, 6, 11, 34, 20, tzinfo=UTC)
    assert list(first.responses.values_list("side", "output__text", "text")) == [("a", "one", ""), ("b", "two", "")]
    # Another answer of the same model stays with its battle.
    assert list(second.responses.values_list("side", "output__text", "text")) == [
        ("a", "one", ""),
        ("b", None, "three"),
    ]
    assert (second.vote.is_ranked, second.unranked_reason, second.created_at) == (False, "not-blind", None)
    assert Voter.objects.get().label == "u1"


def test_later_turns_stay_with_their_battle(tmp_path: Path) -> None:
    longer = {
        f"conversation_{side}": [
            message("system", "Be kind."),
            message("user", [{"type": "text", "text": "Why?"}]),
            message("assistant", [{"type": "text", "text": f"{side}1"}]),
            message("user", [{"type": "text", "text": "And then?"}, {"type": "image", "image": "x", "text": None}]),
            message("assistant", [{"type": "text", "text": f"{side}2"}]),
        ]
        for side in "ab"
    }
    file = write_lines(tmp_path / "v.jsonl", [MET | longer | {"id": "x1", "language": "en", "is_code": True}])

    run_votes(file, "lmarena-140k")

    assert Prompt.objects.values_list("text", "category", "language").get() == ("Why?", "code", "en")
    fields = ("turn", "side", "prompt_text", "output__text", "text")
    assert list(Battle.objects.get().responses.values_list(*fields)) == [
        (1, "a", "", "a1", ""),
        (1, "b", "", "b1", ""),
        (2, "a", "And then?", None, "a2"),
        (2, "b", "And then?", None, "b2"),
    ]


@both_databases
def test_the_same_import_again_changes_nothing_whatever_the_file_is_called(tmp_path: Path) -> None:
    rows = [chat("one", "two"), chat("one", "three")]
    run_votes(write_lines(tmp_path / "first.jsonl", rows), "chatbot-arena-33k")
    before = rows_of_everything()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "second.parquet")

    report = run_votes(tmp_path / "second.parquet", "chatbot-arena-33k")

    assert not report.has_changes
    assert report.counts["human votes"] == {"unchanged": 2}
    assert rows_of_everything() == before


def test_an_erased_voter_does_not_come_back(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "v.csv", [MET | {"voter": "u1"}])
    run_votes(file)
    Voter.objects.all().delete()

    report = run_votes(file)

    assert not report.has_changes
    assert not Voter.objects.exists()


@pytest.mark.parametrize(
    ("column", "kind", "expected"),
    [
        ("", None, "human"),
        ("judge", None, "judge"),
        ("judge", VoterKind.HUMAN, "human"),
        ("", VoterKind.JUDGE, "judge"),
    ],
)
def test_kind_of_voters(tmp_path: Path, column: str, kind: VoterKind | None, expected: str) -> None:
    file = write_csv(tmp_path / "v.csv", [MET | {"voter": "u1", "voter_kind": column}])

    run_votes(file, voter_kind=kind)

    assert (Vote.objects.get().voter_kind, Voter.objects.get().kind) == (expected, expected)


def test_rows_that_their_publisher_did_not_count_are_left_out(tmp_path: Path) -> None:
    rows = [
        MET | {"ranked": "true", "excluded": "", "is_blind": "true"},
        MET | {"ranked": "false", "excluded": "", "is_blind": "true"},
        MET | {"ranked": "true", "excluded": "too_fast", "is_blind": "true"},
        MET | {"ranked": "true", "excluded": "", "is_blind": "false"},
    ]

    report = run_votes(write_csv(tmp_path / "v.csv", rows))

    assert list(Vote.objects.order_by("id").values_list("is_ranked", "battle__import_key")) == [
        (True, "v.csv:2"),
        (False, "v.csv:5"),
    ]
    assert "Rows left out because their publisher did not count them: 2." in report.notes


KAGGLE = {
    "id": 1,
    "model_a": "zaffre-1",
    "model_b": "Ruddle",
    "prompt": '["Why?", "And?"]',
    "response_a": '["a1", null]',
    "response_b": '["b1", "b\\ud83d"]',
    "winner_model_a": 0,
    "winner_model_b": 0,
    "winner_tie": 1,
}
ALPACA = {"instruction": "Why?", "output_1": "a", "generator_1": "x", "output_2": "b", "generator_2": "y"}


def test_kaggle_cells(tmp_path: Path) -> None:
    run_votes(write_csv(tmp_path / "v.csv", [KAGGLE]), "kaggle-55k")

    assert Vote.objects.get().outcome == "tie"
    assert list(Battle.objects.get().responses.values_list("turn", "side", "output__text", "text")) == [
        (1, "a", "a1", ""),
        (1, "b", "b1", ""),
        (2, "a", None, ""),
        (2, "b", None, "b\ufffd"),
    ]


@pytest.mark.parametrize(
    ("vote_format", "row", "problem"),
    [
        ("csv", MET | {"winner": "left"}, "winner: unknown outcome 'left'; known: model_a, model_b, tie, both_bad"),
        ("csv", MET | {"winner": 1}, "winner: unknown outcome 1"),
        ("csv", MET | {"model_b": "zaffre-1"}, "'zaffre-1' against itself"),
        (
            "csv",
            MET | {"model_b": "ZAFFRE 1"},
            "model 'ZAFFRE 1' would have the same address, 'zaffre-1', as 'zaffre-1'",
        ),
        ("csv", MET | {"model_b": ""}, "model_b is missing"),
        ("csv", MET | {"timestamp": "soon"}, "timestamp is 'soon', not a time"),
        ("csv", MET | {"voter": "x" * 101}, f"voter is '{'x' * 59}..., not at most 100 characters"),
        ("csv", MET | {"voter_kind": "robot"}, "voter_kind is 'robot', not one of human, judge"),
        ("csv", MET | {"vote_id": "9"}, "this vote was in v.jsonl, line 1 already"),
        ("clean-battle", MET | {"anony": "perhaps"}, "anony is 'perhaps', not true or false"),
        ("chatbot-arena-33k", chat("a", "b", conversation_b=[]), "the two conversations begin with different prompts"),
        ("chatbot-arena-33k", chat("a", "b", conversation_a="hi"), "conversation_a is 'hi', not a list"),
        (
            "chatbot-arena-33k",
            chat("a", "b", conversation_a=["hi"]),
            "conversation_a holds something that is no message",
        ),
        ("lmarena-140k", chat("a", "b", id="1", conversation_a=[message("user", 5)]), "conversation_a holds something"),
        ("kaggle-55k", KAGGLE | {"winner_model_a": 1}, "not one winner: winner_model_a is 1, winner_model_b is 0"),
        ("kaggle-55k", KAGGLE | {"prompt": "Why?"}, "prompt is 'Why?', not a JSON list of texts"),
        ("kaggle-55k", KAGGLE | {"prompt": '["Why?"]'}, "1 prompts, 2 and 2 responses"),
        ("alpaca-eval", ALPACA | {"preference": 1.2}, "preference is 1.2, not 1, 2 or 1.5"),
        ("alpaca-eval", ALPACA | {"preference": None}, "preference is missing"),
    ],
)
def test_a_bad_row_is_refused_or_skipped(tmp_path: Path, vote_format: str, row: dict[str, Any], problem: str) -> None:
    good = {
        "csv": MET | {"vote_id": "9"},
        "clean-battle": MET,
        "chatbot-arena-33k": chat("good", "good"),
        "lmarena-140k": chat("good", "good", id="good"),
        "kaggle-55k": KAGGLE | {"id": 2},
        "alpaca-eval": ALPACA | {"preference": 1.5},
    }[vote_format]
    file = write_lines(tmp_path / "v.jsonl", [good, row])
    before = rows_of_everything()

    with pytest.raises(ImportFault) as caught:
        run_votes(file, vote_format)

    assert str(caught.value).startswith(f"v.jsonl, line 2: {problem}")
    assert rows_of_everything() == before

    report = run_votes(file, vote_format, is_skipping=True)

    assert (Vote.objects.count(), report.n_skipped, report.skipped) == (1, 1, [str(caught.value)])
    assert "Bad rows that were skipped: 1" in report.lines()


def test_many_skipped_rows_are_counted_and_the_first_few_listed(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "v.jsonl", [MET, *[MET | {"winner": "?"}] * 50])

    report = run_votes(file, is_skipping=True)

    lines = report.lines()
    start = lines.index("Bad rows that were skipped: 50")
    assert lines[start + 1].startswith("  v.jsonl, line 2: winner")
    assert lines[start + 21] == "  and 30 more"


def test_a_vote_that_says_something_else_than_before_is_refused(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "v.csv", [MET | {"vote_id": 1}])
    run_votes(file)
    before = rows_of_everything()
    write_csv(file, [MET | {"vote_id": 1, "winner": "tie"}])

    with pytest.raises(ImportFault, match=r"v\.csv, line 2: vote 'v\.csv:1' was imported before and said something"):
        run_votes(file)

    assert rows_of_everything() == before


@pytest.mark.parametrize("content", ["model_a,model_b,winner\n", "\n\n"])
def test_a_file_without_votes_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "v.csv"
    file.write_text(content)

    with pytest.raises(ImportFault, match=r"v\.csv: (holds no votes|is empty)"):
        run_votes(file)
    assert not Arena.objects.exists()


def test_the_standing_of_known_models_does_not_change(tmp_path: Path) -> None:
    run_import(make_folder(tmp_path / "colours"))

    run_votes(write_csv(tmp_path / "v.csv", [MET]))

    assert dict(Entry.objects.values_list("contestant__slug", "status")) == {
        "zaffre-1": "active",
        "ocher-2": "active",
        "ruddle": "retired",
    }


@both_databases
@pytest.mark.django_db(transaction=True)
def test_dying_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    save_arena(arena=Arena(slug="colours", name="Colours"))
    before = rows_of_everything()
    n_seen: list[int] = []

    with pytest.raises(KeyboardInterrupt):
        run_votes(write_csv(tmp_path / "v.csv", [MET] * 3), progress=dying_when_votes_are_written(n_seen))

    assert n_seen == [3]
    assert rows_of_everything() == before


def dying_when_votes_are_written(n_seen: list[int]) -> Callable[[str], None]:
    def progress(sentence: str) -> None:
        if sentence.endswith("votes"):
            n_seen.append(PendingVote.objects.count())
            raise KeyboardInterrupt

    return progress


def test_unused_columns_are_named(tmp_path: Path) -> None:
    rows: Rows = [MET | {"pair_id": 1, "weight": 2}]

    report = run_votes(write_csv(tmp_path / "v.csv", rows))

    assert report.ignored == ["column pair_id", "column weight"]
