"""The command line: what it writes, where, and with which exit code."""

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ratings import __main__ as door
from ratings import fit_command
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.samples import expected_ratings, llmfao

REPOSITORY = Path(__file__).resolve().parents[2]
CYCLE = "model_a,model_b,winner\n" + "a,b,model_a\nb,c,model_a\nc,a,model_a\na,c,both_bad\n" * 10
UNBEATEN = CYCLE + "d,a,model_a\n"


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.csv"
    path.write_text(CYCLE)
    return path


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_real_votes_give_the_expected_table(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit_command.main([str(data_dir / "llmfao" / "votes.csv")]) == 0

    text = capsys.readouterr().out
    rows = table(text)
    expected = expected_ratings(data_dir)
    assert text.splitlines()[0] == "rank,model,rating,ci_low,ci_high,rank_low,rank_high,votes,wins,losses,ties"
    assert [row["model"] for row in rows] == list(expected)
    for row in rows:
        wanted = expected[row["model"]]
        assert float(row["rating"]) == pytest.approx(wanted["rating"], abs=1e-4)
        counts = [int(row[name]) for name in ("rank", "votes", "wins", "losses", "ties")]
        assert counts == [wanted[name] for name in ("rank", "votes", "wins", "losses", "ties")]
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert float(row["ci_low"]) < float(row["rating"]) < float(row["ci_high"])
        assert row["rating"] == f"{float(row['rating']):.4f}"


def test_json_holds_the_board_and_its_meta(data_dir: Path, tmp_path: Path) -> None:
    output = tmp_path / "board.json"

    code = fit_command.main([str(data_dir / "llmfao" / "votes.csv"), "--output", str(output)])

    written = json.loads(output.read_text())
    board = fit_leaderboard(llmfao(data_dir), RatingSpec(partial=False))
    assert (code, set(written)) == (0, {"meta", "rows"})
    assert written["meta"] == json.loads(json.dumps(board.meta))
    assert [row["model"] for row in written["rows"]] == [row.name for row in board.rows]
    assert written["rows"][0]["rating"] == round(board.rows[0].rating, 4)


def test_both_bad_is_a_tie_in_the_table(votes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fit_command.main([str(votes)])

    rows = {row["model"]: row for row in table(capsys.readouterr().out)}
    assert [rows["a"][name] for name in ("votes", "wins", "losses", "ties")] == ["30", "10", "10", "10"]


@pytest.mark.parametrize(
    ("arguments", "name", "starts"),
    [([], "out.csv", "rank"), ([], "out.json", "{"), (["--format", "json"], "out.csv", "{"), ([], "out.txt", "rank")],
)
def test_the_format_follows_the_output_unless_told(
    votes: Path, tmp_path: Path, arguments: list[str], name: str, starts: str
) -> None:
    output = tmp_path / name

    assert fit_command.main([str(votes), "--output", str(output), *arguments]) == 0
    assert output.read_text().startswith(starts)


def test_strict_by_default_and_partial_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(UNBEATEN)

    assert fit_command.main([str(path)]) == 3
    refusal = capsys.readouterr()
    assert refusal.out == ""
    assert "d has not lost or tied" in refusal.err

    assert fit_command.main([str(path), "--partial"]) == 0
    rows = table(capsys.readouterr().out)
    assert [(row["model"], row["status"]) for row in rows][-1] == ("d", "preliminary")
    assert (rows[-1]["rank"], rows[-1]["rank_low"]) == ("", "")
    assert "has not lost or tied" in rows[-1]["reason"]


def test_a_spec_file_is_followed(votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"anchor": "a", "anchor_rating": 1200, "confidence": 0.5}))

    assert fit_command.main([str(votes), "--spec", str(spec), "--format", "json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert {row["model"]: row["rating"] for row in written["rows"]}["a"] == 1200
    assert written["meta"]["spec"]["partial"] is False


def test_a_spec_may_itself_be_partial(tmp_path: Path) -> None:
    path, spec = tmp_path / "votes.csv", tmp_path / "spec.json"
    path.write_text(UNBEATEN)
    spec.write_text(RatingSpec().to_json())

    assert fit_command.main([str(path), "--spec", str(spec)]) == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"colour": 1}', '{"confidence": 2}'])
def test_a_wrong_spec_is_bad_input(votes: Path, tmp_path: Path, text: str) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(text)

    assert fit_command.main([str(votes), "--spec", str(spec)]) == 2


def test_bad_rows_stop_or_are_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(CYCLE + "a,b,skip\n")

    assert fit_command.main([str(path)]) == 2
    assert "votes.csv, line 42: column winner: 'skip' is not one of" in capsys.readouterr().err

    assert fit_command.main([str(path), "--skip-bad"]) == 0
    assert capsys.readouterr().err == "1 bad rows of 41 skipped\n"


@pytest.mark.parametrize(
    "arguments",
    [["none.csv"], ["{votes}", "--spec", "none.json"], ["{votes}", "--output", "no/such/folder/out.csv"]],
)
def test_missing_files_are_bad_input(votes: Path, arguments: list[str]) -> None:
    assert fit_command.main([argument.format(votes=votes) for argument in arguments]) == 2


def test_a_file_without_votes_is_not_estimable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("model_a,model_b,winner\n")

    assert fit_command.main([str(path)]) == 3
    assert "fewer than two contestants" in capsys.readouterr().err


def test_a_long_input_reports_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_command, "PROGRESS_ROWS", 50_000)
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(gzip.compress((CYCLE + "a,b,tie\n" * 60_000).encode()))

    assert fit_command.main([str(path)]) == 0
    assert capsys.readouterr().err == "50,000 rows read\n"


@pytest.mark.parametrize(("argv", "code"), [([], 2), (["nonsense"], 2), (["--help"], 0)])
def test_the_door_lists_its_commands(argv: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(argv) == code
    written = capsys.readouterr()
    assert "fit" in written.out + written.err


def test_the_package_runs_as_a_program(votes: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "ratings", "fit", str(votes)]

    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert [row["model"] for row in table(done.stdout)] == ["a", "b", "c"]
