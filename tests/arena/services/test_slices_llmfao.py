"""The slices of a real arena are those that other programs fit from the filtered files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from arena.domain.slices import Slice
from arena.domain.weight_class import weight_class_of
from arena.models import Arena, FacetCounts
from arena.queries.leaderboards import Board
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board, fit_pending_slices
from arena.services.standard_slices import refresh_standard_slices
from ratings.comparisons import Comparisons
from ratings.outcomes import parse_public
from ratings.pipeline import fit_leaderboard
from ratings.scale import to_points
from ratings.spec import RatingSpec
from tests.arena.services.importing.colours import run_import
from tests.ratings.oracles import evalica

RATING_TOLERANCE = 0.05  # Elo points
SE_TOLERANCE = 1e-6

pytestmark = [pytest.mark.django_db, pytest.mark.needs_data]


class Folder:
    """The files of the arena, read by nobody but this test."""

    def __init__(self, path: Path) -> None:
        self.category = {row["prompt_id"]: row["category"] for row in _lines(path / "prompts.jsonl")}
        self.models = {row["model_id"]: row for row in _lines(path / "models.jsonl")}
        self.votes = {"human": _rows(path / "votes.csv"), "judge": _rows(path / "judge_votes.csv")}

    def where(self, keeps, kind="human"):
        return [row for row in self.votes[kind] if keeps(row)]

    def are_both(self, row, keeps):
        return keeps(self.models[row["model_a"]]) and keeps(self.models[row["model_b"]])


def _lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_slices_equal_independent_refits(data_dir):
    run_import(data_dir / "llmfao", "llmfao")
    arena = Arena.objects.get(slug="llmfao")
    publish_arena(arena_id=arena.pk)
    files = Folder(data_dir / "llmfao")

    for category in ("reflexion", "knowledge", "creativity", "instruct"):
        rows = files.where(lambda row, wanted=category: files.category[row["prompt_id"]] == wanted)
        board = board_of({"category": [category], "shrinkage": ["0"]})
        assert_fitted(board, rows, by_evalica(rows))
        assert_errors(board, rows)

    rows = files.where(lambda row: files.category[row["prompt_id"]] in ("code", "instruct"), "judge")
    board = board_of({"voters": ["judge"], "category": ["code", "instruct"], "shrinkage": ["0"]})
    assert_fitted(board, rows, by_ratings(rows))

    rows = files.where(lambda row: files.are_both(row, is_small_or_medium))
    board = board_of({"weight_class": ["s", "m"], "shrinkage": ["0"]})
    assert_fitted(board, rows, by_ratings(rows))

    rows = files.where(lambda row: files.are_both(row, lambda model: model["precision"] == "float16"))
    board = board_of({"precision": ["fp16"], "shrinkage": ["0"]})
    assert_fitted(board, rows, by_ratings(rows))

    assert_shrunk_boards_are_between(files)
    assert_facets_are_counted(files)


def is_small_or_medium(model):
    return weight_class_of(model["params_b"]) in ("s", "m")


def board_of(parameters):
    slice_ = Slice.from_parameters(parameters)
    ask_for_board(arena_slug="llmfao", slice_=slice_)
    fit_pending_slices()
    board = ask_for_board(arena_slug="llmfao", slice_=slice_)
    assert isinstance(board, Board)
    return board


def assert_fitted(board, rows, expected):
    found = {row.contestant.slug: row.rating for row in board.ranked}
    assert board.snapshot.meta["n_votes"] == len(rows)
    assert found.keys() == expected.keys()
    assert len(found) > 10
    for slug, rating in found.items():
        assert rating == pytest.approx(expected[slug], abs=RATING_TOLERANCE)


def by_evalica(rows):
    """Another program, in another language. It takes the whole set, so only connected sets."""
    winners = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    result = evalica.bradley_terry(
        [row["model_a"] for row in rows],
        [row["model_b"] for row in rows],
        [winners[row["winner"]] for row in rows],
        tolerance=1e-12,
        limit=100_000,
    )
    theta = np.log(result.scores)
    return to_points(theta - theta.mean()).to_dict()


def by_ratings(rows):
    return {row.name: row.rating for row in refit(rows).rows if row.status == "ranked"}


def refit(rows):
    """As `python -m ratings fit --partial` reads the filtered file."""
    columns = {name: [row[name] for row in rows] for name in ("model_a", "model_b", "winner")}
    outcomes = [parse_public(label) for label in columns["winner"]]
    voters = [row.get("voter") or row["judge"] for row in rows]
    votes = Comparisons.from_labels(columns["model_a"], columns["model_b"], outcomes, voters)
    return fit_leaderboard(votes, RatingSpec(rank_draws=100))


def assert_errors(board, rows):
    """Intervals are those of the slice, clustered by its voters."""
    expected = {row.name: row.se_elo for row in refit(rows).rows}
    for row in board.ranked:
        assert row.se_elo == pytest.approx(expected[row.contestant.slug], rel=SE_TOLERANCE)


def assert_shrunk_boards_are_between(files):
    """Shrinkage lies between nothing and all, and the board says how much; errors fall."""
    shrunk, alone = board_of({"category": ["knowledge"]}), board_of({"category": ["knowledge"], "shrinkage": ["0"]})
    told = shrunk.snapshot.meta["shrinkage"]
    assert 0 < told["amount"] < 1
    assert told["n_votes_outside"] + shrunk.snapshot.meta["n_votes"] == len(files.votes["human"])
    errors = [np.mean([row.se_elo for row in board.ranked]) for board in (shrunk, alone)]
    assert errors[0] < errors[1]


def assert_facets_are_counted(files):
    refresh_standard_slices()
    counts = FacetCounts.objects.get(voter_kind="human").counts
    assert counts["category"] == {
        category: len(files.where(lambda row, wanted=category: files.category[row["prompt_id"]] == wanted))
        for category in ("creativity", "instruct", "knowledge", "reflexion")
    }
    assert counts["weight_class"]["m"] == len(
        files.where(lambda row: files.are_both(row, lambda model: weight_class_of(model["params_b"]) == "m"))
    )
    assert counts["turns"] == {"1": len(files.votes["human"]), "multi": 0}
