"""Starting, looking at and skipping battles. Votes: test_battles_vote.py. What must not be seen: test_urls_blind.py."""

import base64
from datetime import timedelta

import pytest

from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.metadata import EntryStatus
from arena.domain.prompts import MAX_PROMPT_LENGTH
from arena.domain.spending import CapScope
from arena.domain.start_limits import StartLimits
from arena.models import Battle, Entry, Prompt, SpendingCap, Voter
from arena.queries.clock import database_now
from arena.services.challenges import Challenge
from tests.arena.api.callers import Browser
from tests.arena.api.conftest import ready_battle
from tests.arena.services.test_challenges import solve
from tests.factories import enter, make_arena, make_live_arena, make_paid_arena, make_prompt

pytestmark = pytest.mark.django_db

BATTLE_KEYS = {
    "id", "arena", "state", "void_reason", "prompt_id", "prompt", "commitment", "expires_at", "last_seq", "sides"
}  # fmt: skip


def test_battle_of_stored_answers_is_ready_at_once(visitor, arena):
    response = visitor.post("battles/", {"arena": "text", "prompt_id": "p2"})

    row = Battle.objects.get()
    answers = {side: row.responses.get(side=side).output.text for side in "ab"}
    assert response.status_code == 201
    assert response.json() == {
        "id": str(row.id),
        "arena": "text",
        "state": "ready",
        "void_reason": None,
        "prompt_id": "p2",
        "prompt": "Question p2?",
        "commitment": bytes(row.commitment).hex(),
        "expires_at": f"{row.expires_at.replace(tzinfo=None).isoformat()}Z",
        "last_seq": 0,
        "sides": {
            side: {
                "turns": [
                    {"prompt": "Question p2?", "attachments": [], "text": answers[side], "media": [], "done": True}
                ]
            }
            for side in "ab"
        },
    }
    assert row.voter_id == Voter.objects.get().id
    assert str(row.voter_id) == visitor.voter
    assert visitor.get(f"battles/{row.id}/").json() == response.json()


def test_battle_is_never_cached_and_has_no_fields_of_after_the_vote(visitor, battle):
    response = visitor.get(f"battles/{battle.id}/")

    assert set(response.json()) == BATTLE_KEYS
    assert "no-store" in response["Cache-Control"]


def test_get_never_starts_a_battle(visitor, arena):
    assert visitor.get("battles/").status_code == 405
    assert Battle.objects.count() == 0


def test_prompt_is_drawn_from_the_pool(visitor, arena):
    drawn = {visitor.post("battles/", {"arena": "text"}).json()["prompt_id"] for _ in range(3)}

    assert drawn == {"p1", "p2", "p3"}


def test_pair_is_a_directed_battle_whose_vote_is_not_ranked(visitor, arena):
    battle = visitor.post("battles/", {"arena": "text", "pair": ["ondolar-4", "quillon-1"]}).json()
    vote = visitor.post(f"battles/{battle['id']}/vote/", {"outcome": "a"}).json()

    assert {vote["reveal"][side]["slug"] for side in "ab"} == {"ondolar-4", "quillon-1"}
    assert vote["ranked"] is False


def test_own_prompt_is_cleaned_and_kept(visitor, db):
    make_live_arena()

    response = visitor.post("battles/", {"arena": "live", "prompt": "One.\r\nTwo.\u0000 Th\ud800ree."})

    assert (response.status_code, response.json()["prompt"]) == (201, "One.\nTwo. Three.")
    assert response.json()["state"] == "drawn"
    assert Prompt.objects.get(is_in_pool=False).text == "One.\nTwo. Three."


@pytest.mark.parametrize("text", ["é" * MAX_PROMPT_LENGTH, "\U0001f600" * MAX_PROMPT_LENGTH])
def test_prompt_length_is_counted_in_code_points(visitor, db, text):
    make_live_arena()

    fits = visitor.post("battles/", {"arena": "live", "prompt": text})
    too_long = visitor.post("battles/", {"arena": "live", "prompt": text + "x"})

    assert (fits.status_code, too_long.status_code) == (201, 422)
    assert too_long.json()["fields"] == {"prompt": ["At most 8,000 characters; this has 8,001."]}


