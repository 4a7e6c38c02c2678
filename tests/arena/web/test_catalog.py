"""First page, start page, models."""

from datetime import date
from decimal import Decimal

import pytest

from arena.domain.metadata import EntryStatus, Openness
from arena.domain.prompts import MAX_PROMPT_LENGTH
from arena.domain.spending import CapScope
from arena.models import Battle, Prompt, SpendingCap
from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import address, words
from tests.factories import (
    enter,
    make_arena,
    make_battle,
    make_live_arena,
    make_paid_arena,
    make_stored_arena,
    make_votes,
)

pytestmark = pytest.mark.django_db


def test_home_lists_arenas_with_their_numbers(visitor, arena):
    arena.description = "Which is better?"
    arena.save()
    make_votes(arena, [("quillon-1", "brevant-2", "a")])
    make_arena("hidden", visibility="unlisted")

    text = words(visitor.get("/"))

    assert "Text Which is better? text · 4 models · 1 vote Vote Leaderboard" in text
    assert "Hidden" not in text
    assert "Start a battle" in text


def test_home_without_arenas_says_how_one_comes_to_be(visitor):
    text = words(visitor.get("/"))

    assert "There is no arena yet." in text
    assert "Start a battle" not in text


def test_start_page_shows_rules_and_pool(visitor, arena):
    arena.rules = "Judge by content."
    arena.save()
    arena.prompts.filter(key="p1").update(language="de")
    arena.prompts.filter(key="p2").update(language="en")

    text = words(visitor.get("/a/text/"))

    assert "Start a battle on one of 3 prompts, in English and German" in text
    assert "What to judge by Judge by content." in text
    assert "your own text" not in text


def test_a_get_never_starts_a_battle(visitor, arena):
    for path in ("/", "/a/text/", "/a/text/leaderboard/", "/me/"):
        visitor.get(path)

    assert Battle.objects.count() == 0


def test_button_starts_a_battle_of_this_voter(visitor, arena):
    response = visitor.post("/a/text/")

    battle = Battle.objects.get()
    assert (response.status_code, response["Location"]) == (302, address(battle))
    assert (battle.voter_id, battle.arena) == (visitor.id, arena)


def test_open_battle_is_offered_again(visitor, battle):
    text = words(visitor.get("/a/text/"))

    assert "You have a battle that waits for your vote. Continue it Start a new one" in text
    assert f'href="{address(battle)}"'.encode() in visitor.get("/a/text/").content


def test_battle_of_another_voter_is_not_offered(visitor, arena):
    make_battle(arena, "quillon-1", "brevant-2")

    assert "Continue it" not in words(visitor.get("/a/text/"))


@pytest.mark.django_db(transaction=True)
def test_own_text_is_the_prompt(visitor):
    make_live_arena()

    response = visitor.post("/a/live/", own="1", prompt="One is small. Two is more.\r\nThree is a crowd.")

    battle = Battle.objects.get()
    assert (response.status_code, battle.prompt.is_in_pool) == (302, False)
    assert battle.prompt.text == "One is small. Two is more.\nThree is a crowd."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type something for the models to answer."),
        (" \u200b\n", "Type something for the models to answer."),
        ("x" * (MAX_PROMPT_LENGTH + 1), "At most 8,000 characters; this has 8,001."),
    ],
)
def test_text_that_will_not_do_is_kept_and_explained(visitor, typed, sentence):
    make_live_arena()

    response = visitor.post("/a/live/", own="1", prompt=typed)

    assert response.status_code == 422
    assert sentence in words(response)
    assert response.context["typed"] == typed
    assert (Battle.objects.count(), Prompt.objects.count()) == (0, 1)


def test_own_text_where_none_is_taken_is_refused(visitor, arena):
    response = visitor.post("/a/text/", own="1", prompt="Mine.")

    assert response.status_code == 422
    assert Battle.objects.count() == 0


def test_arena_where_nobody_can_meet_says_so(visitor):
    make_stored_arena("lonely", slugs=("quillon-1",))

    response = visitor.post("/a/lonely/")

    assert response.status_code == 503
    assert words(response).startswith("Not available at the moment No two models can meet here at the moment.")


def test_arena_without_prompts_offers_no_button(visitor):
    make_arena("bare")

    text = words(visitor.get("/a/bare/"))

    assert "This arena has no prompts yet, so no battle can start." in text
    assert "Start a battle" not in text


