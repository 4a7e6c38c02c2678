"""Are shares of drawn battles counted right, capped as promised, and does a favour raise an alarm?"""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from arena.domain.shares import ModelGroup
from arena.models import Arena, Contestant
from arena.queries import shares
from arena.queries.clock import database_now
from arena.queries.shares import Share, weekly_shares
from arena.services.pairing import refresh_sampler, warn_of_shares
from tests.factories import SLUGS, make_arena, make_battle, make_stored_arena, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, D = SLUGS
WEEK = timedelta(days=7)


@pytest.fixture
def arena():
    arena = make_stored_arena()
    Contestant.objects.filter(slug__in=(A, B)).update(organisation="Ada", licence="MIT", total_params_b=7)
    Contestant.objects.filter(slug=C).update(organisation="Bob")
    return arena


def fight(arena, pairs, moment=None, sampler=None, **fields):
    voter = make_voter()
    for a, b, n in pairs:
        for _ in range(n):
            make_battle(arena, a, b, voter, created_at=moment or database_now(), sampler=sampler, **fields)


def counts(week, group):
    return {share.name: (share.n_battles, share.share) for share in week.of(group)}


def test_shares_of_every_group(arena):
    fight(arena, [(A, B, 3), (A, C, 1), (C, D, 1)])

    (week,) = weekly_shares(arena)

    assert (week.n_drawn, week.n_directed) == (5, 0)
    assert counts(week, ModelGroup.MODEL) == {A: (4, 0.8), B: (3, 0.6), C: (2, 0.4), D: (1, 0.2)}
    assert counts(week, ModelGroup.ORGANISATION) == {"Ada": (4, 0.8), "Bob": (2, 0.4), "unknown": (1, 0.2)}
    assert counts(week, ModelGroup.LICENCE) == {"MIT": (4, 0.8), "unknown": (2, 0.4)}
    assert counts(week, ModelGroup.WEIGHT_CLASS) == {"s": (4, 0.8), "undisclosed": (2, 0.4)}
    assert sum(share.share for share in week.of(ModelGroup.MODEL)) == pytest.approx(2)
    assert week.of(ModelGroup.MODEL)[0] == Share(ModelGroup.MODEL, A, A.title(), 4, 0.8, None, False)


def test_weeks_begin_on_monday_utc_newest_first(arena):
    monday = datetime.combine(
        database_now().date() - timedelta(days=database_now().weekday()), datetime.min.time(), UTC
    )
    for moment, pair in ((monday, (A, B)), (monday - timedelta(seconds=1), (A, C)), (monday - 3 * WEEK, (C, D))):
        fight(arena, [(*pair, 1)], moment)

    weeks = weekly_shares(arena)

    assert [week.start for week in weeks] == [(monday - k * WEEK).date() for k in (0, 1, 3)]
    assert [set(counts(week, ModelGroup.MODEL)) for week in weeks] == [{A, B}, {A, C}, {C, D}]
    assert weekly_shares(arena, n_weeks=1) == weeks[:1]


def test_only_what_the_sampler_drew_is_in_a_share(arena):
    fight(arena, [(A, B, 1)])
    fight(arena, [(A, B, 1)], branch="pinned")
    fight(arena, [(A, B, 1)], state="void", void_reason="failed")
    fight(arena, [(C, D, 2)], branch="directed")
    fight(arena, [(C, D, 4)], branch="import")
    fight(arena, [(C, D, 8)], branch="queue")
    fight(make_arena("other"), [(C, D, 16)])

    (week,) = weekly_shares(arena)

    assert (week.n_drawn, week.n_directed) == (3, 2)
    assert counts(week, ModelGroup.MODEL) == {A: (3, 1.0), B: (3, 1.0)}


def test_nothing_drawn_has_no_weeks(arena):
    fight(arena, [(C, D, 1)], branch="import")

    assert weekly_shares(arena) == []
    assert weekly_shares(make_arena("empty")) == []


def test_cap_of_a_model_is_that_of_the_tables_that_were_drawn_from():
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(10)])
    first = refresh_sampler(arena=arena)
    arena.pairing = {"cap": 0.5, "exploration": 0.2}
    second = refresh_sampler(arena=arena)
    fight(arena, [("m-0", "m-1", 3)], sampler=first)
    fight(arena, [("m-0", "m-1", 1)], sampler=second)

    (week,) = weekly_shares(arena)

    expected = (3 * (0.9 * 0.25 + 0.1 * 0.2) + (0.8 * 0.5 + 0.2 * 0.2)) / 4
    assert [share.cap for share in week.of(ModelGroup.MODEL)] == pytest.approx([expected] * 2)


def test_few_models_have_the_cap_of_even_shares():
    arena = make_stored_arena(slugs=SLUGS[:2])
    start(arena)

    (week,) = weekly_shares(arena)

    assert [(share.share, share.cap, share.is_alarm) for share in week.of(ModelGroup.MODEL)] == [(1, 1, False)] * 2


def test_a_favour_raises_an_alarm_and_chance_does_not(caplog):
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(10)])
    sampler = refresh_sampler(arena=arena)
    fight(arena, [("m-0", f"m-{k}", 3) for k in range(1, 10)], sampler=sampler)
    fight(arena, [(f"m-{k}", f"m-{k + 1}", 2) for k in range(1, 9)], sampler=sampler)

    (week,) = weekly_shares(arena)
    with caplog.at_level(logging.WARNING):
        warn_of_shares(arena=arena)

    assert [(alarm.name, alarm.n_battles) for alarm in week.alarms] == [("m-0", 27)]
    assert f"text: share of model m-0 is {27 / 43:.3f} since {week.start}, above its cap of 0.245" in caplog.text


def test_a_large_share_of_few_battles_is_chance():
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(10)])
    fight(arena, [("m-0", "m-1", 2), ("m-0", "m-2", 1)], sampler=refresh_sampler(arena=arena))

    (week,) = weekly_shares(arena)

    assert [(share.name, share.share) for share in week.of(ModelGroup.MODEL) if share.share > share.cap] == [
        ("m-0", 1.0),
        ("m-1", pytest.approx(2 / 3)),
        ("m-2", pytest.approx(1 / 3)),
    ]
    assert week.alarms == []


def test_groups_have_the_caps_of_the_operator(arena):
    Arena.objects.filter(pk=arena.pk).update(share_caps={"organisation": 0.5, "weight-class": 0.8})
    fight(arena, [(A, C, 40), (C, D, 10)])

    (week,) = weekly_shares(Arena.objects.get(pk=arena.pk))

    caps = {group: {share.cap for share in week.of(group)} for group in ModelGroup}
    assert caps == {
        ModelGroup.MODEL: {None},
        ModelGroup.ORGANISATION: {0.5},
        ModelGroup.LICENCE: {None},
        ModelGroup.WEIGHT_CLASS: {0.8},
    }
    assert [(alarm.group, alarm.name) for alarm in week.alarms] == [
        (ModelGroup.ORGANISATION, "Bob"),
        (ModelGroup.ORGANISATION, "Ada"),
        (ModelGroup.WEIGHT_CLASS, "undisclosed"),
    ]


def test_settled_weeks_are_read_once(arena):
    fight(arena, [(A, B, 1)], database_now() - 3 * WEEK)
    fight(arena, [(A, C, 1)])
    weekly_shares(arena)
    before = shares._remembered.cache_info()

    again = weekly_shares(arena)

    after = shares._remembered.cache_info()
    assert (after.misses, after.hits > before.hits) == (before.misses, True)
    assert [week.n_drawn for week in again] == [1, 1]
