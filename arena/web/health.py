"""Is this process alive, and can it work? For load balancers; no session, no cookies."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from arena.queries.clock import database_now
from arena.web.errors import DATABASE_DOWN


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    try:
        database_now()
    except DATABASE_DOWN:
        return JsonResponse({"status": "unavailable", "missing": ["database"]}, status=503)
    return JsonResponse({"status": "ready"})
