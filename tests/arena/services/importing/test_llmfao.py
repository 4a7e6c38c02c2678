"""The first real arena, end to end: every row comes in, once, and its ratings are those that others computed."""

import csv
from pathlib import Path

import pytest

from arena.domain.metadata import EntryStatus, VoterKind
from arena.models import Arena, Battle, Contestant, Leaderboard, Output, PendingVote, Prompt, Response, Vote, Voter
from arena.services.leaderboards import publish_arena
from tests.arena.services.importing.colours import rows_of_everything, run_import

RATING_TOLERANCE = 0.05  # Elo points
SE_TOLERANCE = 0.01
MODEL_B_WINS = 2_549  # votes for the model on the right, of votes.csv

# About 25 s on a machine that has nothing else to do.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.needs_data, pytest.mark.timeout(600)]


def test_llmfao_comes_in_once_and_is_rated_as_published(data_dir: Path) -> None:
    folder = data_dir / "llmfao"

    report = run_import(folder, "llmfao")

    assert n_rows() == {
        "contestants": 70,
        "active": 70,
        "prompts": 19,
        "outputs": 1_133,
        "human votes": 8_931,
        "judge votes": 6_472,
        "voters": 124,
        "judges": 2,
        "battles": 15_403,
        "responses": 30_806,
        "pending": 15_403,
    }
    assert Vote.objects.filter(voter_kind="human", outcome="b").count() == MODEL_B_WINS
    assert report.ignored == [
        "gold_checks.jsonl (7 practice pairs, checked; the site has no use for them yet)",
        "expected_ratings.csv",
    ]

    before = rows_of_everything()
    again = run_import(folder, "llmfao")

    assert not again.has_changes
    assert again.lines()[0].startswith("Nothing has changed")
    assert rows_of_everything() == before

    arena = Arena.objects.get(slug="llmfao")
    publish_arena(arena_id=arena.pk)

    assert_ratings_are_those_of(folder / "expected_ratings.csv", arena)


def n_rows() -> dict[str, int]:
    votes = Vote.objects.filter(source="import_arena", is_ranked=True)
    voters = Voter.objects.filter(origin="import:llmfao")
    return {
        "contestants": Contestant.objects.count(),
        "active": Contestant.objects.filter(entries__status=EntryStatus.ACTIVE).count(),
        "prompts": Prompt.objects.filter(is_in_pool=True).count(),
        "outputs": Output.objects.count(),
        "human votes": votes.filter(voter_kind="human").count(),
        "judge votes": votes.filter(voter_kind="judge").count(),
        "voters": voters.filter(kind="human").count(),
        "judges": voters.filter(kind="judge").count(),
        "battles": Battle.objects.filter(branch="import", state="voted", nonce=None, created_at=None).count(),
        "responses": Response.objects.filter(output__isnull=False, is_done=True).count(),
        "pending": PendingVote.objects.count(),
    }


def assert_ratings_are_those_of(file: Path, arena: Arena) -> None:
    snapshot = Leaderboard.objects.get(arena=arena, voter_kind=VoterKind.HUMAN).current
    board = {row.contestant.slug: row for row in snapshot.rows.select_related("contestant").filter(status="ranked")}
    with file.open(newline="") as lines:
        expected = {row["model"]: row for row in csv.DictReader(lines)}
    assert board.keys() == expected.keys()
    for slug, row in board.items():
        said = expected[slug]
        assert row.rating == pytest.approx(float(said["rating"]), abs=RATING_TOLERANCE)
        assert row.se_elo == pytest.approx(float(said["se_sandwich_by_voter"]), rel=SE_TOLERANCE)
        assert (row.votes, row.wins, row.losses) == tuple(int(said[name]) for name in ("votes", "wins", "losses"))
