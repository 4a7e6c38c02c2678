"""Who is asking? The anonymous identity in the session of a browser. Next file to read: services/voters.py."""

import uuid

from django.http import HttpRequest

SESSION_KEY = "voter"


def voter_id_of(request: HttpRequest) -> uuid.UUID | None:
    """The voter of this session, or of this script's user; None for a visitor without a session."""
    stored = request.session.get(SESSION_KEY)
    return uuid.UUID(stored) if stored else None


def ensure_voter_id(request: HttpRequest) -> uuid.UUID:
    """The voter of this session, made up now if there is none; the row follows at the first battle."""
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = str(uuid.uuid4())
    return uuid.UUID(request.session[SESSION_KEY])
