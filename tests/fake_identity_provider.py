"""A small OpenID Connect provider on loopback: discovery, authorize, token, keys, userinfo.

It asks what a strict one asks (client, secret, redirect address, PKCE), and lies where a test tells it to.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, KEY_ID = "fairground", "k1"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeIdentityProvider:
    """One person at a time; what is in the three dicts of changes goes over what an honest provider would say."""

    def __init__(self, issuer: str, secret: str) -> None:
        self.issuer, self.secret = issuer, secret
        self.person: dict[str, Any] = {"sub": "u-1", "email": "Ada@Example.org", "email_verified": True}
        self.discovery_changes: dict[str, Any] = {}
        self.token_changes: dict[str, Any] = {}
        self.userinfo_changes: dict[str, Any] = {}
        self.signing_key, self.algorithm = KEY, "RS256"
        self.down: set[str] = set()
        self.asked: dict[str, str] = {}
        self.secrets_seen: list[str] = []

    def answer(self, method: str, address: str, body: str, authorization: str) -> tuple[int, Any]:
        parts = urlsplit(address)
        if parts.path in self.down:
            return 503, {"error": "down", "said": body}
        if parts.path == "/authorize":
            self.asked = dict(parse_qsl(parts.query))
            back = urlencode({"code": "c-1", "state": self.asked["state"]})
            return 302, f"{self.asked['redirect_uri']}?{back}"
        said = {
            "/.well-known/openid-configuration": self.discovery,
            "/keys": self.keys,
            "/userinfo": lambda: self.person | self.userinfo_changes,
        }.get(parts.path)
        if said is not None:
            return 200, said()
        return self.token(dict(parse_qsl(body)), authorization)

    def discovery(self) -> dict[str, Any]:
        doors = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        config: dict[str, Any] = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in doors.items()}
        return config | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"} | self.discovery_changes

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        self.secrets_seen.append(secret)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        is_good = (
            (name, secret) == (CLIENT_ID, self.secret)
            and (form["code"], form["redirect_uri"]) == ("c-1", self.asked["redirect_uri"])
            and challenge.decode().rstrip("=") == self.asked["code_challenge"]
        )
        if not is_good:
            return 400, {"error": "invalid_grant", "said": secret}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"]}
        claims |= {"sub": self.person["sub"]} | self.token_changes
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(claims, self.signing_key, algorithm=self.algorithm, headers={"kid": KEY_ID})
        return 200, {"access_token": "a-1", "token_type": "Bearer", "id_token": signed}


@contextmanager
def fake_identity_provider(secret: str) -> Iterator[FakeIdentityProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            status, said = provider.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
            content = b"" if status == 302 else json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = FakeIdentityProvider(f"http://127.0.0.1:{server.server_port}", secret)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
