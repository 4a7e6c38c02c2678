"""How do operators see why an endpoint is left alone, and end it? Next file to read: services/endpoints.py."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.models import Endpoint
from arena.services.endpoints import ask_again


class BreakerMixin:
    """The state of the breaker on the page of an endpoint, and an action that closes it."""

    readonly_fields = ("paused_at", "open_until", "n_failures", "last_error")
    actions = ("ask_again",)

    @admin.action(description="Ask again now: end the pause of the breaker", permissions=["change"])
    def ask_again(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        by = request.user.get_username()
        closed = [endpoint for endpoint in endpoints if ask_again(contestant_id=endpoint.contestant_id, by=by)]
        for endpoint in closed:
            self.log_change(request, endpoint, "Asked again.")
        messages.success(request, f"{len(closed)} of {len(endpoints)} endpoints are asked again.")
