"""Who is asking? The anonymous identity in the session of a browser, and the account if one is signed in.

Next file to read: services/voters.py, queries/visibility.py.
"""

import uuid
from datetime import date
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from arena.domain.visibility import NOBODY, Viewer

SESSION_KEY = "voter"
PREFIX_LENGTHS = {4: 24, 6: 48}  # the most that one site is given (RFC 6177): whoever has a /48 has 65,536 of /64


def voter_id_of(request: HttpRequest) -> uuid.UUID | None:
    """The voter of this session, or of this script's user; None for a visitor without a session."""
    stored = request.session.get(SESSION_KEY)
    return uuid.UUID(stored) if stored else None


def ensure_voter_id(request: HttpRequest) -> uuid.UUID:
    """The voter of this session, made up now if there is none; the row follows at the first battle."""
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = str(uuid.uuid4())
    return uuid.UUID(request.session[SESSION_KEY])


def viewer_of(request: HttpRequest) -> Viewer:
    """Whoever is signed in. The session is only looked at where a page depends on it."""

    def find() -> tuple[int | None, bool]:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return NOBODY
        user = get_user(request)
        return (user.pk, user.is_staff) if user.is_authenticated else NOBODY

    return Viewer(find)


def network_of(request: HttpRequest) -> str:
    """Where the request comes from, as a keyed hash of its network that changes every day; nothing leads back.

    The address is what middleware.TrustedProxyMiddleware lets stand; one that is none is a network of its own.
    """
    return _hashed(_prefix(request.META.get("REMOTE_ADDR", "")), timezone.now().date())


def _prefix(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network(f"{parsed}/{PREFIX_LENGTHS[parsed.version]}", strict=False))


def _hashed(prefix: str, day: date) -> str:
    return salted_hmac(f"arena.network.{day}", prefix, algorithm="sha256").hexdigest()[:24]