@pytest.mark.parametrize("takes_prompts", [True, False])
def test_button_elsewhere_leads_to_the_start_page_where_the_pool_is_empty(visitor, takes_prompts):
    make_arena("bare", takes_prompts=takes_prompts)

    response = visitor.post("/a/bare/")

    assert (response.status_code, response["Location"]) == (302, "/a/bare/")
    assert ("What should the models answer?" in words(visitor.get("/a/bare/"))) == takes_prompts
    assert Battle.objects.count() == 0


def test_models_are_searched_by_name_and_organisation(visitor, arena):
    enter(arena, "other-9", name="Vesper", organisation="Halcyonix")

    assert "Vesper Halcyonix" in words(visitor.get("/models/?q=halcy"))
    assert "Quillon" not in words(visitor.get("/models/?q=halcy"))
    assert "No model matches “zzz”." in words(visitor.get("/models/?q=zzz"))


def test_models_come_by_the_hundred(visitor, arena):
    for number in range(100):
        enter(arena, f"filler-{number:03}")

    first, second = (words(visitor.get(f"/models/?page={number}")) for number in (1, 2))

    assert "Page 1 of 2 Next" in first
    assert "Previous Page 2 of 2" in second
    assert ("Tessarix-3" in first, "Tessarix-3" in second) == (False, True)


@pytest.mark.parametrize(
    "query", ["page=0", "page=2", "page=x", "page=-1", "page=", "page=1e9", f"q={'x' * 101}", "q=%00"]
)
def test_bad_parameter_of_models_is_refused(visitor, arena, query):
    assert visitor.get(f"/models/?{query}").status_code == 400


def test_draft_is_not_shown(visitor, arena):
    enter(arena, "secret-5", status=EntryStatus.DRAFT)

    assert "Secret-5" not in words(visitor.get("/models/"))
    assert visitor.get("/models/secret-5/").status_code == 404


def test_model_says_what_is_known_and_what_is_not(visitor, arena):
    enter(
        arena,
        "vesper-2.7b",
        name="Vesper",
        organisation="Halcyonix",
        total_params_b=2.7,
        openness=Openness.OPEN_WEIGHTS,
        release_date=date(2026, 1, 5),
        input_price_usd=Decimal("0.150000"),
        context_tokens=131_072,
        description="A model for tests.",
    )

    text = words(visitor.get("/models/vesper-2.7b/"))

    assert text == (
        "Vesper A model for tests. Where it stands It is on no published board yet. What is known of it "
        "Organisation Halcyonix Version unknown Family unknown Trained from unknown Weight class XS, up to 3B "
        "Parameters 2.7B Active parameters unknown Precision unknown Memory for its weights unknown "
        "Training unknown Openness open weights "
        "Licence unknown Released 5 January 2026 Knowledge until unknown Context 131,072 tokens "
        "Price, input 0.15 USD per million tokens Price, output unknown Kind unknown In Text active"
    )


def test_model_shows_the_boards_it_stands_on(visitor, arena):
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aab"])
    publish_arena(arena_id=arena.pk)

    assert "Text votes of people 1 of 2 1060 " in words(visitor.get("/models/quillon-1/")).replace("1–2", "1")
    assert "preliminary: has no votes yet" in words(visitor.get("/models/ondolar-4/"))


def test_at_a_spending_cap_the_start_page_says_so_and_keeps_the_text(visitor):
    make_paid_arena()
    SpendingCap.objects.create(scope=CapScope.DAY, limit_usd=0)

    page = visitor.post("/a/paid/", own="1", prompt="Why is grass green?")

    assert (page.status_code, page["Retry-After"]) == (503, "600")
    assert "Live answers have used up their budget for now. Finished answers can still be judged." in words(page)
    assert "Why is grass green?" in page.content.decode()


def test_at_a_spending_cap_a_further_turn_is_refused_and_the_vote_is_not(visitor):
    arena = make_paid_arena()
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter)
    SpendingCap.objects.create(scope=CapScope.DAY, limit_usd=0)

    page = visitor.post(address(battle), turn="1", prompt="And at night?")
    vote = visitor.post(address(battle), outcome="a")

    assert (page.status_code, vote.status_code) == (503, 302)
    assert "Live answers have used up their budget for now." in words(page)
