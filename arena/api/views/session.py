"""Who am I here? The call with which every client begins."""

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.serializers.session import SessionSerializer
from arena.api.views.answers import voter_answers
from arena.api.views.base import VoterView
from arena.api.voters import ensure_voter, is_script


class SessionView(VoterView):
    @extend_schema(operation_id="session", tags=["voters"], responses=voter_answers({200: SessionSerializer}))
    def get(self, request: Request) -> Response:
        """Begin: sets the session cookie and the CSRF cookie of an anonymous voter."""
        csrf_token = None if is_script(request) else get_token(request._request)
        return Response({"voter": str(ensure_voter(request)), "csrf_token": csrf_token, "consent": None})
