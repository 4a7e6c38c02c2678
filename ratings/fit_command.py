"""How does a researcher get a leaderboard from a vote file? `python -m ratings fit`. Read vote_files.py next."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from ratings.board_files import board_csv, board_json
from ratings.errors import InvalidSpec, InvalidVotes, NotConverged, NotEstimable
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from ratings.vote_files import read_vote_file
from ratings.vote_rows import ReadOptions, VoteFile

BAD_INPUT = 2
NOT_ESTIMABLE = 3
PROGRESS_ROWS = 250_000
"""A long input reports on stderr each time so many rows are read."""
WRITERS = {"csv": board_csv, "json": board_json}


def main(argv: list[str]) -> int:
    """Fits and writes a leaderboard. Returns 0; 2 for bad input, 3 if it cannot be estimated, said on stderr."""
    arguments = _parser().parse_args(argv)
    try:
        spec = _read_spec(arguments.spec, arguments.partial)
        file = read_vote_file(arguments.votes, _read_options(arguments, spec), _Progress())
        _report(file)
        board = WRITERS[_output_format(arguments)](fit_leaderboard(file.votes, spec))
        _write(board, arguments.output)
    except (InvalidVotes, InvalidSpec) as error:
        return _fail(str(error), BAD_INPUT)
    except (NotEstimable, NotConverged) as error:
        return _fail(f"not estimable: {error}", NOT_ESTIMABLE)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ratings fit", description="A leaderboard from a vote file.")
    parser.add_argument("votes", type=Path, metavar="VOTES", help="CSV, JSONL, JSON or Parquet, gzipped or not")
    parser.add_argument("--spec", type=Path, help="JSON file with choices of the fit (ratings/README.md)")
    parser.add_argument("--output", type=Path, help="file to write instead of the standard output")
    parser.add_argument("--format", choices=sorted(WRITERS), help="else by the name of the output, else csv")
    parser.add_argument("--partial", action="store_true", help="rank the largest connected part, list the others")
    parser.add_argument("--skip-bad", action="store_true", help="leave bad rows out and count them")
    parser.add_argument("--all", action="store_true", help="take also rows not ranked, not human or excluded")
    return parser


def _read_spec(path: Path | None, partial: bool) -> RatingSpec:
    """The spec of a file; the command line is strict unless the file or the option --partial says otherwise."""
    try:
        values = {} if path is None else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidSpec(f"{path}: {error}") from error
    spec = RatingSpec.from_dict({"partial": False} | values if isinstance(values, dict) else values)
    return replace(spec, partial=spec.partial or partial)


def _read_options(arguments: argparse.Namespace, spec: RatingSpec) -> ReadOptions:
    return ReadOptions(
        skip_bad=arguments.skip_bad,
        all_rows=arguments.all,
        with_time=spec.needs_time,
        with_probability=spec.weighting == "propensity",
    )


def _output_format(arguments: argparse.Namespace) -> str:
    if arguments.format:
        return arguments.format
    return "json" if arguments.output and arguments.output.suffix.lower() == ".json" else "csv"


def _write(board: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(board)
        return
    try:
        output.write_text(board, encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidVotes(f"cannot write {output}: {error.strerror}") from error


class _Progress:
    def __init__(self) -> None:
        self.next_report = PROGRESS_ROWS

    def __call__(self, n_rows: int) -> None:
        if n_rows >= self.next_report:
            print(f"{n_rows:,} rows read", file=sys.stderr)
            self.next_report = n_rows + PROGRESS_ROWS


def _report(file: VoteFile) -> None:
    if file.n_bad:
        print(f"{file.n_bad:,} bad rows of {file.n_rows:,} skipped", file=sys.stderr)
    if file.n_left_out:
        print(f"{file.n_left_out:,} rows of {file.n_rows:,} are not ranked, not human or excluded", file=sys.stderr)


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code