def test_pasted_megabyte_is_413(visitor, arena):
    assert visitor.post("battles/", {"arena": "text", "prompt": "x" * 1024 * 1024}).status_code == 413


@pytest.mark.parametrize("prompt", ["", "  \n\t", "\u200b", "\u200b \u2060\ufeff"])
def test_prompt_without_anything_to_see_is_422(visitor, db, prompt):
    make_live_arena()

    response = visitor.post("battles/", {"arena": "live", "prompt": prompt})

    assert (response.status_code, list(response.json()["fields"])) == (422, ["prompt"])
    assert (Battle.objects.count(), Prompt.objects.count()) == (0, 1)


QUESTIONS = ["who are you?", "welches Modell bist du"]


@pytest.mark.parametrize("prompt", [*QUESTIONS, base64.b64encode(b"who are you?").decode()])
def test_prompt_that_asks_for_a_name_runs(visitor, db, prompt):
    make_live_arena()

    assert visitor.post("battles/", {"arena": "live", "prompt": prompt}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "arena"),
        ({"arena": None}, "arena"),
        ({"arena": 1}, "arena"),
        ({"arena": True}, "arena"),
        ({"arena": ""}, "arena"),
        ({"arena": ["text"]}, "arena"),
        ({"arena": "te\u0000xt"}, "arena"),
        ({"arena": "te\ud800xt"}, "arena"),
        ({"arena": "text", "prompt_id": None}, "prompt_id"),
        ({"arena": "text", "prompt_id": 1}, "prompt_id"),
        ({"arena": "text", "prompt_id": "\u0000"}, "prompt_id"),
        ({"arena": "text", "prompt_id": "nowhere"}, "prompt_id"),
        ({"arena": "text", "prompt_id": "p1", "prompt": "x"}, "prompt"),
        ({"arena": "text", "prompt": "x"}, "prompt"),
        ({"arena": "text", "prompt": 1}, "prompt"),
        ({"arena": "text", "pair": "quillon-1"}, "pair"),
        ({"arena": "text", "pair": []}, "pair"),
        ({"arena": "text", "pair": ["quillon-1"]}, "pair"),
        ({"arena": "text", "pair": ["quillon-1", "quillon-1"]}, "pair"),
        ({"arena": "text", "pair": ["quillon-1", "nobody"]}, "pair"),
        ({"arena": "text", "pair": ["quillon-1", 1]}, "pair"),
        ({"arena": "text", "pair": ["quillon-1", "brevant-2", "tessarix-3"]}, "pair"),
        ({"arena": "text", "attachments": ["x"]}, "attachments"),
        ({"arena": "text", "mode": "battle"}, "mode"),
        ({"arena": "text", "model_a": "quillon-1"}, "model_a"),
        ({"arena": "text", "models": ["quillon-1"]}, "models"),
        ({"arena": "text", "language": "xx"}, "language"),
        ({"arena": "text", "category": "math"}, "category"),
        ({"arena": "text", "\ud800": 1}, "\\ud800"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_bad_values_are_422_and_start_nothing(visitor, arena, body, field):
    response = visitor.post("battles/", body)

    assert (response.status_code, response.json()["code"], list(response.json()["fields"])) == (422, "invalid", [field])
    assert (Battle.objects.count(), Prompt.objects.count()) == (0, 3)


@pytest.mark.parametrize("slug", ["nowhere", "../", "TEXT", "x" * 300])
def test_unknown_arena_is_404(visitor, arena, slug):
    assert visitor.post("battles/", {"arena": slug}).status_code == 404


def test_bad_prompt_is_told_before_an_unknown_arena(visitor, db):
    assert visitor.post("battles/", {"arena": "nowhere", "prompt": " "}).status_code == 422


@pytest.mark.parametrize("n_active", [0, 1])
def test_arena_without_a_pair_is_503(visitor, arena, n_active):
    kept = Entry.objects.values_list("pk", flat=True)[:n_active]
    Entry.objects.exclude(pk__in=list(kept)).update(status=EntryStatus.PAUSED)

    response = visitor.post("battles/", {"arena": "text"})

    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (503, "no_battles", "30")
    assert Battle.objects.count() == 0


def test_arena_without_prompts_or_answers_is_503(visitor, db):
    arena = make_arena()
    without_prompts = visitor.post("battles/", {"arena": "text"}).status_code
    for slug in ("quillon-1", "brevant-2"):
        enter(arena, slug)
    without_answers = visitor.post("battles/", {"arena": "text"}).status_code
    make_prompt(arena, "p1")

    assert [without_prompts, without_answers, visitor.post("battles/", {"arena": "text"}).status_code] == [503] * 3


@pytest.mark.parametrize("body", [None, {}])
def test_skip_voids_once_and_again(visitor, battle, body):
    first = visitor.post(f"battles/{battle.id}/skip/", body)
    again = visitor.post(f"battles/{battle.id}/skip/", body)

    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["state"], first.json()["void_reason"]) == ("void", "skipped")
    assert again.json() == first.json()
    assert set(first.json()) == BATTLE_KEYS


