"""How does a test look at the site? As a browser with a session; forms carry their token as a real page's do."""

import re
import uuid
from typing import Any

from django.test import Client

from arena.models import Battle, Voter
from arena.services.voters import ensure_voter


class Visitor:
    """An anonymous voter; CSRF is enforced as in production."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.get("/me/")
        self.token: str = self.client.cookies["csrftoken"].value

    @property
    def id(self) -> uuid.UUID:
        return uuid.UUID(self.client.session["voter"])

    @property
    def voter(self) -> Voter:
        return ensure_voter(voter_id=self.id)

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, {"csrfmiddlewaretoken": self.token} | fields)


def address(battle: Battle) -> str:
    return f"/a/{battle.arena.slug}/b/{battle.id}/"


def words(response: Any) -> str:
    """What a reader reads: the text of the main part, white space collapsed."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)[0]
    text = re.sub(r"<(script|style|dialog).*?</\1>", " ", main, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    for entity, character in (("&amp;", "&"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"')):
        text = text.replace(entity, character)
    return " ".join(text.split())
