"""The limits of a board as a reader sees them: sentences below it, a badge beside a name."""

from datetime import date

import pytest

from arena.models import Contestant, Prompt
from arena.queries.board_limits import PromptAges
from arena.services.leaderboards import publish_arena
from arena.web.limits import ages_in_words, contamination_badge, exclusion_label
from tests.arena.web.visitors import words
from tests.factories import make_vote, make_voter, make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/leaderboard/?voters=human"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


def test_board_says_what_is_unknown(visitor, arena):
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    text = words(visitor.get(PATH))

    assert "of 4 of 4 models the version is unknown" in text
    assert "well-chosen vote" in text
    assert "No two people have judged the same two answers yet, so their agreement is unknown." in text
    assert "No vote was left out." in text
    assert "Whether models knew the prompts from their training is unknown" in text
    assert "Prompts unknown" in text


def test_board_says_what_is_known(visitor, arena):
    Prompt.objects.filter(key="p1").update(public_since=date(2025, 6, 1))
    Contestant.objects.filter(slug="quillon-1").update(knowledge_cutoff=date(2026, 1, 1))
    Contestant.objects.filter(slug="tessarix-3").update(knowledge_cutoff=date(2024, 1, 1))
    make_votes(arena, FOUGHT)
    make_vote(arena, "quillon-1", "brevant-2", "a", make_voter(is_flagged=True))
    publish_arena(arena_id=arena.pk)

    page = visitor.get(PATH)

    text = words(page)
    assert "Quillon-1 prompts it may know" in text
    assert "Tessarix-3 prompts new to it" in text
    assert "1 vote is kept and not counted: voters who were found out (1)." in text
    assert "22 % newer, 28 % older and perhaps known from training, 50 % unknown." in text
    rest = words(visitor.get(f"{PATH}&hide=flagged"))
    assert "3 of 4 models" in rest
    assert "Quillon-1 prompts" not in rest


@pytest.mark.parametrize(
    ("ages", "sentence", "badge"),
    [
        (None, "unknown", None),
        (PromptAges(unknown=4), "unknown", None),
        (PromptAges(newer=3, older=1), "75 % newer than its knowledge, 25 % older", "prompts new to it"),
        (
            PromptAges(newer=1, older=2, unknown=1),
            "25 % newer than its knowledge, 50 % older, 25 % unknown",
            "prompts it may know",
        ),
        (PromptAges(newer=1, older=1, unknown=8), "10 % newer than its knowledge, 10 % older, 80 % unknown", None),
    ],
)
def test_ages_in_words(ages, sentence, badge):
    found = contamination_badge(ages)

    assert ages_in_words(ages) == sentence
    assert (found.label if found else None) == badge


def test_a_rule_that_is_new_keeps_its_name():
    assert exclusion_label("some_new-rule") == "some new rule"
