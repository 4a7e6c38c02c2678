"""Who is asking? The voter of a session, or of a script's user. Next file to read: visitors.py, services/voters.py."""

from uuid import UUID

from rest_framework.exceptions import APIException
from rest_framework.request import Request

from arena.api.authentication import ScriptTokenAuthentication
from arena.domain.visibility import NOBODY, Viewer
from arena.services.voters import voter_of_user
from arena.visitors import ensure_voter_id, viewer_of, voter_id_of


def is_script(request: Request) -> bool:
    return request.auth is not None


def known_voter(request: Request) -> UUID | None:
    """None for a browser that has not been here before."""
    return voter_of_user(user_id=request.auth.user_id).id if is_script(request) else voter_id_of(request)


def ensure_voter(request: Request) -> UUID:
    """The voter; a browser without one gets one, and with it a session."""
    if is_script(request):
        return voter_of_user(user_id=request.auth.user_id).id
    voter_id = ensure_voter_id(request)
    if request.session.modified:
        # Saved here, where a database that is down makes a 503; in the session's middleware it would make a 500.
        request.session.save()
    return voter_id


def viewer_of_call(request: Request) -> Viewer:
    """The user of the script, or whoever is signed in in the browser; a bad token opens nothing."""
    in_browser = viewer_of(request._request)

    def find() -> tuple[int | None, bool]:
        try:
            script = ScriptTokenAuthentication().authenticate(request)
        except APIException:
            return NOBODY
        return (script[0].pk, script[0].is_staff) if script else (in_browser.user_id, in_browser.is_staff)

    return Viewer(find)
