"""How do operators see why an endpoint is left alone, or who answers there, and end it?

Next file to read: services/endpoints.py.
"""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.models import Endpoint
from arena.services.endpoints import accept_model, ask_again


class BreakerMixin:
    """What the arena noticed of an endpoint, on its page, and the actions that answer to it."""

    readonly_fields = ("paused_at", "open_until", "n_failures", "last_error", "reported_models", "model_changed_at")
    actions = ("ask_again", "accept_model")

    @admin.action(description="Ask again now: end the pause of the breaker", permissions=["change"])
    def ask_again(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        by = request.user.get_username()
        closed = [endpoint for endpoint in endpoints if ask_again(contestant_id=endpoint.contestant_id, by=by)]
        for endpoint in closed:
            self.log_change(request, endpoint, "Asked again.")
        messages.success(request, f"{len(closed)} of {len(endpoints)} endpoints are asked again.")

    @admin.action(description="It is the same model, whatever name it reports", permissions=["change"])
    def accept_model(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        accepted = [endpoint for endpoint in endpoints if accept_model(contestant_id=endpoint.contestant_id)]
        for endpoint in accepted:
            self.log_change(request, endpoint, "Said to be the same model.")
        messages.success(request, f"{len(accepted)} of {len(endpoints)} endpoints are taken for the same model.")
