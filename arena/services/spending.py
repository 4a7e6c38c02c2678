"""How does the arena never spend more than it may? The most a call can cost is set aside before it, and settled after.

Each cap is one row; a reservation is an UPDATE that counts only while there is room, so that no number of processes
goes beyond it. Next file to read: queries/spending.py for prices and caps.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from arena.domain.battle_state import WRITING_STATES
from arena.domain.errors import AtSpendingCap
from arena.domain.parameters import SYSTEM_PROMPT, token_limits
from arena.domain.spending import CapScope, Price, most_tokens, nano
from arena.models import Contestant, Reservation, SpendingTotal
from arena.providers.openai_compatible import MAX_TOKENS
from arena.queries.clock import database_now
from arena.queries.spending import current_caps, price_of, total_key, with_prices
from arena.services.answers import Answer

UNCHARGED = ("refused", "rejected", "limit", "server", "configuration", "gone")
"""Kinds of failure in which the endpoint did nothing, if nothing came."""
LOST_AFTER = timedelta(minutes=5)  # longer than any call may take


@dataclass(frozen=True)
class Call:
    """What a model is about to be asked. response_id : None for a call outside battles."""

    contestant_id: int
    texts: Sequence[str]
    n_pictures: int = 0
    response_id: int | None = None


@dataclass(frozen=True)
class _Booking:
    """An amount under one cap."""

    key: str
    scope: CapScope
    begins: date
    contestant_id: int | None
    voter_id: UUID | None
    amount: int


class NoRoom(AtSpendingCap):
    """A cap that has no room for a call. contestant_id : of the model whose cap it is, None if of all models."""

    def __init__(self, booking: _Booking) -> None:
        super().__init__()
        self.booking = booking
        self.contestant_id = booking.contestant_id


@transaction.atomic
def reserve_calls(*, calls: Sequence[Call], voter_id: UUID | None) -> list[int]:
    """Set aside the most that these calls can cost; all of them or none. Ids of reservations, for calls that cost.

    Rows of totals stay locked to the end of the transaction around it, so it is best its last step. Raises NoRoom.
    """
    contestants = with_prices({call.contestant_id for call in calls})
    amounts = [_most(contestants[call.contestant_id], call) for call in calls]
    if not any(amounts):
        return []
    now = database_now()
    caps = current_caps()
    return _reserve(
        [
            Reservation(
                response_id=call.response_id,
                contestant_id=call.contestant_id,
                voter_id=voter_id,
                day=now.date(),
                reserved_nano=amount,
                created_at=now,
            )
            for call, amount in zip(calls, amounts, strict=True)
            if amount
        ],
        lambda booking: caps.limit(booking.scope, booking.contestant_id),
    )


@transaction.atomic
def reserve_judge_calls(*, amounts_usd: Sequence[Decimal], voter_id: UUID, cap_usd: Decimal) -> list[int]:
    """The same for calls of a judge, whose own cap takes the place of that of a voter. Raises NoRoom."""
    if not any(amounts_usd):
        return []
    now, caps = database_now(), current_caps()
    return _reserve(
        [
            Reservation(voter_id=voter_id, day=now.date(), reserved_nano=nano(amount), created_at=now)
            for amount in amounts_usd
        ],
        lambda booking: nano(cap_usd) if booking.scope is CapScope.VOTER_DAY else caps.limit(booking.scope),
    )


@transaction.atomic
def reserve_test_call(*, amount_usd: Decimal) -> int | None:
    """The same for an operator's test of an endpoint, under the caps of the whole site: its model may not exist yet.

    None for a call that costs nothing. Raises NoRoom.
    """
    if not amount_usd:
        return None
    now, caps = database_now(), current_caps()
    reservation = Reservation(day=now.date(), reserved_nano=nano(amount_usd), created_at=now)
    return _reserve([reservation], lambda booking: caps.limit(booking.scope))[0]


def remember_refusal(*, refused: NoRoom) -> None:
    """Until there is room for such a call again, draws do without those whom it concerns."""
    booking = refused.booking
    _ensure_totals([booking])
    larger = Q(refused_nano__isnull=True) | Q(refused_nano__gt=booking.amount)
    SpendingTotal.objects.filter(larger, key=booking.key).update(refused_nano=booking.amount)


def mark_called(*, response_ids: Iterable[int]) -> None:
    """From here on the calls may cost something, whatever becomes of this process."""
    Reservation.objects.filter(response__in=list(response_ids), cost_nano__isnull=True).update(is_called=True)


@transaction.atomic
def settle_calls(*, answers: Sequence[Answer], failed: Mapping[int, str] | None = None) -> None:
    """Put what each call did cost in the place of what was set aside. failed : kinds of failure by response id."""
    live = {answer.response_id: answer for answer in answers if not answer.is_stored}
    waiting = Reservation.objects.select_for_update(of=("self",)).filter(response__in=live, cost_nano__isnull=True)
    reservations = list(waiting.order_by("id"))
    contestants = with_prices({row.contestant_id for row in reservations})
    for row in reservations:
        answer = live[row.response_id]
        price = price_of(contestants[row.contestant_id])
        row.cost_nano = _cost(row, answer, price, (failed or {}).get(answer.response_id, ""))
    _settle(reservations)


@transaction.atomic
def settle_test_call(*, reservation_id: int, answer: Answer, price: Price, failure: str = "") -> None:
    """The same for a test of an endpoint. failure : its kind, empty if there was none."""
    for row in Reservation.objects.select_for_update().filter(id=reservation_id, cost_nano__isnull=True):
        row.cost_nano = _cost(row, answer, price, failure)
        _settle([row])


@transaction.atomic
def settle_reservation(*, reservation_id: int, cost_usd: Decimal | None) -> None:
    """The same for a call outside battles. cost_usd : None where nobody knows, which counts as reserved."""
    waiting = Reservation.objects.select_for_update().filter(id=reservation_id, cost_nano__isnull=True)
    for row in waiting:
        row.cost_nano = row.reserved_nano if cost_usd is None else nano(cost_usd)
        _settle([row])


@transaction.atomic
def settle_lost_calls() -> None:
    """The sweep: what a process that died had set aside counts in full if the call had begun, and else not at all."""
    answering = Q(response__battle__state__in=WRITING_STATES)
    lost = Reservation.objects.select_for_update(of=("self",), skip_locked=True).filter(
        cost_nano__isnull=True, created_at__lte=database_now() - LOST_AFTER
    )
    reservations = list(lost.exclude(answering).order_by("id"))
    for row in reservations:
        row.cost_nano = row.reserved_nano if row.is_called or row.response_id is None else 0
    _settle(reservations)


def reported_cost(answer: Answer) -> Decimal | None:
    """What the call cost by its price and the tokens that the provider reported; None where one is not known."""
    price = price_of(Contestant.objects.select_related("endpoint").get(pk=answer.contestant_id))
    report = answer.report
    if price.answer_usd and price.is_known and answer.media is not None:
        return price.answer_usd
    if not price.is_known or report.input_tokens is None or report.output_tokens is None:
        return None
    return price.cost_usd(report.input_tokens, report.output_tokens)


def _reserve(reservations: Sequence[Reservation], limit_of: Callable[[_Booking], int | None]) -> list[int]:
    bookings = _bookings(reservations, "reserved_nano")
    _ensure_totals(bookings)
    for booking in bookings:
        limit = limit_of(booking)
        total = SpendingTotal.objects.filter(key=booking.key)
        if limit is not None:
            # In the WHERE of the UPDATE itself: PostgreSQL asks it again once it has the row, and a subquery not.
            total = total.filter(spent_nano__lte=limit - booking.amount - F("reserved_nano"))
        if not total.update(reserved_nano=F("reserved_nano") + booking.amount):
            raise NoRoom(booking)
    return [row.pk for row in Reservation.objects.bulk_create(reservations)]


def _most(contestant: Contestant, call: Call) -> int:
    price = price_of(contestant)
    if price.is_free:
        return 0
    return nano(most_usd(price, contestant.endpoint.parameters, call.texts, call.n_pictures))


def most_usd(price: Price, parameters: Mapping[str, object], texts: Iterable[str], n_pictures: int = 0) -> Decimal:
    """The most that a call with these messages can cost at an endpoint with these parameters."""
    system = parameters.get(SYSTEM_PROMPT) or ""
    return price.cost_usd(most_tokens([*texts, str(system)], n_pictures), _most_output_tokens(parameters))


def _most_output_tokens(parameters: Mapping[str, object]) -> int:
    """The longest answer that an endpoint with these parameters is asked for."""
    return max([*token_limits(parameters), 0]) or MAX_TOKENS


def _cost(row: Reservation, answer: Answer, price: Price, failure: str) -> int:
    """As reported; else by the text that came, where the answer is whole; else all that was set aside."""
    report = answer.report
    if price.answer_usd and answer.media is not None:
        return nano(price.answer_usd)
    if report.input_tokens is not None and report.output_tokens is not None:
        return nano(price.cost_usd(report.input_tokens, report.output_tokens))
    if failure in UNCHARGED and not answer.n_chunks:
        return 0
    if answer.is_complete and not failure and not price.answer_usd:
        n_input = most_tokens(message.text for message in answer.request.messages)
        return min(row.reserved_nano, nano(price.cost_usd(n_input, most_tokens([answer.text]))))
    return row.reserved_nano


def _settle(reservations: Sequence[Reservation]) -> None:
    Reservation.objects.bulk_update(reservations, ["cost_nano"])
    costs = {booking.key: booking.amount for booking in _bookings(reservations, "cost_nano")}
    for booking in _bookings(reservations, "reserved_nano"):
        SpendingTotal.objects.filter(key=booking.key).update(
            reserved_nano=F("reserved_nano") - booking.amount, spent_nano=F("spent_nano") + costs[booking.key]
        )


def _bookings(reservations: Iterable[Reservation], field: str) -> list[_Booking]:
    """What these reservations add to each total, in the order in which totals are locked."""
    amounts: Counter[tuple[CapScope, date, int | None, UUID | None]] = Counter()
    for row in reservations:
        amount = getattr(row, field)
        amounts[CapScope.DAY, row.day, None, None] += amount
        amounts[CapScope.MONTH, row.day.replace(day=1), None, None] += amount
        if row.contestant_id is not None:
            amounts[CapScope.MODEL_DAY, row.day, row.contestant_id, None] += amount
        if row.voter_id is not None:
            amounts[CapScope.VOTER_DAY, row.day, None, row.voter_id] += amount
    bookings = [
        _Booking(total_key(scope, begins, contestant_id, voter_id), scope, begins, contestant_id, voter_id, amount)
        for (scope, begins, contestant_id, voter_id), amount in amounts.items()
    ]
    return sorted(bookings, key=lambda booking: booking.key)


def _ensure_totals(bookings: Iterable[_Booking]) -> None:
    SpendingTotal.objects.bulk_create(
        [
            SpendingTotal(key=b.key, scope=b.scope, begins=b.begins, contestant_id=b.contestant_id, voter_id=b.voter_id)
            for b in bookings
        ],
        ignore_conflicts=True,
    )
