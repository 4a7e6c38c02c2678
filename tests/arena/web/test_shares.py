"""The page of shares: who is shown how often, in words, numbers and pictures; and the plan on the board."""

import re

import pytest

from arena.models import Contestant
from arena.queries.planning import Neighbours, Newcomer, Plan
from arena.services.leaderboards import publish_arena
from arena.services.pairing import refresh_sampler
from arena.web.plan import show_plan, votes_in_words
from tests.arena.web.visitors import words
from tests.factories import make_arena, make_battle, make_contestant, make_stored_arena, make_votes

PATH = "/ledger/text/shares/"
FOUGHT = [("quillon-1", "brevant-2", outcome) for outcome in "aaab" * 3]


def drawn(arena, sampler, pairs):
    for a, b, n in pairs:
        for _ in range(n):
            make_battle(arena, a, b, sampler=sampler)


def test_shares_of_models(visitor, arena):
    Contestant.objects.filter(slug="quillon-1").update(organisation="Ada")
    drawn(arena, refresh_sampler(arena=arena), [("quillon-1", "brevant-2", 3), ("quillon-1", "tessarix-3", 1)])

    page = visitor.get(PATH)

    text = words(page)
    assert page.status_code == 200
    assert "4 battles drawn" in text
    assert "Cap: 50.0 %" in text
    assert "No share passes its cap by more than chance." in text
    assert "Quillon-1 100.0 % 4 Brevant-2 75.0 % 3 Tessarix-3 25.0 % 1" in text
    assert '<rect class="share-bar" x="0" y="3" width="75.00%" height="8"/>' in page.content.decode()


@pytest.mark.parametrize(
    ("by", "row"),
    [
        ("organisation", "Ada 100.0 % 2 unknown 100.0 % 2"),
        ("licence", "MIT 100.0 % 2 unknown 100.0 % 2"),
        ("weight-class", "S, up to 8B 100.0 % 2 size undisclosed 100.0 % 2"),
    ],
)
def test_shares_of_groups(visitor, arena, by, row):
    Contestant.objects.filter(slug="quillon-1").update(organisation="Ada", licence="MIT", total_params_b=7)
    drawn(arena, None, [("quillon-1", "brevant-2", 2)])

    text = words(visitor.get(f"{PATH}?by={by}"))

    assert row in text
    assert "No cap was set for this." in text


def test_alarm_is_on_the_page_of_every_group(visitor):
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(10)])
    drawn(arena, refresh_sampler(arena=arena), [("m-0", f"m-{k}", 3) for k in range(1, 10)])

    texts = [words(visitor.get(f"{PATH}?by={by}")) for by in ("model", "licence")]

    assert all("Above the cap M-0: 100.0 % in the week of" in text for text in texts)
    assert "M-0 above the cap 100.0 % 27" in texts[0]


def test_rule_and_exposures_are_public(visitor, arena):
    arena.entries.filter(contestant__slug="quillon-1").update(exposure=2.5)
    sampler = refresh_sampler(arena=arena)

    text = words(visitor.get(PATH))

    assert "No battle was drawn here yet." in text
    assert "Rule need_var" in text
    assert "Weighed by the operator quillon-1 × 2.5" in text
    assert sampler.digest in text


@pytest.mark.parametrize(
    ("path", "status"), [(f"{PATH}?by=colour", 400), (f"{PATH}?x=1", 400), ("/ledger/none/shares/", 404)]
)
def test_address_that_does_not_work(visitor, arena, path, status):
    assert visitor.get(path).status_code == status


def test_arena_without_anything(visitor):
    make_arena()

    assert "No battle was drawn here yet." in words(visitor.get(PATH))


def test_no_style_attribute_and_no_script(visitor, arena):
    drawn(arena, refresh_sampler(arena=arena), [("quillon-1", "brevant-2", 3)])

    main = re.search(r"<main.*?</main>", visitor.get(PATH).content.decode(), re.DOTALL)[0]

    assert "style=" not in main
    assert "<script" not in main


def test_board_says_how_many_votes_are_missing_and_how_far_newcomers_are(visitor, arena):
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    page = visitor.get("/a/text/leaderboard/?voters=human")

    text = words(page)
    assert re.search(r"About [\d,]+ more votes separate #1 and #2, Quillon-1 and Brevant-2\.", text)
    assert re.search(r"Ondolar-4 : about [\d,]+ more votes until it is known to within 20 points", text)
    assert page.content.decode().count("<progress") == 2


def test_board_of_judges_has_no_plan(visitor, arena):
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    assert "more votes" not in words(visitor.get("/a/text/leaderboard/?voters=judge"))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        (1, "1 more vote"),
        (7, "about 7 more votes"),
        (99, "about 99 more votes"),
        (104, "about 100 more votes"),
        (1_912, "about 1,900 more votes"),
        (1_234_567, "about 1,200,000 more votes"),
        (None, "more votes than are in sight"),
    ],
)
def test_votes_in_words(votes, expected):
    assert votes_in_words(votes) == expected


class Row:
    def __init__(self, contestant):
        self.contestant = contestant


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ((0, 1_912), "About 1,900 more votes separate #2 and #3, B and C."),
        ((0, 0), "Every model of this board is told apart from the next one."),
        ((0, None), ""),
    ],
)
def test_plan_in_one_sentence(votes, sentence):
    rows = [Row(make_contestant(slug, name=slug.upper())) for slug in "abc"]
    pairs = tuple(Neighbours(*pair, n) for pair, n in zip(("ab", "bc"), votes, strict=True))
    late = Newcomer("d", 40.0, 500)

    shown = show_plan(Plan(pairs, (late,)), rows, [Row(make_contestant("d", name="D"))])

    assert shown.sentence == sentence
    assert [(each.contestant.slug, each.percent) for each in shown.newcomers] == [("d", 25)]


def test_nothing_planned_is_nothing_shown():
    assert show_plan(None, [], []) is None
    assert show_plan(Plan(), [], []) is None
