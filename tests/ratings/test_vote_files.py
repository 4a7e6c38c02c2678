"""Vote files of every kind, and what each refuses, with the place named."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from ratings.errors import InvalidVotes
from ratings.outcomes import Outcome
from ratings.vote_files import read_vote_file
from ratings.vote_rows import ReadOptions, VoteFile

HEADER = "model_a,model_b,winner,voter\n"
ROWS = "y,x,model_a,v2\nx,z,tie (bothbad),v1\nz,y,both_bad,\nx,y,tie,v1\n"
RECORDS = [dict(zip(HEADER.strip().split(","), row.split(","), strict=True)) for row in ROWS.splitlines()]


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def write_parquet(path: Path, records: list[dict[str, object]], dictionary: bool = False) -> Path:
    table = pa.Table.from_pylist(records)
    if dictionary:
        names = [name for name in table.column_names if pa.types.is_string(table.schema.field(name).type)]
        for name in names:
            table = table.set_column(table.column_names.index(name), name, table[name].dictionary_encode())
    pq.write_table(table, path, row_group_size=2)
    return path


WRITERS: dict[str, Callable[[Path], Path]] = {
    "votes.csv": lambda path: write(path, HEADER + ROWS),
    "votes.csv.gz": lambda path: write(path, gzip.compress((HEADER + ROWS).encode())),
    "bom.csv": lambda path: write(path, "\ufeff" + HEADER + ROWS.replace("\n", "\r\n")),
    "votes.jsonl": lambda path: write(path, "\n".join(map(json.dumps, RECORDS)) + "\n\n"),
    "votes.ndjson.gz": lambda path: write(path, gzip.compress("\n".join(map(json.dumps, RECORDS)).encode())),
    "votes.json": lambda path: write(path, json.dumps(RECORDS)),
    "votes.parquet": lambda path: write_parquet(path, RECORDS),
    "dictionary.parquet": lambda path: write_parquet(path, RECORDS, dictionary=True),
    "csv without name": lambda path: write(path, HEADER + ROWS),
    "lines without name": lambda path: write(path, "\n".join(map(json.dumps, RECORDS))),
    "array without name": lambda path: write(path, " " + json.dumps(RECORDS)),
    "parquet without name": lambda path: write_parquet(path, RECORDS),
}


def summary(file: VoteFile) -> tuple[object, ...]:
    votes = file.votes
    return votes.ids, votes.a.tolist(), votes.b.tolist(), votes.outcome.tolist(), votes.voter.tolist(), votes.n_voters


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_gives_the_same_votes(tmp_path: Path, name: str) -> None:
    file = read_vote_file(WRITERS[name](tmp_path / name), ReadOptions())

    assert summary(file) == (
        ("x", "y", "z"),
        [1, 0, 2, 0],
        [0, 2, 1, 1],
        [Outcome.A, Outcome.BOTH_BAD, Outcome.BOTH_BAD, Outcome.TIE],
        [1, 0, -1, 0],
        2,
    )
    assert (file.n_rows, file.n_bad, file.n_left_out) == (4, 0, 0)


BAD_ROWS = [
    ({"winner": "skip"}, "column winner: 'skip' is not one of model_a, model_b, tie, both_bad, tie .bothbad."),
    ({"winner": "Model_A"}, "column winner: 'Model_A'"),
    ({"winner": ""}, "column winner: ''"),
    ({"model_a": ""}, "column model_a: '' is not the name of a model"),
    ({"model_b": "  "}, "column model_b: '  '"),
    ({"model_b": "y"}, "column model_b: 'y' against itself"),
    ({"weight": "nan"}, "column weight: 'nan' is not a number from 0"),
    ({"weight": "inf"}, "column weight: 'inf'"),
    ({"weight": "-1"}, "column weight: '-1'"),
    ({"weight": ""}, "column weight: ''"),
    ({"weight": "many"}, "column weight: 'many'"),
    ({"ranked": "perhaps"}, "column ranked: 'perhaps' is not true or false"),
]
GOOD = {"model_a": "y", "model_b": "x", "winner": "model_a", "weight": "1.5", "ranked": "true"}


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])
@pytest.mark.parametrize(("change", "message"), BAD_ROWS, ids=[str(change) for change, _ in BAD_ROWS])
def test_a_bad_row_is_named_or_skipped_and_counted(tmp_path: Path, kind: str, change: dict, message: str) -> None:
    records = [GOOD, GOOD | change, GOOD]
    path = tmp_path / f"votes.{kind}"
    place = {"csv": "line 3", "jsonl": "line 2", "json": "record 2", "parquet": "row 2"}[kind]
    match kind:
        case "csv":
            write(path, "\n".join([",".join(GOOD), *(",".join(record.values()) for record in records)]))
        case "jsonl":
            write(path, "\n".join(map(json.dumps, records)))
        case "json":
            write(path, json.dumps(records))
        case _:
            write_parquet(path, records)

    with pytest.raises(InvalidVotes, match=f"{path.name}, {place}: {message}"):
        read_vote_file(path, ReadOptions())

    skipped = read_vote_file(path, ReadOptions(skip_bad=True))
    assert (skipped.n_rows, skipped.n_bad, skipped.votes.n_votes) == (3, 1, 2)
    assert skipped.votes.weight.tolist() == [1.5, 1.5]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ('{"model_a": 5, "model_b": "x", "winner": "tie"}', "column model_a: 5"),
        ('{"model_a": "y", "model_b": "x", "winner": ["tie"]}', r"column winner: \['tie'\]"),
        ('{"model_a": "y", "model_b": "x", "winner": null}', "column winner: None"),
        ('{"model_a": "y", "model_b": "x", "winner": "tie", "weight": NaN}', "column weight: nan"),
        ('{"model_a": "y", "model_b": "x", "winner": "tie", "weight": true}', "column weight: True"),
        ('{"model_a": "y", "model_b": "x", "winner": "tie", "voter": ["v"]}', r"column voter: \['v'\]"),
        ('{"model_a": "y", "model_b": "x"}', "column winner"),
        ('["model_a"]', "holds list, not an object"),
        ('{"model_a": "y",', "Expecting property name"),
        ("[" * 50_000, "nested too deeply"),
        (b'{"model_a": "\xff"}', "codec can't decode"),
    ],
)
def test_a_bad_line_of_json_is_named(tmp_path: Path, record: str | bytes, message: str) -> None:
    good = json.dumps(GOOD).encode()
    line = record.encode() if isinstance(record, str) else record
    path = write(tmp_path / "votes.jsonl", good + b"\n" + line + b"\n" + good)

    with pytest.raises(InvalidVotes, match=f"line 2: .*{message}|column winner is missing"):
        read_vote_file(path, ReadOptions())

    assert read_vote_file(path, ReadOptions(skip_bad=True)).n_bad == 1


def test_a_row_of_other_length_is_named_or_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", HEADER + ROWS + "x,y,tie\n" + "x,y,tie,v1,more\n")

    with pytest.raises(InvalidVotes, match="line 6: 3 fields, not 4"):
        read_vote_file(path, ReadOptions())

    assert read_vote_file(path, ReadOptions(skip_bad=True)).n_bad == 2


def test_a_quoted_line_break_does_not_shift_the_line_named(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", 'model_a,model_b,winner\n"two\nlines",x,tie\nx,x,tie\n')

    with pytest.raises(InvalidVotes, match="line 4: column model_b: 'x' against itself"):
        read_vote_file(path, ReadOptions())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("votes.csv", "", "column model_a is missing"),
        ("votes.csv", "model_a,winner\na,tie\n", "column model_b is missing"),
        ("votes.csv", "model_a,model_b,winner,winner\n", "column 'winner' is there twice"),
        ("votes.csv", b"model_a,model_b,winner\na,b\xff,tie\n", "codec can't decode"),
        ("votes.csv", 'model_a,model_b,winner\na,"b,tie\n', "unexpected end of data"),
        ("votes.json", "{}", "holds dict, not an array"),
        ("votes.json", "[1, ", "votes.json: Expecting value"),
        ("votes.json", '[{"model_a": "a"}]', "column model_b is missing"),
        ("votes.jsonl", '{"model_a": "a"}\n', "column model_b is missing"),
        ("votes.parquet", "no parquet", "no Parquet file that can be read"),
        ("votes.csv.gz", gzip.compress(b"model_a,model_b,winner\n" * 999)[:-9], "broken gzip file"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(InvalidVotes, match=message):
        read_vote_file(write(tmp_path / name, content), ReadOptions())


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InvalidVotes, match=str(path)):
            read_vote_file(path, ReadOptions())


@pytest.mark.parametrize("content", ["[]", ""])
def test_a_file_without_votes_is_empty(tmp_path: Path, content: str) -> None:
    name = "votes.json" if content else "votes.jsonl"

    file = read_vote_file(write(tmp_path / name, content), ReadOptions())

    assert (file.n_rows, file.votes.n_votes, file.votes.ids) == (0, 0, ())


PUBLIC = """model_a,model_b,winner,voter_kind,ranked,excluded
a,b,tie,human,true,
a,b,tie,judge,true,
a,b,tie,human,false,
a,b,tie,human,true,too_fast
a,c,nonsense,judge,true,
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_only_ranked_human_votes_that_are_not_excluded_count(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / "votes.csv", PUBLIC)
    if kind == "parquet":
        table = pyarrow.csv.read_csv(path)
        path = tmp_path / "votes.parquet"
        pq.write_table(table, path)

    file = read_vote_file(path, ReadOptions())

    assert (file.votes.ids, file.votes.n_votes, file.n_left_out, file.n_bad) == (("a", "b"), 1, 4, 0)
    every = read_vote_file(path, ReadOptions(all_rows=True, skip_bad=True))
    assert (every.votes.n_votes, every.n_left_out, every.n_bad) == (4, 0, 1)


