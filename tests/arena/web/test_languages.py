"""Pages speak the language of the reader; numbers and days are written as it writes them; programs get English."""

import pytest

from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import words
from tests.factories import make_votes

pytestmark = pytest.mark.django_db

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]
PATHS = ("/", "/methods/", "/a/text/leaderboard/", "/a/text/pictures/", "/a/text/history/", "/models/quillon-1/")


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


@pytest.mark.parametrize(
    ("language", "words_of_board"),
    [
        ("en", "9 votes of 9 people"),
        ("de", "9 Stimmen von 9 Personen"),
        ("fr", "9 votes de 9 personnes"),
        ("es", "9 votos de 9 personas"),
        ("ja", "9 人による 9 票"),
    ],
)
def test_board_speaks_the_language_of_the_reader(visitor, board, language, words_of_board):
    page = visitor.get("/a/text/leaderboard/?voters=human", headers={"Accept-Language": language})

    assert f'<html lang="{language}"' in page.content.decode()
    assert words_of_board in words(page)
    assert "Accept-Language" in page["Vary"]


def test_days_are_those_of_the_language(visitor, board):
    page = words(visitor.get("/a/text/leaderboard/", headers={"Accept-Language": "ja"}))

    assert "年" in page
    assert "UTC" in page


@pytest.mark.parametrize("path", PATHS)
def test_positions_in_pictures_are_never_written_in_a_language(visitor, board, path):
    html = visitor.get(path, headers={"Accept-Language": "de"}).content.decode()

    assert 'x1="' not in html or not any(f'{name}="{n},' in html for name in ("x1", "cx", "y1") for n in range(100))


def test_the_reader_chooses_and_stays_there(visitor):
    answer = visitor.post("/i18n/setlang/", language="fr", next="/methods/")

    assert (answer.status_code, answer["Location"]) == (302, "/methods/")
    page = visitor.get("/methods/")
    assert "Comment cela fonctionne" in words(page)
    assert "brouillon" in page.content.decode().casefold()


def test_choosing_needs_a_token(visitor):
    assert visitor.client.post("/i18n/setlang/", {"language": "fr"}).status_code == 403


def test_an_unknown_language_is_english(visitor):
    page = visitor.get("/methods/", headers={"Accept-Language": "tlh"})

    assert '<html lang="en"' in page.content.decode()
    assert "draft of a translation" not in page.content.decode()


def test_programs_get_english(visitor, board):
    refusal = visitor.get("/api/v1/leaderboards/nothing/", headers={"Accept-Language": "de"})

    assert refusal.json()["detail"] == "There is nothing here under this address."
    assert "Accept-Language" not in refusal.get("Vary", "")


def test_right_to_left_languages_turn_the_page_around(visitor, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    page = visitor.get("/methods/", headers={"Accept-Language": "ar"})

    assert '<html lang="ar" dir="rtl">' in page.content.decode()
