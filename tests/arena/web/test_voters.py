import pytest

from arena.models import Arena, ArenaConsent
from arena.services.catalog import save_arena
from tests.arena.web.visitors import address, words
from tests.factories import make_arena, make_battle, make_vote

pytestmark = pytest.mark.django_db


def test_new_visitor_has_not_voted(visitor):
    assert "This browser has not voted yet." in words(visitor.get("/me/"))


def test_own_votes_are_listed_newest_first_and_no_others(visitor, arena):
    for a, b, outcome in (
        ("quillon-1", "brevant-2", "a"),
        ("quillon-1", "brevant-2", "b"),
        ("brevant-2", "quillon-1", "tie"),
        ("brevant-2", "quillon-1", "both_bad"),
    ):
        make_vote(arena, a, b, outcome, visitor.voter)
    make_vote(arena, "tessarix-3", "ondolar-4", "a")

    text = words(visitor.get("/me/"))

    assert text.startswith(
        "My votes 4 votes from this browser. A vote is final. both bad: Brevant-2 and Quillon-1 Text,"
    )
    assert [
        text.index(line) for line in ("Brevant-2 and Quillon-1 alike", "Brevant-2 over", "Quillon-1 over")
    ] == sorted(text.index(line) for line in ("Brevant-2 and Quillon-1 alike", "Brevant-2 over", "Quillon-1 over"))
    assert "Tessarix" not in text


def test_list_leads_to_own_battles_and_names_no_open_one(visitor, arena):
    vote = make_vote(arena, "quillon-1", "brevant-2", "a", visitor.voter)
    make_battle(arena, "tessarix-3", "ondolar-4", visitor.voter)

    html = visitor.get("/me/").content.decode()

    assert f'href="{address(vote.battle)}"' in html
    assert "essarix" not in html


@pytest.fixture
def asking(arena):
    arena.consent_text = "May the library print what you type?\n\nFor fifty years."
    save_arena(arena=arena)
    Arena.objects.update(takes_prompts=True)
    return arena


def test_arena_asks_in_its_own_words_until_it_is_answered(visitor, asking):
    before = words(visitor.get("/a/text/"))

    answered = visitor.post("/me/", arena="text", back="text", version="1", publish="yes")

    assert "May the library print what you type? For fifty years. Version 1 of the text of this arena." in before
    assert "May texts of your battles be published" not in before
    assert answered.url == "/a/text/"
    assert "Count my vote, never publish this text." in (after := words(visitor.get("/a/text/")))
    assert "For fifty years" not in after
    assert "Text asked in words of its own" in words(visitor.get("/me/"))


def test_own_page_takes_the_answer_back(visitor, asking):
    visitor.post("/me/", arena="text", version="1", publish="yes")

    visitor.post("/me/", arena="text", publish="no")

    assert "asked in words of its own" not in words(visitor.get("/me/"))
    assert "It is not published." in words(visitor.get("/a/text/"))


@pytest.mark.parametrize("version", ["0", "2", "", "x", "²", "9" * 30])
def test_a_yes_to_a_text_that_was_not_read_is_none(visitor, asking, version):
    page = visitor.post("/me/", arena="text", version=version, publish="yes")

    assert page.status_code == 422
    assert "The text has changed since." in words(page)
    assert ArenaConsent.objects.count() == 0


@pytest.mark.parametrize("slug", ["nothing", "hidden", "../x", "\x00"])
def test_nobody_agrees_to_an_arena_that_is_not_there(visitor, slug):
    make_arena("hidden", visibility="private", consent_text="May we?")

    assert visitor.post("/me/", arena=slug, version="0", publish="yes").status_code == 404


def test_privacy_shows_what_arenas_ask(visitor, asking):
    make_arena("hidden", visibility="private", consent_text="A secret question?")

    text = words(visitor.get("/privacy/"))

    assert "Arenas that ask in words of their own Text May the library print what you type?" in text
    assert "secret question" not in text


def test_consent_text_is_text(visitor, asking):
    Arena.objects.update(consent_text="<script>alert(1)</script>")

    assert [b"<script>alert" in visitor.get(path).content for path in ("/a/text/", "/privacy/")] == [False, False]
