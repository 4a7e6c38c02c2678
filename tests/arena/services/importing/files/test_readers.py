"""Do rows come out of every container, with their lines, and does every broken file say where it is broken?"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.domain.errors import ImportFault
from arena.services.importing.files import readers
from arena.services.importing.files.readers import read_records

VALUES = [{"model_a": "x", "text": "one\ntwo"}, {"model_a": "y", "text": "ü"}]
CSV = 'model_a,text\nx,"one\ntwo"\ny,ü\n'
JSON_LINES = "".join(f"{json.dumps(row)}\n" for row in VALUES)
JSON_ARRAY = json.dumps(VALUES, indent=1)


def rows(path: Path, **options: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(str(record.place), record.values) for record in read_records(path, path.name, **options)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("v.csv", CSV, (2, 4)),
        ("v.csv", CSV.replace("\n", "\r\n").replace("one\r\n", "one\n"), (2, 4)),
        ("v.csv", f"\ufeff{CSV}", (2, 4)),
        ("v", CSV, (2, 4)),
        ("v.jsonl", JSON_LINES, (1, 2)),
        ("v.ndjson", f"\ufeff\n{JSON_LINES}\r\n  \n", (2, 3)),
        ("v", JSON_LINES, (1, 2)),
        ("v.json", JSON_LINES, (1, 2)),
        ("v.json", JSON_ARRAY, (2, 6)),
        ("v.json", f"\ufeff\n\n{JSON_ARRAY}\n\n", (4, 8)),
        ("v", JSON_ARRAY, (2, 6)),
    ],
)
def test_every_text_gives_its_rows_with_the_lines_on_which_they_begin(
    tmp_path: Path, name: str, content: str, lines: tuple[int, int], pack: Callable[[bytes], bytes]
) -> None:
    path = write(tmp_path / name, pack(content.encode()))

    assert rows(path) == [(f"{name}, line {line}", values) for line, values in zip(lines, VALUES, strict=True)]


@pytest.mark.parametrize("name", ["v.parquet", "v.parquet.gz", "v"])
def test_parquet_gives_its_rows_with_their_numbers(tmp_path: Path, name: str) -> None:
    plain = tmp_path / "plain"
    pq.write_table(pa.Table.from_pylist(VALUES), plain)
    path = write(tmp_path / name, gzip.compress(plain.read_bytes()) if name.endswith(".gz") else plain.read_bytes())

    assert rows(path) == [(f"{name}, row {number}", values) for number, values in enumerate(VALUES, start=1)]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("v.csv", "", "v.csv: is empty"),
        ("v.csv", "model_a;text\nx;y\n", "v.csv, line 1: columns are separated by semicolons; separate them by commas"),
        ("v.csv", "model_a\ttext\nx\ty\n", "v.csv, line 1: columns are separated by tabs; separate them by commas"),
        ("v.csv", "model_a,model_a\nx,y\n", "v.csv, line 1: column 'model_a' is there twice"),
        ("v.csv", "model,text\nx,y\n", "v.csv, line 1: no column model_a; the columns are: model, text"),
        ("v.csv", "model_a,text\nx,y\n\nx,y,z\n", "v.csv, line 4: 3 cells, the header has 2"),
        ("v.csv", 'model_a,text\nx,y\nx,"y\nz\n', "v.csv, line 3: cannot be read as CSV: unexpected end of data"),
        (
            "v.csv",
            b"model_a,text\nx,y\nx,\xe9\n",
            "v.csv, line 3: is not UTF-8 (byte 0xe9): save it in that encoding",
        ),
        ("v.jsonl", '{"model_a": 1}\n\n{"a": }\n', "v.jsonl, line 3: is not JSON: Expecting value: line 1 column 7"),
        ("v.jsonl", "[1]\n", "v.jsonl, line 1: holds list, not an object"),
        ("v.jsonl", f"{'[' * 100_000}\n", "v.jsonl, line 1: is not JSON: nested too deeply"),
        ("v.jsonl", '{"a": Infinity}\n', "v.jsonl, line 1: is not JSON: Infinity is no number of JSON"),
        ("v.json", "", "v.json, line 1: holds no JSON array"),
        ("v.json", '[{"a": 1}\n {"a": 2}]', "v.json, line 2: is not JSON: a comma or the end of the array is missing"),
        ("v.json", '[{"a": 1},\n 2]', "v.json, line 2: holds int, not an object"),
        ("v.json", '[{"a": 1}]\n[]', "v.json, line 2: is not JSON: something follows the array"),
        ("v.json", '[{"a": 1},\n {"a": "x]', "v.json, line 2: is not JSON: Unterminated string"),
        ("v.json", b'[{"a": 1},\n {"a": "\xff"}]', "v.json, line 2: is not UTF-8 (byte 0xff)"),
        ("v.parquet", "no parquet", "v.parquet: cannot be read as Parquet: "),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, name: str, content: str | bytes, problem: str) -> None:
    with pytest.raises(ImportFault) as caught:
        rows(write(tmp_path / name, content), required=["model_a"])

    assert str(caught.value).startswith(problem)


def test_bad_rows_can_be_refused_one_by_one(tmp_path: Path) -> None:
    faults: list[ImportFault] = []
    path = write(tmp_path / "v.jsonl", '{"a": 1}\n[]\n{"a"\n{"a": 2}\n')

    kept = rows(path, refuse=faults.append)

    assert kept == [("v.jsonl, line 1", {"a": 1}), ("v.jsonl, line 4", {"a": 2})]
    assert [str(fault).split(":")[0] for fault in faults] == ["v.jsonl, line 2", "v.jsonl, line 3"]


def test_nan_is_a_missing_value(tmp_path: Path) -> None:
    assert rows(write(tmp_path / "v.json", '[{"a": NaN}]')) == [("v.json, line 1", {"a": None})]


@pytest.mark.parametrize("name", ["v.csv", "v.parquet"])
def test_rows_are_limited(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_ROWS", 3)
    path = tmp_path / name
    if name == "v.csv":
        write(path, "model_a\n" + "x\n" * 4)
    else:
        pq.write_table(pa.table({"model_a": ["x"] * 4}), path)

    with pytest.raises(ImportFault, match="more than 3 rows: split the file"):
        rows(path)


def test_lines_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_LINE_BYTES", 20)

    with pytest.raises(ImportFault, match=r"v\.csv, line 2: the line is longer than 20 bytes"):
        rows(write(tmp_path / "v.csv", f"model_a\n{'x' * 21}\n"))
