"""Whose votes does a page show? The kind that its address names, else the one that is shown first."""

from django.http import HttpRequest

from arena.domain.metadata import VoterKind
from arena.models import Arena
from arena.queries.leaderboards import shown_voter_kind
from arena.web.errors import BadQuery


def read_voter_kind(request: HttpRequest, arena: Arena) -> VoterKind:
    """Raises BadQuery."""
    asked = request.GET.get("voters")
    if asked is None:
        return shown_voter_kind(arena)
    if asked not in list(VoterKind):
        raise BadQuery(f"voters={asked}", "voters=human and voters=judge")
    return VoterKind(asked)
