"""Which votes do not count, and how do owners let them count no longer, or again? Many need a second owner.

Next file to read: services/second_person.py.
"""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.admin.base import ReadOnlyAdmin
from arena.domain.errors import InvalidInput
from arena.models import Exclusion, PendingChange, Vote
from arena.models.access import MAX_WHY_LENGTH
from arena.services.second_person import reinstate_votes
from arena.staff.trail import spoke_for_itself


class WhyForm(ActionForm):
    why = forms.CharField(max_length=MAX_WHY_LENGTH, required=False, label="Why")


def move_votes(
    request: HttpRequest, votes: QuerySet[Vote], step: Callable[..., PendingChange | None], done: str
) -> None:
    """Arena by arena; what waits for a second owner is said."""
    spoke_for_itself(request)
    by_arena: dict[int, list[int]] = {}
    for vote_id, arena_id in votes.order_by("pk").values_list("pk", "battle__arena"):
        by_arena.setdefault(arena_id, []).append(vote_id)
    for arena_id, ids in by_arena.items():
        try:
            waiting = step(arena_id=arena_id, vote_ids=ids, by=request.user, why=request.POST.get("why", ""))
        except InvalidInput as error:
            messages.error(request, " ".join(error.sentences))
            continue
        messages.success(request, f"{len(ids)} votes {'wait for a second owner.' if waiting else done}")


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnlyAdmin):
    action_form = WhyForm
    actions = ("count_again",)
    list_display = ("vote", "rule", "entry")
    list_filter = ("rule", "vote__battle__arena")
    list_select_related = ("vote", "entry")
    show_full_result_count = False

    def has_exclude_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("arena.exclude_votes")

    @admin.action(description="Count again (in the ledger, the exclusion stays there)", permissions=["exclude"])
    def count_again(self, request: HttpRequest, exclusions: QuerySet[Exclusion]) -> None:
        votes = Vote.objects.filter(exclusion__in=exclusions)
        move_votes(request, votes, reinstate_votes, "count again.")
