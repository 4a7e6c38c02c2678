"""Who am I here, and what did I agree to? The call with which every client begins, and the way out."""

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.bodies import read_body
from arena.api.serializers.battles import NothingSerializer
from arena.api.serializers.session import (
    ArenaConsentSerializer,
    AskedConsentSerializer,
    ConsentSerializer,
    SessionSerializer,
)
from arena.api.views.answers import OF_A_BODY, voter_answers
from arena.api.views.base import VoterView
from arena.api.voters import ensure_voter, is_script, known_voter
from arena.models import Arena
from arena.queries.catalog import arena_by_slug
from arena.queries.voters import consent_of
from arena.services.erasure import erase_voter
from arena.services.voters import give_arena_consent, give_consent


class SessionView(VoterView):
    @extend_schema(operation_id="session", tags=["voters"], responses=voter_answers({200: SessionSerializer}))
    def get(self, request: Request) -> Response:
        """Begin: sets the session cookie and the CSRF cookie of an anonymous voter."""
        return Response(_session(request))


class EraseView(VoterView):
    @extend_schema(
        operation_id="erase",
        tags=["voters"],
        request=NothingSerializer,
        responses=voter_answers({204: None}, 404, *OF_A_BODY),
    )
    def post(self, request: Request) -> Response:
        """Forget this voter: texts and notes go, votes stay as nobody's. It cannot be undone."""
        read_body(request, NothingSerializer)
        erase_voter(voter_id=known_voter(request))
        if not is_script(request):
            request.session.flush()
        return Response(status=204)


class ConsentView(VoterView):
    @extend_schema(
        operation_id="consent",
        tags=["voters"],
        request=ConsentSerializer,
        responses=voter_answers({200: SessionSerializer}, *OF_A_BODY),
    )
    def post(self, request: Request) -> Response:
        """Agree, or no longer agree, that texts of battles from now on are published."""
        said = read_body(request, ConsentSerializer)
        give_consent(voter_id=ensure_voter(request), is_given=said["publish"])
        return Response(_session(request))


class ArenaConsentView(VoterView):
    @extend_schema(
        operation_id="arena-consent", tags=["voters"], responses=voter_answers({200: AskedConsentSerializer}, 404)
    )
    def get(self, request: Request, arena: str) -> Response:
        """What an arena asks in words of its own before texts are published, and what this voter said."""
        return Response(_asked(request, arena_by_slug(arena, self.viewer)))

    @extend_schema(
        operation_id="give-arena-consent",
        tags=["voters"],
        request=ArenaConsentSerializer,
        responses=voter_answers({200: AskedConsentSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, arena: str) -> Response:
        """Agree to the text of this arena, or no longer; for an arena without one there is `session/consent/`."""
        said = read_body(request, ArenaConsentSerializer)
        found = arena_by_slug(arena, self.viewer)
        give_arena_consent(
            voter_id=ensure_voter(request), arena=found, is_given=said["publish"], version=said.get("version")
        )
        return Response(_asked(request, found))


def _asked(request: Request, arena: Arena) -> dict[str, object]:
    return {
        "text": arena.consent_text,
        "version": arena.consent_version,
        "publish": consent_of(ensure_voter(request), arena),
    }


def _session(request: Request) -> dict[str, object]:
    csrf_token = None if is_script(request) else get_token(request._request)
    voter_id = ensure_voter(request)
    return {"voter": str(voter_id), "csrf_token": csrf_token, "consent": consent_of(voter_id)}