def test_voter_wins_over_judge(tmp_path: Path) -> None:
    both = write(tmp_path / "both.csv", "model_a,model_b,winner,judge,voter\na,b,tie,j,v\n")
    judge = write(tmp_path / "judge.csv", "model_a,model_b,winner,judge\na,b,tie,j\n")

    assert read_vote_file(both, ReadOptions()).votes.n_voters == 1
    assert read_vote_file(judge, ReadOptions()).votes.voter.tolist() == [0]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_times_and_probabilities_are_read_when_asked_for(tmp_path: Path, kind: str) -> None:
    records = [
        {"model_a": "a", "model_b": "b", "winner": "tie", "timestamp": time, "pair_probability": "0.5"}
        for time in ("2026-11-23T18:05Z", "1795457100", "2026-11-23 18:05:00")
    ]
    path = tmp_path / f"votes.{kind}"
    if kind == "csv":
        write(path, "\n".join([",".join(records[0]), *(",".join(record.values()) for record in records)]))
    else:
        write_parquet(path, records)

    votes = read_vote_file(path, ReadOptions(with_time=True, with_probability=True)).votes

    assert votes.time.tolist() == [1795457100.0] * 3
    assert votes.pair_probability.tolist() == [0.5] * 3
    assert read_vote_file(path, ReadOptions()).votes.time is None


