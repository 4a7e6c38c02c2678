"""What can operators see of battles and votes? Everything; change nothing."""

from django.contrib import admin

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


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "battle", "outcome", "voter_kind", "source", "is_ranked", "created_at")
    list_filter = ("voter_kind", "outcome", "is_ranked", "source")
    search_fields = ("battle__id",)
    list_select_related = ("battle",)
    show_full_result_count = False


@admin.register(VoteNote)
class VoteNoteAdmin(ReadOnlyAdmin):
    list_display = ("vote", "reasons", "comment")
