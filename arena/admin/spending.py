"""How do operators see and cap what the arena spends? Caps are rows; totals and reservations are only read."""

from decimal import Decimal

from django.contrib import admin

from arena.admin.base import ReadOnlyAdmin
from arena.domain.spending import usd
from arena.models import Reservation, SpendingCap, SpendingTotal
from arena.staff.trail import AuditedAdmin


@admin.register(SpendingCap)
class SpendingCapAdmin(AuditedAdmin):
    list_display = ("__str__", "scope", "contestant", "limit_usd")
    list_filter = ("scope",)
    autocomplete_fields = ("contestant",)


@admin.register(SpendingTotal)
class SpendingTotalAdmin(ReadOnlyAdmin):
    list_display = ("begins", "scope", "contestant", "spent_usd", "reserved_usd")
    list_filter = ("scope", "begins")
    list_select_related = ("contestant",)
    # Whose day it was is between the arena and the voter.
    fields = ("begins", "scope", "contestant", "spent_usd", "reserved_usd")

    @admin.display(description="spent (USD)", ordering="spent_nano")
    def spent_usd(self, total: SpendingTotal) -> Decimal:
        return usd(total.spent_nano)

    @admin.display(description="reserved (USD)", ordering="reserved_nano")
    def reserved_usd(self, total: SpendingTotal) -> Decimal:
        return usd(total.reserved_nano)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "contestant", "reserved_usd", "cost_usd", "is_called")
    list_filter = ("day", "contestant")
    list_select_related = ("contestant",)
    fields = ("created_at", "day", "contestant", "response", "reserved_usd", "cost_usd", "is_called")
    show_full_result_count = False

    @admin.display(description="reserved (USD)", ordering="reserved_nano")
    def reserved_usd(self, reservation: Reservation) -> Decimal:
        return usd(reservation.reserved_nano)

    @admin.display(description="cost (USD)", ordering="cost_nano")
    def cost_usd(self, reservation: Reservation) -> Decimal | None:
        return None if reservation.cost_nano is None else usd(reservation.cost_nano)
