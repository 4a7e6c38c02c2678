"""How does a visitor complain of a text? A page of its own: three questions, and thanks whatever becomes of it.

Next file to read: services/reports.py.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arena.domain.errors import InvalidInput, NotFound
from arena.domain.moderation import MAX_NOTE_LENGTH, ReportAbout, ReportReason
from arena.models import Battle
from arena.queries.reports import reportable_battle
from arena.services.reports import report_text
from arena.visitors import ensure_voter_id, network_of, viewer_of
from arena.web.errors import status_of
from arena.web.page import page


@page("GET", "POST")
def report(request: HttpRequest, arena: str, battle: UUID) -> HttpResponse:
    found = reportable_battle(battle, ensure_voter_id(request), viewer_of(request))
    if found.arena.slug != arena:
        raise NotFound
    context = {
        "back": _back(found, ensure_voter_id(request)),
        "abouts": list(ReportAbout),
        "reasons": list(ReportReason),
        "max_length": MAX_NOTE_LENGTH,
        "said": request.POST,
    }
    if request.method != "POST":
        return render(request, "arena/report.html", context)
    try:
        report_text(
            voter_id=ensure_voter_id(request),
            battle_id=battle,
            about=request.POST.get("about", ""),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            network=network_of(request),
            viewer=viewer_of(request),
        )
    except InvalidInput as error:
        return render(request, "arena/report.html", context | {"problems": error.sentences}, status=status_of(error))
    return render(request, "arena/report.html", context | {"is_done": True})


def _back(battle: Battle, voter_id: UUID) -> str:
    """To the battle, where this visitor may see its page; published texts also stand on the pages of models."""
    has_page = battle.is_shared or battle.voter_id == voter_id
    return reverse("web:battle", args=[battle.arena.slug, battle.pk]) if has_page else battle.arena.get_absolute_url()
