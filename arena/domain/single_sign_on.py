"""Whom does the organisation's own sign-in (OpenID Connect) let in, and into which groups?

Next file to read: services/members.py, which keeps their accounts; web/single_sign_on.py, which talks to the provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from arena.domain.errors import ArenaError
from arena.domain.words import Word

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Stands before the name of every group that the provider names: none of them can be a role of the staff.
GROUP_PREFIX = "sso:"
MAX_GROUPS = 100
MAX_GROUP_NAME = 150
MAX_ISSUER = 200
MAX_EMAIL = 150


class Refusal(Word):
    """Why somebody is not let in."""

    UNVERIFIED = "unverified", "Your organisation did not say that your e-mail address is verified."
    WRONG_DOMAIN = "wrong_domain", "This site is for people of another e-mail domain."
    TAKEN = (
        "taken",
        "There is an account with your e-mail address. Sign in with its password, or ask an owner of the site.",
    )
    OF_STAFF = "of_staff", "The staff of this site sign in with a password or a passkey."


class SignInRefused(ArenaError):
    """Whoever comes from the organisation's sign-in is not let in; the sentence says why."""

    code = "sign_in_refused"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.label)


@dataclass(frozen=True)
class Person:
    """What the site keeps of somebody whom the provider vouches for."""

    email: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class SingleSignOn:
    """The provider, and whom it may send."""

    issuer: str
    client_id: str
    domains: tuple[str, ...]
    groups_claim: str = ""
    client_secret: str = field(default="", repr=False)

    @classmethod
    def from_texts(
        cls, *, issuer: str, client_id: str, client_secret: str, domains: list[str], groups_claim: str
    ) -> "SingleSignOn | None":
        """None without an issuer. Raises ValueError, naming the variable."""
        if not issuer:
            return None
        if not is_safe_address(issuer) or "?" in issuer or "#" in issuer or len(issuer) > MAX_ISSUER:
            raise ValueError(f"ARENA_OIDC_ISSUER is an https:// address, or http:// on loopback, not {issuer[:60]!r}")
        cleaned = tuple(domain.strip().lower().removeprefix("@") for domain in domains)
        for name, value in (
            ("ARENA_OIDC_CLIENT_ID", client_id),
            ("ARENA_OIDC_CLIENT_SECRET", client_secret),
            ("ARENA_OIDC_DOMAINS", all(cleaned) and cleaned),
        ):
            if not value:
                raise ValueError(f"ARENA_OIDC_ISSUER needs {name}")
        return cls(issuer, client_id, cleaned, groups_claim, client_secret)

    def person_of(self, id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> Person:
        """The address and its verification come from one and the same source. Raises SignInRefused."""
        source = userinfo if "email" in userinfo else id_token
        email, is_verified = source.get("email"), source.get("email_verified")
        # Some providers write the word in the place of the truth value.
        if not isinstance(email, str) or is_verified not in (True, "true"):
            raise SignInRefused(Refusal.UNVERIFIED)
        name, _, domain = email.strip().lower().rpartition("@")
        if not name or not name.isprintable() or domain not in self.domains or len(email) > MAX_EMAIL:
            raise SignInRefused(Refusal.WRONG_DOMAIN)
        return Person(f"{name}@{domain}", self._groups_of(id_token, userinfo))

    def _groups_of(self, id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> tuple[str, ...]:
        if not self.groups_claim:
            return ()
        said = userinfo.get(self.groups_claim, id_token.get(self.groups_claim))
        named = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        names = sorted(
            {f"{GROUP_PREFIX}{name}" for name in named if isinstance(name, str) and name.isprintable() and name.strip()}
        )
        return tuple(name for name in names if len(name) <= MAX_GROUP_NAME)[:MAX_GROUPS]


def is_safe_address(address: object) -> bool:
    """Nobody between here and there can read along: https, or this machine itself."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
