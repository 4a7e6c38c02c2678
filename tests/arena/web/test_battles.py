"""A battle without JavaScript: read, vote, skip, see who it was. Every outcome, state and mistake."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from arena.domain.battle_state import BattleState, UnrankedReason, VoidReason
from arena.models import Arena, Battle, Response, Vote, VoteNote
from arena.queries.clock import database_now
from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import Visitor, address, words
from tests.factories import NONCE, make_battle, make_contestant, make_output, make_prompt, make_vote, make_votes

pytestmark = pytest.mark.django_db


def answer(battle, **texts):
    for side, text in texts.items():
        Response.objects.filter(battle=battle, side=side).update(text=text)


def test_ready_battle_shows_prompt_answers_and_the_seal(visitor, battle):
    html = visitor.get(address(battle)).content.decode()

    text = words(visitor.get(address(battle)))
    assert text.startswith("Text blind battle Prompt Question p1? A Answer A B Answer B A Answer A Answer a. B")
    assert "Which answer is better? A is better a Tie t Both bad x B is better b Reasons (optional)" in text
    assert bytes(battle.commitment).hex() in html
    assert NONCE.hex() not in html


def test_buttons_stand_in_order_and_are_all_alike(visitor, battle):
    html = visitor.get(address(battle)).content.decode()

    places = [
        html.index(f'<button class="choice" name="outcome" value="{value}"') for value in ("a", "tie", "both_bad", "b")
    ]
    assert places == sorted(places)


def test_answers_are_rendered_and_hostile_ones_are_text(visitor, battle):
    answer(battle, a="**bold** <script>alert(1)</script>", b="plain")

    html = visitor.get(address(battle)).content.decode()

    assert "<strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>" not in html


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\ufeff", "<think></think>", "<think>\n\n</think>\n"])
def test_empty_answer_is_said_and_can_be_voted_on(visitor, battle, text):
    answer(battle, a=text)

    assert "A Answer A (empty answer) B Answer B" in words(visitor.get(address(battle)))
    assert visitor.post(address(battle), outcome="b").status_code == 302


def test_model_that_declined_is_said_to_have_declined(visitor, battle):
    answer(battle, a="")
    battle.responses.filter(side="a").update(finish_reason="content_filter")

    assert "A Answer A (the model declined to answer) B Answer B" in words(visitor.get(address(battle)))


def test_prompt_is_shown_as_it_was_typed(visitor, arena):
    prompt = make_prompt(arena, "odd", text="<b>one</b>\n# two\u202e three", language="he")
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter, prompt_id=prompt.pk)
    Battle.objects.filter(pk=battle.pk).update(prompt=prompt)

    html = visitor.get(address(battle)).content.decode()

    assert 'dir="auto" lang="he"' in html
    assert "&lt;b&gt;one&lt;/b&gt;\n# two three</div>" in html


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("a", "You found A better : Quillon-1 over Brevant-2"),
        ("b", "You found B better : Brevant-2 over Quillon-1"),
        ("tie", "You called it a tie : Quillon-1 and Brevant-2 alike"),
        ("both_bad", "You found both bad : both bad: Quillon-1 and Brevant-2"),
    ],
)
def test_vote_is_kept_and_reveals_who_it_was(visitor, battle, outcome, verdict):
    response = visitor.post(address(battle), outcome=outcome)

    assert (response.status_code, response["Location"]) == (302, address(battle))
    vote = Vote.objects.get()
    assert (vote.battle_id, vote.outcome, vote.is_ranked) == (battle.pk, outcome, True)
    page = visitor.get(address(battle))
    assert f"{verdict} Your 1st vote, and the first on this pair. Next battle n" in words(page)
    html = page.content.decode()
    for shown in (NONCE.hex(), bytes(battle.commitment).hex(), 'data-a="quillon-1"', 'data-b="brevant-2"'):
        assert shown in html
    assert html.count("your choice") == (1 if outcome in ("a", "b") else 0)


def test_reasons_and_comment_go_with_the_vote(visitor, battle):
    visitor.post(address(battle), outcome="a", reasons=["accurate", "complete", "nonsense"], comment="  Fine.  ")

    note = VoteNote.objects.get()
    assert (note.reasons, note.comment) == (["accurate", "complete"], "Fine.")


def test_reveal_shows_rating_interval_and_rank_of_the_moment(visitor, arena):
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aaab"])
    publish_arena(arena_id=arena.pk)
    make_contestant("quillon-1")
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter)
    battle.contestant_a.organisation, battle.contestant_a.version = "Halcyonix", "2031"
    battle.contestant_a.save()

    visitor.post(address(battle), outcome="a")

    text = words(visitor.get(address(battle)))
    assert "A Quillon-1 your choice Halcyonix version 2031 rated 1095 (" in text
    assert "rank 1 Answer a. B Brevant-2 rated 905 (" in text


def test_reveal_says_how_others_voted(visitor, arena, battle):
    for outcome in ("a", "a", "tie"):
        make_vote(arena, "quillon-1", "brevant-2", outcome)
    make_vote(arena, "brevant-2", "quillon-1", "a")
    make_vote(arena, "tessarix-3", "ondolar-4", "a", visitor.voter)

    visitor.post(address(battle), outcome="a")

    assert "Your 2nd vote; 50 % of 4 other votes on this pair agree with you." in words(visitor.get(address(battle)))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [("b", "the one other vote on this pair says otherwise."), ("a", "the one other vote on this pair agrees.")],
)
def test_reveal_after_one_other_vote(visitor, arena, battle, other, sentence):
    make_vote(arena, "quillon-1", "brevant-2", other)

    visitor.post(address(battle), outcome="a")

    assert f"Your 1st vote; {sentence}" in words(visitor.get(address(battle)))


def test_reveal_says_why_a_vote_does_not_count(visitor, arena):
    battle = make_battle(
        arena, "quillon-1", "brevant-2", visitor.voter, unranked_reason=UnrankedReason.DIRECTED, branch="directed"
    )

    visitor.post(address(battle), outcome="a")

    assert "It does not count for the board: The pair was chosen, not drawn." in words(visitor.get(address(battle)))


def test_same_vote_again_changes_nothing(visitor, battle):
    first, again = (visitor.post(address(battle), outcome="a") for _ in range(2))

    assert (first.status_code, again.status_code, Vote.objects.count()) == (302, 302, 1)


def test_other_vote_afterwards_is_refused_with_the_reveal(visitor, battle):
    visitor.post(address(battle), outcome="a")

    response = visitor.post(address(battle), outcome="b")

    assert response.status_code == 409
    text = words(response)
    assert "This battle already has your vote." in text
    assert "You found A better : Quillon-1 over Brevant-2" in text
    assert Vote.objects.get().outcome == "a"


@pytest.mark.parametrize("outcome", ["", "A", "left", "tie (bothbad)", "a\x00"])
def test_vote_that_says_nothing_we_know_is_refused(visitor, battle, outcome):
    response = visitor.post(address(battle), outcome=outcome)

    assert response.status_code == 422
    assert words(response).startswith(
        "Please check what you sent Some values are not valid. Say one of: a, b, tie, both_bad."
    )
    assert Vote.objects.count() == 0


def test_comment_that_is_too_long_is_refused(visitor, battle):
    response = visitor.post(address(battle), outcome="a", comment="x" * 2_001)

    assert response.status_code == 422
    assert "At most 2,000 characters." in words(response)
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("state", [BattleState.DRAWN, BattleState.ANSWERING])
def test_battle_that_is_being_answered_says_so_and_takes_no_vote(visitor, arena, state):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter, state=state, ready_at=None)
    battle.responses.update(text="", is_done=False)

    page = visitor.get(address(battle))
    html = page.content.decode()
    refused = visitor.post(address(battle), outcome="a")

    assert "Both answers are being written." in words(page)
    assert '<fieldset class="choices" disabled>' in html
    assert f'<a class="no-script" href="{address(battle)}">Show what has come</a>' in html
    assert refused.status_code == 409
    assert "The answers are not complete yet. Vote when both are." in words(refused)
    assert Vote.objects.count() == 0


def test_unfinished_answer_is_plain_text(visitor, arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter, state="answering", ready_at=None, last_seq=2)
    battle.responses.update(text="", is_done=False)
    battle.deltas.create(seq=1, side="a", turn=1, text="**not yet** ")
    battle.deltas.create(seq=2, side="a", turn=1, text="<b>bold</b>")

    html = visitor.get(address(battle)).content.decode()

    assert '<div class="stream" data-side="a" data-turn="1">**not yet** &lt;b&gt;bold&lt;/b&gt;</div>' in html
    assert 'data-seq="2"' in html


def test_skip_needs_no_vote_and_leads_on(visitor, battle):
    first, again = (visitor.post(address(battle), skip="1") for _ in range(2))

    battle.refresh_from_db()
    assert (first.status_code, again.status_code) == (302, 302)
    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.SKIPPED)
    text = words(visitor.get(address(battle)))
    assert "Skipped You skipped this one. Next battle n" in text
    assert "uillon" not in text


def test_vote_after_a_skip_is_refused(visitor, battle):
    visitor.post(address(battle), skip="1")

    response = visitor.post(address(battle), outcome="a")

    assert response.status_code == 410
    assert "This battle does not count. Start a new one." in words(response)


def test_skip_after_the_vote_is_refused(visitor, battle):
    visitor.post(address(battle), outcome="a")

    response = visitor.post(address(battle), skip="1")

    assert response.status_code == 409
    assert "This battle already has your vote." in words(response)


def test_battle_that_failed_says_so_and_never_which_side(visitor, arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter, state="void", void_reason=VoidReason.FAILED)
    battle.responses.filter(side="a").update(error="upstream broke", is_done=False)

    text = words(visitor.get(address(battle)))

    assert "This battle does not count An answer could not be completed, so this battle does not count." in text
    assert "upstream" not in text


def test_expired_battle_says_so(visitor, arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter, expires_at=database_now() - timedelta(hours=1))

    page = visitor.get(address(battle))
    refused = visitor.post(address(battle), outcome="a")

    assert "This battle has expired It waited a day for a vote." in words(page)
    assert (refused.status_code, Vote.objects.count()) == (410, 0)


def test_battle_of_another_voter_is_not_there(visitor, battle):
    other = Visitor()

    assert other.get(address(battle)).status_code == 404
    assert other.post(address(battle), outcome="a").status_code == 404
    assert other.post(address(battle), skip="1").status_code == 404
    assert Client().get(address(battle)).status_code == 404
    assert Vote.objects.count() == 0


def test_battle_under_another_arena_is_not_there(visitor, battle):
    assert visitor.get(address(battle).replace("/a/text/", "/a/other/")).status_code == 404


def test_media_have_controls_and_do_not_start(visitor, arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter)
    for side, slug, file, media_type in (
        ("a", "quillon-1", "outputs/one.mp3", "audio/mpeg"),
        ("b", "brevant-2", "outputs/two.mp4", "video/mp4"),
    ):
        output = arena.prompts.get(key="p1").outputs.get(contestant__slug=slug)
        output.file, output.media_type, output.text = file, media_type, ""
        output.save()
        battle.responses.filter(side=side).update(output=output, text="")

    html = visitor.get(address(battle)).content.decode()

    assert '<audio class="media" controls preload="metadata" src="/media/outputs/one.mp3"' in html
    assert '<video class="media" controls preload="metadata" playsinline src="/media/outputs/two.mp4"' in html
    assert "autoplay" not in html
    assert "(empty answer)" not in html


def test_picture_has_words(visitor, arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", visitor.voter)
    output = make_output(
        make_prompt(arena, "pic"), battle.contestant_a, file="outputs/x.webp", media_type="image/webp", text=""
    )
    battle.responses.filter(side="a").update(output=output, text="")

    image = '<img class="media" src="/media/outputs/x.webp" alt="Picture of answer A">'
    link = '<a class="zoom" href="/media/outputs/x.webp" data-group="answers" data-label="A">'
    assert f"{link}{image}</a>" in visitor.get(address(battle)).content.decode()


def test_page_offers_what_the_arena_offers(visitor, battle):
    whole = visitor.get(address(battle)).content.decode()
    Arena.objects.update(outcomes=["a", "b"], reasons=[])

    page = visitor.get(address(battle)).content.decode()

    assert re.findall(r'name="outcome" value="(\w+)"', whole) == ["a", "tie", "both_bad", "b"]
    assert re.findall(r'name="outcome" value="(\w+)"', page) == ["a", "b"]
    assert ('name="reasons"' in whole, 'name="reasons"' in page) == (True, False)
    assert ("<kbd>x</kbd>" in whole, "<kbd>x</kbd>" in page) == (True, False)
