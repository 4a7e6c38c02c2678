"""What can operators see of battles and votes? Everything; change nothing."""

from uuid import UUID

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from arena.admin.base import ReadOnlyAdmin, ReadOnlyInline
from arena.admin.exclusions import WhyForm, move_votes
from arena.domain.battle_state import Side
from arena.models import Battle, Contestant, Response, Vote, VoteNote
from arena.queries.dashboard import CALLS
from arena.services.second_person import exclude_votes


class ResponseInline(ReadOnlyInline, admin.StackedInline):
    model = Response


class OfModel(admin.SimpleListFilter):
    """Whatever side it is on."""

    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Contestant.objects.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        value = self.value() or ""
        return queryset.filter(self.of(int(value))) if value.isascii() and value.isdigit() else queryset

    def of(self, contestant_id: int) -> Q:
        return Q(contestant_a=contestant_id) | Q(contestant_b=contestant_id)


class AnsweredBy(OfModel):
    def of(self, contestant_id: int) -> Q:
        on_a = Q(side=Side.A, battle__contestant_a=contestant_id)
        return on_a | Q(side=Side.B, battle__contestant_b=contestant_id)


class Called(admin.SimpleListFilter):
    """Responses for which a model was really asked."""

    title = "call"
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name.replace("-", " ")) for name in CALLS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Response]) -> QuerySet[Response]:
        return queryset.filter(CALLS[self.value()]) if self.value() in CALLS else queryset


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = ("battle", "side", "turn", "first_token_ms", "latency_ms", "error_kind", "error", "finish_reason")
    list_filter = (Called, AnsweredBy, ("battle__created_at", admin.DateFieldListFilter), "error_kind")
    list_select_related = ("battle",)
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Battle)
class BattleAdmin(ReadOnlyAdmin):
    list_display = ("id", "arena", "contestant_a", "contestant_b", "state", "void_reason", "branch", "created_at")
    list_filter = ("arena", "state", "void_reason", "branch", OfModel)
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
    action_form = WhyForm
    actions = ("leave_out",)
    list_display = ("id", "battle", "outcome", "voter_kind", "source", "is_ranked", "created_at")
    list_filter = (InLedger, "battle__arena", "created_at", "voter_kind", "outcome", "is_ranked", "source")
    search_fields = ("battle__id",)
    search_help_text = "Id of a battle or of a voter, or slug of a model; each whole."
    list_select_related = ("battle",)
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Vote], search_term: str
    ) -> tuple[QuerySet[Vote], bool]:
        """By what has an index: votes are many."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            number = UUID(term)
        except ValueError:
            return queryset.filter(Q(battle__contestant_a__slug=term) | Q(battle__contestant_b__slug=term)), False
        return queryset.filter(Q(battle=number) | Q(battle__voter=number)), False

    def has_exclude_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("arena.exclude_votes")

    @admin.action(description="Exclude from the boards (kept, and in the ledger)", permissions=["exclude"])
    def leave_out(self, request: HttpRequest, votes: QuerySet[Vote]) -> None:
        move_votes(request, votes, exclude_votes, "count no longer.")


@admin.register(VoteNote)
class VoteNoteAdmin(ReadOnlyAdmin):
    list_display = ("vote", "reasons", "comment")
