"""No call goes beyond a cap, whatever happens at once; what was set aside is settled, also where a process died."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.errors import AtSpendingCap, NoBattles
from arena.domain.spending import CapScope
from arena.models import Battle, Contestant, Endpoint, Reservation, SpendingCap, SpendingTotal
from arena.providers.base import Chunk, Request
from arena.queries.clock import database_now
from arena.queries.spending import site_spending
from arena.services import battles, spending
from arena.services.answers import Answer
from arena.services.battles import sweep_battles, void_battle
from arena.services.erasure import erase_voter
from arena.services.responses import begin_turn
from arena.services.spending import Call, NoRoom, reserve_calls, settle_calls, settle_reservation
from arena.services.turns import add_turn
from tests.concurrency import at_once
from tests.factories import SLUGS, enter, make_output, make_paid_arena, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MOST_USD = Decimal("2.048")  # of one answer at 1,000 USD for a million tokens


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(battles, "launch", lambda battle_id: None)
    monkeypatch.setattr("arena.services.turns.launch", lambda battle_id: None)


@pytest.fixture
def arena():
    """Two models that answer live, for money."""
    return make_paid_arena()


def add_paid(arena, slug):
    contestant = enter(arena, slug, input_price_usd=Decimal(0), output_price_usd=Decimal(1_000))
    Endpoint.objects.create(contestant=contestant, provider="openai", base_url="https://models.example/v1")


def cap(scope, usd, contestant=None):
    SpendingCap.objects.update_or_create(scope=scope, contestant=contestant, defaults={"limit_usd": usd})


def used(scope) -> list[tuple[Decimal, Decimal]]:
    totals = SpendingTotal.objects.filter(scope=scope).order_by("key")
    return [(Decimal(t.spent_nano) / 10**9, Decimal(t.reserved_nano) / 10**9) for t in totals]


def answer_of(reservation, **said) -> Answer:
    request = Request(contestant="x", messages=())
    answer = Answer(reservation.response_id, reservation.contestant_id, "a", 1, "openai", request)
    if said:
        answer.take(Chunk(**said))
    return answer


def test_the_most_that_a_battle_can_cost_is_set_aside_before_it(arena):
    voter_id = uuid.uuid4()

    start(arena, voter_id)

    assert used(CapScope.DAY) == used(CapScope.MONTH) == used(CapScope.VOTER_DAY) == [(0, 2 * MOST_USD)]
    assert used(CapScope.MODEL_DAY) == [(0, MOST_USD)] * 2
    assert set(Reservation.objects.values_list("voter", "cost_nano", "is_called")) == {(voter_id, None, False)}


@pytest.mark.parametrize("scope", list(CapScope))
def test_at_any_cap_live_battles_stop_with_the_same_sentence(arena, scope):
    voter_id = uuid.uuid4()
    cap(scope, MOST_USD * (3 if scope is not CapScope.MODEL_DAY else Decimal("1.5")))
    start(arena, voter_id)

    with pytest.raises(AtSpendingCap) as error:
        start(arena, voter_id)

    assert str(error.value) == "Live answers have used up their budget for now. Finished answers can still be judged."
    assert Battle.objects.count() == 1
    assert used(CapScope.DAY) == [(0, 2 * MOST_USD)]


def test_at_the_cap_stored_answers_and_the_queue_go_on(arena):
    prompt = arena.prompts.get()
    finished = start(arena)
    Battle.objects.filter(id=finished.id).update(state=BattleState.READY, ready_at=database_now())
    finished.responses.update(is_done=True, text="Blue is scattered.")
    cap(CapScope.DAY, 0)
    with pytest.raises(AtSpendingCap):
        start(arena)
    for slug in SLUGS[:2]:
        make_output(prompt, Contestant.objects.get(slug=slug))

    stored = start(arena)

    assert stored.state == BattleState.READY
    assert {response.output_id is not None for response in stored.responses.all()} == {True}


def test_a_model_at_its_cap_is_left_out_and_the_others_meet(arena):
    for slug in SLUGS[2:]:
        add_paid(arena, slug)
    cap(CapScope.MODEL_DAY, 0, contestant=Contestant.objects.get(slug=SLUGS[0]))

    met = [start(arena, seed=seed) for seed in range(6)]

    assert SLUGS[0] not in {c.slug for battle in met for c in (battle.contestant_a, battle.contestant_b)}
    assert met[-1].pair_probability == pytest.approx(1 / 3)


def test_it_comes_back_when_there_is_room(arena):
    first = Contestant.objects.get(slug=SLUGS[0])
    cap(CapScope.MODEL_DAY, 0, contestant=first)
    with pytest.raises(AtSpendingCap):
        start(arena)

    cap(CapScope.MODEL_DAY, 5, contestant=first)

    assert start(arena).state == BattleState.DRAWN


def test_models_of_ones_own_go_on_at_the_cap(arena, settings):
    settings.EGRESS_ALLOW = ("own.example",)
    for slug in SLUGS[2:]:
        contestant = enter(arena, slug)
        Endpoint.objects.create(contestant=contestant, provider="openai", base_url="http://own.example/v1")
    cap(CapScope.DAY, 0)

    battle = start(arena, seed=3)

    assert {battle.contestant_a.slug, battle.contestant_b.slug} == set(SLUGS[2:])
    assert Reservation.objects.count() == 0


def test_an_arena_in_which_nobody_can_meet_says_that_and_not_money(arena):
    Endpoint.objects.update(is_enabled=False)
    cap(CapScope.DAY, 0)

    with pytest.raises(NoBattles) as error:
        start(arena)

    assert type(error.value) is NoBattles


def test_a_further_turn_needs_money_too_and_the_battle_stays_as_it_was(arena):
    voter_id = uuid.uuid4()
    battle = start(arena, voter_id)
    Battle.objects.update(state=BattleState.READY, ready_at=database_now())
    battle.responses.update(is_done=True)
    cap(CapScope.VOTER_DAY, 5)

    with pytest.raises(AtSpendingCap):
        add_turn(voter_id=voter_id, battle_id=battle.id, prompt_text="And at night?")

    battle.refresh_from_db()
    assert (battle.state, battle.n_turns, battle.responses.count()) == (BattleState.READY, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_fifty_battles_at_once_never_go_beyond_the_cap(arena):
    cap(CapScope.DAY, MOST_USD * 8 - 1)  # room for three battles and a half
    voters = [make_voter() for _ in range(50)]

    results = at_once(*(lambda voter=voter: start(arena, voter.id) for voter in voters))

    begun = [result for result in results if isinstance(result, Battle)]
    refused = [result for result in results if isinstance(result, AtSpendingCap)]
    assert (len(begun), len(refused)) == (3, 47), results
    assert used(CapScope.DAY) == used(CapScope.MONTH) == [(0, 6 * MOST_USD)]
    assert Reservation.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_reserving_and_settling_at_once_loses_nothing(arena):
    a, b = Contestant.objects.order_by("slug")
    cap(CapScope.DAY, None)

    def one(first, second):
        ids = reserve_calls(calls=[Call(first.pk, ["x"]), Call(second.pk, ["x"])], voter_id=None)
        for reservation_id in ids:
            settle_reservation(reservation_id=reservation_id, cost_usd=Decimal("0.01"))

    results = at_once(*[lambda: one(a, b), lambda: one(b, a)] * 6)

    assert results == [None] * 12
    assert used(CapScope.DAY) == [(Decimal("0.24"), 0)]
    assert used(CapScope.MODEL_DAY) == [(Decimal("0.12"), 0)] * 2


@pytest.mark.parametrize(
    ("said", "failed", "cost"),
    [
        ({"text": "Blue.", "input_tokens": 9, "output_tokens": 100}, "", Decimal("0.1")),
        ({"text": "Blue."}, "", Decimal("0.021")),  # 5 bytes and a message, none of them reported
        ({}, "server", Decimal(0)),
        ({}, "timeout", MOST_USD),
        ({"text": "Blu"}, "server", MOST_USD),
        ({"input_tokens": 1, "output_tokens": 5_000}, "", Decimal(5)),  # more than was asked for is paid all the same
    ],
    ids=["reported", "unreported", "refused", "hung", "broken off", "overrun"],
)
def test_after_the_call_the_real_cost_takes_the_place_of_the_worst(arena, said, failed, cost):
    start(arena)
    reservation = Reservation.objects.order_by("id").first()
    answer = answer_of(reservation, **said)
    if not failed:
        answer.end()

    for _ in range(2):  # the second time changes nothing
        settle_calls(answers=[answer], failed={answer.response_id: failed})

    reservation.refresh_from_db()
    assert Decimal(reservation.cost_nano) / 10**9 == cost
    assert used(CapScope.DAY) == [(cost, MOST_USD)]


@pytest.mark.parametrize(("is_begun", "cost"), [(True, 2 * MOST_USD), (False, Decimal(0))])
def test_what_a_dead_process_set_aside_is_settled_by_the_sweep(arena, is_begun, cost):
    battle = start(arena)
    if is_begun:
        begin_turn(battle_id=battle.id)
    void_battle(battle_id=battle.id, reason=VoidReason.LOST)
    sweep_battles()
    assert used(CapScope.DAY) == [(0, 2 * MOST_USD)]  # a process that lives may still settle it
    Reservation.objects.update(created_at=database_now() - timedelta(minutes=6))

    sweep_battles()

    assert used(CapScope.DAY) == [(cost, 0)]


def test_a_battle_that_still_answers_is_left_alone(arena):
    begin_turn(battle_id=start(arena).id)
    Reservation.objects.update(created_at=database_now() - timedelta(minutes=6))

    spending.settle_lost_calls()

    assert used(CapScope.DAY) == [(0, 2 * MOST_USD)]


def test_an_erased_voter_leaves_no_row_and_the_site_keeps_its_sum(arena):
    battle = start(arena)

    erase_voter(voter_id=battle.voter_id)

    assert used(CapScope.VOTER_DAY) == []
    assert used(CapScope.DAY) == [(0, 2 * MOST_USD)]
    assert set(Reservation.objects.values_list("voter", flat=True)) == {None}


def test_a_call_outside_battles_counts_like_any_other(arena):
    contestant = Contestant.objects.get(slug=SLUGS[0])
    (reservation_id,) = reserve_calls(calls=[Call(contestant.pk, ["Say hello."])], voter_id=None)
    cap(CapScope.DAY, MOST_USD)
    with pytest.raises(NoRoom):
        reserve_calls(calls=[Call(contestant.pk, ["Say hello."])], voter_id=None)

    settle_reservation(reservation_id=reservation_id, cost_usd=Decimal("0.5"))

    today, _ = site_spending(database_now())
    assert (today.spent_usd, today.reserved_usd, today.cap_usd) == (Decimal("0.5"), 0, MOST_USD)


def test_the_longest_answer_asked_for_is_what_counts(arena):
    contestant = Contestant.objects.get(slug=SLUGS[0])
    Endpoint.objects.filter(contestant=contestant).update(
        parameters={"max_tokens": 100, "extra_body": {"max_completion_tokens": 500}}
    )

    reserve_calls(calls=[Call(contestant.pk, ["x"])], voter_id=None)

    assert used(CapScope.DAY) == [(0, Decimal("0.5"))]
