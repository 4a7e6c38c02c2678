"""The page of two models: in words and numbers, choosing them, and the battle of exactly these two."""

import re

import pytest

from arena.models import Battle, Prompt
from arena.queries.planning import votes_to_separate
from arena.services.leaderboards import publish_arena
from arena.web.compare import odds, sentences
from arena.web.plan import votes_in_words
from ratings.predictions import PairPrediction
from tests.arena.web.visitors import words
from tests.factories import make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

PATH = "/compare/quillon-1/brevant-2/?arena=text"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


def prediction(**fields):
    values = {
        "expected_score": 0.6,
        "score_low": 0.48,
        "score_high": 0.71,
        "p_win": 0.5,
        "p_tie": 0.2,
        "p_loss": 0.3,
        "difference": 70.4,
        "ci_low": -14.0,
        "ci_high": 155.0,
        "is_separated": False,
        "votes_needed": 1340,
    }
    return PairPrediction(**(values | fields))


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def test_sentences_say_score_difference_and_what_is_needed():
    assert sentences(prediction(), "Ada", "Bob") == [
        "Ada is expected to score 60 % against Bob (95 % interval 48 % to 71 %); a win counts one point and "
        "a tie half.",
        "Its rating is 70 points higher (95 % interval −14 to +155). The votes do not settle which is better. If the "
        "difference stays as it is, about 1,340 further votes on exactly this pair would.",
    ]


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"is_separated": True, "ci_low": 5.0}, "The votes show that Ada is the better one."),
        (
            {"is_separated": True, "difference": -70.4},
            "The votes show that Bob is the better one.",
        ),
        ({"votes_needed": 1}, "about 1 further vote on exactly this pair would."),
        (
            {"votes_needed": None, "difference": 0.0},
            "and no number of votes would if the two stay this equal.",
        ),
    ],
)
def test_what_is_settled_is_said(fields, end):
    assert sentences(prediction(**fields), "Ada", "Bob")[1].endswith(end)


def test_equal_ratings_are_called_the_same():
    assert sentences(prediction(difference=0.2), "Ada", "Bob")[1].startswith("Its rating is the same (")


def test_odds_are_there_if_the_method_gives_them():
    assert odds(prediction(), "Ada", "Bob") == [
        ("Ada wins", "50 %"),
        ("A tie, or both bad", "20 %"),
        ("Bob wins", "30 %"),
    ]
    assert odds(prediction(p_win=None, p_tie=None, p_loss=None), "Ada", "Bob") == []


def test_page_shows_prediction_record_and_parts(visitor, board):
    text = words(visitor.get(PATH))

    assert text.startswith("Quillon-1 or Brevant-2 On the board of Text , votes of people, snapshot")
    assert re.search(r"Quillon-1 is expected to score \d+ % against Brevant-2 \(95 % interval \d+ % to \d+ %\)", text)
    assert "5 counted votes between the two Quillon-1 won 3 Brevant-2 won 1 Ties 1 Both bad 0" in text
    assert re.search(r"The next vote Chances of the next vote Quillon-1 wins \d+ % A tie, or both bad \d+ %", text)
    assert re.search(r"all votes \+\d+ [−+]\d+ to \+\d+ (not settled|first is better) 5", text)
    assert "such votes are marked and stay off the board" in text


def test_those_who_never_met_are_compared_through_others(visitor, board):
    text = words(visitor.get("/compare/quillon-1/tessarix-3/?arena=text"))

    assert "They have not met in a counted vote; what is said above comes from their battles with others." in text
    assert "Quillon-1 is expected to score" in text


def test_who_is_not_ranked_gets_no_number(visitor, board):
    text = words(visitor.get("/compare/quillon-1/ondolar-4/"))

    assert "This board does not rank both of them yet, so there is no honest number for the difference." in text
    assert "expected to score" not in text


def test_before_the_first_board_there_is_only_the_button(visitor, arena):
    text = words(visitor.get(PATH))

    assert "No board has been published here yet." in text
    assert "Judge exactly these two" in text


def test_arena_without_prompts_of_its_own_offers_no_battle_of_two(visitor, board):
    Prompt.objects.update(is_in_pool=False)

    assert "Judge exactly these two" not in words(visitor.get(PATH))


def test_button_starts_exactly_this_pair_and_its_vote_stays_off_the_board(visitor, board):
    response = visitor.post(PATH)

    battle = Battle.objects.get(voter=visitor.id)
    assert response["Location"] == f"/a/text/b/{battle.pk}/"
    assert {battle.contestant_a.slug, battle.contestant_b.slug} == {"quillon-1", "brevant-2"}
    assert (battle.branch, battle.unranked_reason) == ("directed", "directed")


@pytest.mark.parametrize(
    "path",
    [
        "/compare/quillon-1/quillon-1/?arena=text",
        "/compare/quillon-1/nobody/?arena=text",
        "/compare/quillon-1/brevant-2/?arena=nowhere",
        "/compare/quillon-1/brevant-2/",
        "/compare/?arena=nowhere",
    ],
)
def test_what_does_not_exist_is_nowhere(visitor, arena, path):
    assert visitor.get(path).status_code == 404


def test_bad_voters_are_refused(visitor, arena):
    assert visitor.get(f"{PATH}&voters=people").status_code == 400


def test_two_chosen_models_lead_to_their_page(visitor, board):
    response = visitor.get("/compare/?arena=text&model=quillon-1&model=brevant-2")

    assert (response.status_code, response["Location"]) == (302, PATH)


def test_the_same_model_twice_is_asked_again(visitor, board):
    response = visitor.get("/compare/?arena=text&model=quillon-1&model=quillon-1")

    assert response.status_code == 422
    assert "Choose two different models." in words(response)


def test_board_offers_to_compare_two(visitor, board):
    html = visitor.get("/a/text/leaderboard/").content.decode()

    assert 'action="/compare/"' in html
    assert html.count('<option value="quillon-1" selected>') == 1


def test_young_board_offers_two_different_models(visitor, arena):
    arena.min_votes = 30
    arena.save()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    chosen = re.findall(r'<option value="([^"]+)" selected>', visitor.get("/a/text/leaderboard/").content.decode())

    assert len(chosen) == len(set(chosen)) == 2


def test_number_of_queries_is_small(visitor, board, django_assert_max_num_queries):
    make_stored_arena("other")

    with django_assert_max_num_queries(13):
        visitor.get(PATH)


def test_votes_of_the_whole_arena_are_planned(visitor):
    arena = make_stored_arena()
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aab" * 3])
    publish_arena(arena_id=arena.pk)

    text = words(visitor.get("/compare/quillon-1/brevant-2/?arena=text"))

    planned = votes_in_words(votes_to_separate(arena, "quillon-1", "brevant-2"))
    assert f"As pairs are drawn in this arena, {planned} of everybody would." in text
