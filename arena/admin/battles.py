"""What can operators see of battles and votes? Everything; change nothing."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.admin.base import ReadOnlyAdmin, ReadOnlyInline
from arena.models import Battle, Response, Vote, VoteNote


class ResponseInline(ReadOnlyInline, admin.StackedInline):
    model = Response


@admin.register(Battle)
class BattleAdmin(ReadOnlyAdmin):
    list_display = ("id", "arena", "contestant_a", "contestant_b", "state", "void_reason", "branch", "created_at")
    list_filter = ("arena", "state", "void_reason", "branch")
    search_fields = ("id", "contestant_a__slug", "contestant_b__slug")
    list_select_related = ("arena", "contestant_a", "contestant_b")
    inlines = (ResponseInline,)
    show_full_result_count = False


class InLedger(admin.SimpleListFilter):
    """Votes that have their place in the ledger, and those that wait for it."""

    title = "place in the ledger"
    parameter_name = "ledger"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("waiting", "waiting"), ("placed", "placed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Vote]) -> QuerySet[Vote]:
        if self.value() in ("waiting", "placed"):
            return queryset.filter(pending__isnull=self.value() == "placed")
        return queryset


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "battle", "outcome", "voter_kind", "source", "is_ranked", "created_at")
    list_filter = (InLedger, "voter_kind", "outcome", "is_ranked", "source")
    search_fields = ("battle__id",)
    list_select_related = ("battle",)
    show_full_result_count = False


@admin.register(VoteNote)
class VoteNoteAdmin(ReadOnlyAdmin):
    list_display = ("vote", "reasons", "comment")
