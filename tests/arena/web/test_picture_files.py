"""Every picture is a file of numbers too."""

import csv
import io

import pytest

from arena.models import FacetCounts
from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import words
from tests.factories import make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/pictures/"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]
NAMES = ("intervals", "scores", "pairs", "size", "price", "release", "days", "overview")


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    snapshot_id = publish_arena(arena_id=arena.pk)[0]
    counts = {"day": {"2026-01-02": 4, "2026-01-05": 5, "unknown": 7}}
    FacetCounts.objects.update_or_create(
        arena=arena,
        voter_kind="human",
        defaults={"counts": counts, "ledger_size": 9, "counted_at": arena.created_at},
    )
    return snapshot_id


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("name", NAMES)
def test_file_is_a_table_with_its_name(visitor, board, name):
    answer = visitor.get(f"{PATH}{name}.csv?voters=human")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="text-{name}.csv"'
    assert rows_of(answer)


def test_pairs_are_what_was_counted(visitor, board):
    pairs = {(row["model_a"], row["model_b"]): row for row in rows_of(visitor.get(f"{PATH}pairs.csv?voters=human"))}

    assert len(pairs) == 4
    row = pairs["quillon-1", "brevant-2"]
    assert [row[name] for name in ("votes", "wins", "losses", "ties", "both_bad", "score")] == [
        *("5", "3", "1", "1", "0", "0.7")
    ]
    assert pairs["brevant-2", "quillon-1"]["wins"] == "1"


def test_days_are_those_that_are_known(visitor, board):
    assert rows_of(visitor.get(f"{PATH}days.csv?voters=human")) == [
        {"day": "2026-01-02", "votes": "4"},
        {"day": "2026-01-05", "votes": "5"},
    ]
    page = visitor.get(f"{PATH}?voters=human")
    assert page.content.decode().count('<rect class="bar" x=') == 2
    assert "Votes over time" in words(page)
    assert "2 Jan 2026 4 5 Jan 2026 5" in words(page)


def test_intervals_have_a_chart_of_their_own(visitor, board):
    html = visitor.get(f"{PATH}?voters=human").content.decode()
    forest = html[html.index("forest") :]

    assert forest[: forest.index("</table>")].count('<svg class="interval-bar"') == 3


@pytest.mark.parametrize("path", ["nothing.csv", "scores.csv?x=1"])
def test_what_there_is_not_is_not_found(visitor, board, path):
    assert visitor.get(f"{PATH}{path}").status_code in (404, 400)


def test_before_the_first_publication_there_is_no_file(visitor, arena):
    assert visitor.get(f"{PATH}scores.csv").status_code == 404
