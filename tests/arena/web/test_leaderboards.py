"""The board page: what stands on it, sorted and searched; boards with nothing to rank; snapshots that stay."""

import re

import pytest

from arena.domain.metadata import VoterKind
from arena.models import Snapshot
from arena.services.leaderboards import publish_arena
from arena.web.page import TOKEN, around_tokens
from tests.arena.web.visitors import Visitor, words
from tests.factories import enter, make_arena, make_contestant, make_stored_arena, make_voter, make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/leaderboard/"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
    *[("quillon-1", "tessarix-3", outcome) for outcome in ("a", "a", "b", "both_bad")],
]


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def names(response):
    """The models of the board in the order of its rows."""
    return re.findall(r'<th scope="row" class="name"><a href="/models/([^/]+)/"', response.content.decode())


def test_board_says_in_words_what_it_shows(visitor, board):
    text = words(visitor.get(PATH))

    snapshot = Snapshot.objects.get(pk=board)
    assert f"12 votes of 12 people, 3 models ranked, as of {snapshot.created_at:%H:%M} UTC" in text
    assert f"( snapshot {board} )" in text


def test_board_shows_place_rating_interval_and_votes(visitor, board):
    rows = {row.contestant.slug: row for row in Snapshot.objects.get(pk=board).rows.select_related("contestant")}

    page = visitor.get(PATH)

    row = rows["quillon-1"]
    ranks = f"{row.rank_low}–{row.rank_high}" if row.rank_low != row.rank_high else f"{row.rank_low}"
    assert names(page) == ["quillon-1", "brevant-2", "tessarix-3", "ondolar-4"]
    assert re.search(rf"{ranks} Quillon-1 More about", words(page))
    assert f"{round(row.rating)} {round(row.ci_low)} to {round(row.ci_high)} 8" in words(page).replace("−", "-")
    assert "Preliminary When a model is preliminary" in words(page)
    assert "Ondolar-4 has no votes yet" in words(page)


def test_bars_lie_on_one_axis(visitor, board):
    html = visitor.get(PATH).content.decode()

    marks = re.findall(r'<text x="([\d.]+)%"', html)
    grids = re.findall(r'<line class="grid" x1="([\d.]+)%"', html)
    assert marks[0] == "0.0"
    assert set(grids) == set(marks)
    for low, high in re.findall(r'<line class="whisker" x1="([\d.]+)%" x2="([\d.]+)%"', html):
        assert 0 <= float(low) <= float(high) <= 100


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("rank", "quillon-1"),
        ("-rank", "tessarix-3"),
        ("name", "brevant-2"),
        ("-name", "tessarix-3"),
        ("-rating", "quillon-1"),
        ("rating", "tessarix-3"),
        ("-win_rate", "quillon-1"),
        ("-both_bad", "quillon-1"),
    ],
)
def test_board_is_sorted_by_address(visitor, board, sort, first):
    assert names(visitor.get(f"{PATH}?sort={sort}"))[0] == first


def test_heading_of_the_sorted_column_turns_the_order(visitor, board):
    html = visitor.get(f"{PATH}?sort=-votes").content.decode()

    assert 'aria-sort="descending"><a href="?voters=human&amp;sort=votes">Votes</a>' in html
    assert '<a href="?voters=human">Rank</a>' in html


def test_search_keeps_the_places_of_the_whole_board(visitor, board):
    page = visitor.get(f"{PATH}?q=TESSA")

    assert names(page) == ["tessarix-3"]
    assert "1 of 4 models; places are those of the whole board. Show all" in words(page)


def test_search_without_a_hit_says_so(visitor, board):
    assert "No model of this board matches “<zzz>”." in words(visitor.get(f"{PATH}?q=<zzz>"))


@pytest.mark.parametrize(
    "query",
    [
        "voters=people",
        "voters=",
        "sort=colour",
        "sort=--rank",
        "q=%00",
        f"q={'x' * 101}",
        "as_of=x",
        "voters=human&voters=judge",
    ],
)
def test_bad_parameter_is_refused(visitor, board, query):
    response = visitor.get(f"{PATH}?{query}")

    assert response.status_code == 400
    assert words(response).startswith("That address does not work")


def test_judges_stand_in_while_nobody_is_ranked_by_people(visitor, arena):
    judges = [make_voter(VoterKind.JUDGE, label="clio")]
    make_votes(arena, FOUGHT, judges)
    publish_arena(arena_id=arena.pk)

    text, people = words(visitor.get(PATH)), words(visitor.get(f"{PATH}?voters=human"))

    assert (
        "These are the votes of automatic judges, not of people. They are shown while no model has enough votes" in text
    )
    assert "12 votes of automatic judges, 3 models ranked" in text
    assert "No board has been published yet: there are no votes of people here." in people
    assert "Quillon" not in people


