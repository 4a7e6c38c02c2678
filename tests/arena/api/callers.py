"""How does a test call the API? As a browser that does everything right, or as a script; a mistake is an argument."""

import json
from typing import Any

from django.test import Client

API = "/api/v1/"
JSON = "application/json"


class Browser:
    """An anonymous voter with a session and a CSRF token; CSRF is enforced as in production."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        session = self.get("session/").json()
        self.voter: str = session["voter"]
        self.csrf_token: str = session["csrf_token"]

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(f"{API}{path}", **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """Send a value as JSON, bytes as they are, None as no body at all."""
        return self.send("POST", path, body, **options)

    def send(self, method: str, path: str, body: Any = None, content_type: str = JSON, **options: Any) -> Any:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"X-CSRFToken": self.csrf_token} | options.pop("headers", {})
        return self.client.generic(method, f"{API}{path}", data, content_type, headers=headers, **options)


class Script:
    """A caller with `Authorization: Token ...`, without session and cookies."""

    def __init__(self, token: str) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Token {token}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"{API}{path}")

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"{API}{path}", {} if body is None else body, content_type=JSON)
