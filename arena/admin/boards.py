"""What can operators see of the ledger and of published boards? Everything; change nothing."""

from django.contrib import admin

from arena.admin.base import ReadOnlyAdmin, ReadOnlyInline
from arena.models import Ledger, LedgerEntry, Snapshot, SnapshotRow
from arena.queries.board_checks import advice_on


@admin.register(Ledger)
class LedgerAdmin(ReadOnlyAdmin):
    list_display = ("arena", "size", "root_hex")
    fields = ("arena", "size", "root_hex")
    readonly_fields = ("root_hex",)

    @admin.display(description="root")
    def root_hex(self, ledger: Ledger) -> str:
        return bytes(ledger.root).hex()


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("ledger", "seq", "kind", "record_text")
    list_filter = ("ledger__arena", "kind")
    fields = ("ledger", "seq", "kind", "record_text", "leaf_hex")
    show_full_result_count = False

    @admin.display(description="record")
    def record_text(self, entry: LedgerEntry) -> str:
        return bytes(entry.record).decode()

    @admin.display(description="leaf")
    def leaf_hex(self, entry: LedgerEntry) -> str:
        return bytes(entry.leaf).hex()


class SnapshotRowInline(ReadOnlyInline, admin.TabularInline):
    model = SnapshotRow
    fields = ("contestant", "status", "rating", "ci_low", "ci_high", "rank_low", "rank_high", "votes")
    ordering = ("rank", "-rating")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("id", "arena", "voter_kind", "created_at", "ledger_size")
    list_filter = ("arena", "voter_kind")
    fields = ("arena", "voter_kind", "created_at", "ledger_size", "choice_of_pairs", "spec", "meta")
    readonly_fields = ("choice_of_pairs",)
    inlines = (SnapshotRowInline,)

    @admin.display(description="choice of pairs")
    def choice_of_pairs(self, snapshot: Snapshot) -> str:
        """What the published checks say about the sampler."""
        return " ".join(advice_on(snapshot.meta))