def test_people_come_first_as_soon_as_they_ranked_somebody(visitor, arena):
    make_votes(arena, FOUGHT, [make_voter(VoterKind.JUDGE, label="clio")])
    make_votes(arena, FOUGHT[:4])
    publish_arena(arena_id=arena.pk)

    text, judges = words(visitor.get(PATH)), words(visitor.get(f"{PATH}?voters=judge"))

    assert "4 votes of 4 people, 2 models ranked" in text
    assert "automatic judges, not of people" not in text
    assert "These are the votes of automatic judges, not of people. They never enter the board of people." in judges


def test_board_before_the_first_vote_is_a_sentence_and_a_button(visitor, arena):
    text = words(visitor.get(PATH))

    assert "No board has been published yet: there are no votes of people here." in text
    assert text.endswith("Start a battle")


def test_board_of_one_model_is_a_sentence(visitor):
    enter(make_arena("lonely"), "quillon-1")

    assert "No board has been published yet" in words(visitor.get("/a/lonely/leaderboard/"))


def test_one_vote_ranks_nobody(visitor, arena):
    make_votes(arena, [("quillon-1", "brevant-2", "a")])
    publish_arena(arena_id=arena.pk)

    text = words(visitor.get(PATH))

    assert "1 vote of 1 person, 0 models ranked" in text
    assert "Fewer than two models can be compared: all ratings are preliminary and nobody has a place." in text
    assert "Quillon-1 has not lost or tied a battle against the ranked models, so its rating has no upper bound" in text


def test_islands_rank_the_largest_and_name_the_rest(visitor, arena):
    islands = [*FOUGHT, *[("ondolar-4", "vesper-5", outcome) for outcome in "ab"]]
    make_votes(arena, islands)
    publish_arena(arena_id=arena.pk)

    text = words(visitor.get(PATH))

    assert "Not all models are connected by wins in both directions: the largest such part is ranked." in text
    assert "Ondolar-4 is not connected with the ranked models by wins in both directions" in text


def test_all_ties_are_a_board_with_a_sentence(visitor, arena):
    make_votes(arena, [(a, b, "tie") for a, b, _ in FOUGHT])
    publish_arena(arena_id=arena.pk)

    text = words(visitor.get(PATH))

    assert "All votes are ties: every rating is 1000 and every place is possible." in text
    assert text.count("1–3") == 3


def test_snapshot_stays_when_the_board_moves_on(visitor, arena, board):
    before = words(visitor.get(f"/snapshots/{board}/"))
    make_votes(arena, [("tessarix-3", "quillon-1", "a")] * 6)
    publish_arena(arena_id=arena.pk)

    after = words(visitor.get(f"/snapshots/{board}/"))

    assert after == before
    assert f"Snapshot {board}: the board of votes of people as it was published on" in after
    assert bytes(Snapshot.objects.get(pk=board).ledger_root).hex() in after
    assert "18 votes of 18 people" in words(visitor.get(PATH))


def test_snapshot_is_sorted_and_searched_too(visitor, board):
    assert names(visitor.get(f"/snapshots/{board}/?sort=name&q=r")) == ["brevant-2", "tessarix-3", "ondolar-4"]


def test_snapshot_takes_no_other_parameters(visitor, board):
    assert visitor.get(f"/snapshots/{board}/?voters=judge").status_code == 400


def test_hostile_names_are_text(visitor, arena):
    make_contestant("quillon-1")
    model = make_contestant("evil", name='<script>alert(1)</script>"onclick=x', organisation="<b>x</b>")
    make_votes(arena, [("evil", "quillon-1", outcome) for outcome in "ab"])
    publish_arena(arena_id=arena.pk)

    html = visitor.get(PATH).content.decode() + visitor.get("/models/evil/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;onclick=x" in html
    assert model.name not in html


def test_number_of_queries_does_not_grow_with_the_board(visitor, django_assert_max_num_queries):
    arena = make_stored_arena("wide", slugs=tuple(f"filler-{number:02}" for number in range(30)), prompt_keys=("p1",))
    make_votes(arena, [("filler-00", "filler-01", outcome) for outcome in "ab"])
    publish_arena(arena_id=arena.pk)

    with django_assert_max_num_queries(12):
        visitor.get("/a/wide/leaderboard/")


def test_kept_page_is_the_same_for_all_and_carries_the_token_of_its_visitor(board, django_assert_num_queries):
    first, second = Visitor(), Visitor()
    shown = first.get(PATH)

    with django_assert_num_queries(0):
        again = second.get(PATH)
    chosen = second.client.post(
        "/i18n/setlang/", {"csrfmiddlewaretoken": TOKEN.search(again.content)[0].decode(), "language": "de"}
    )

    assert around_tokens(again.content) == around_tokens(shown.content)
    assert chosen.status_code == 302
    assert "Rangliste" in second.get(PATH).content.decode()