@pytest.mark.parametrize("body", [{"why": "dull"}, [], "x"])
def test_skip_takes_no_values(visitor, battle, body):
    assert visitor.post(f"battles/{battle.id}/skip/", body).status_code == 422
    assert Battle.objects.get().state == BattleState.READY


def test_skip_after_the_vote_is_409(visitor, battle):
    vote = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "b"}).json()

    response = visitor.post(f"battles/{battle.id}/skip/")

    assert (response.status_code, response.json()["code"]) == (409, "already_voted")
    assert (response.json()["outcome"], response.json()["reveal"]) == ("b", vote["reveal"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": BattleState.VOID, "void_reason": VoidReason.FAILED}, "void"),
        ({"state": BattleState.EXPIRED}, "expired"),
    ],
)
def test_skip_of_a_battle_that_is_over_is_410(visitor, arena, fields, code):
    battle = ready_battle(arena, visitor, **fields)

    response = visitor.post(f"battles/{battle.id}/skip/")

    assert (response.status_code, response.json()["code"]) == (410, code)


def test_battle_is_expired_to_its_voter_when_votes_are_refused(visitor, arena):
    battle = ready_battle(arena, visitor, expires_at=database_now() - timedelta(seconds=1))

    assert visitor.get(f"battles/{battle.id}/").json()["state"] == "expired"


def test_at_a_spending_cap_no_live_battle_begins(visitor):
    make_paid_arena()
    SpendingCap.objects.create(scope=CapScope.DAY, limit_usd=0)

    response = visitor.post("battles/", {"arena": "paid"})

    assert (response.status_code, response["Retry-After"]) == (503, "600")
    assert response.json() == {
        "code": "no_battles",
        "detail": "Live answers have used up their budget for now. Finished answers can still be judged.",
    }
    assert Battle.objects.count() == 0


def test_a_limit_says_when_and_not_which(visitor, arena, settings):
    settings.START_LIMITS = StartLimits(stored=1)
    visitor.post("battles/", {"arena": "text"})

    response = visitor.post("battles/", {"arena": "text"})

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert response.json() == {
        "code": "rate_limited",
        "detail": "Please wait a little before you start another battle. Battles that you have begun can be voted on.",
    }


def test_a_script_solves_the_challenge_that_it_is_given(visitor, arena, settings):
    settings.START_LIMITS = StartLimits(new_voters=1, work=300)
    visitor.post("battles/", {"arena": "text"})
    other = Browser()

    refused = other.post("battles/", {"arena": "text"})
    solution = solve(Challenge(**refused.json()["challenge"]))
    begun = other.post("battles/", {"arena": "text", "solution": solution})
    again = Browser().post("battles/", {"arena": "text", "solution": solution})

    assert refused.status_code == again.status_code == 403
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "challenge",
        "Before the next battle, please let your browser solve a short task.",
    )
    assert begun.status_code == 201
    assert other.post("battles/", {"arena": "text", "solution": 5}).status_code == 422