def test_a_missing_time_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", "model_a,model_b,winner,timestamp\na,b,tie,\n")

    with pytest.raises(InvalidVotes, match="line 2: column timestamp: '' is not a time"):
        read_vote_file(path, ReadOptions(with_time=True))
    with pytest.raises(InvalidVotes, match="column timestamp is missing"):
        read_vote_file(write(tmp_path / "none.csv", HEADER), ReadOptions(with_time=True))


def test_progress_is_reported_by_chunk(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", "model_a,model_b,winner\n" + "a,b,tie\n" * 2_500)
    seen: list[int] = []

    file = read_vote_file(path, ReadOptions(), seen.append)

    assert (seen, file.votes.n_votes) == ([0, 1_000, 2_000, 2_500], 2_500)


def test_long_fields_of_conversations_are_no_error(tmp_path: Path) -> None:
    path = write(tmp_path / "votes.csv", "model_a,model_b,winner,text\na,b,tie," + "x" * 300_000 + "\n")

    assert read_vote_file(path, ReadOptions()).votes.n_votes == 1


@pytest.mark.parametrize(
    ("name", "n_votes"),
    [
        ("llmfao/votes.csv", 8931),
        ("llmfao/judge_votes.csv", 6472),
        ("raw_formats/genai_arena_clean_battle.first300.json", 300),
        ("raw_formats/lmarena_140k.reencoded.jsonl", 199),
    ],
)
def test_real_files_are_read(data_dir: Path, name: str, n_votes: int) -> None:
    votes = read_vote_file(data_dir / name, ReadOptions()).votes

    assert votes.n_votes == n_votes
    assert list(votes.ids) == sorted(votes.ids)
    assert np.bincount(votes.outcome, minlength=4).sum() == n_votes
