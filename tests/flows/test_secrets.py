"""Are planted secrets anywhere? Each is put to use, in good calls and in failing ones; then everything is searched:
the database, what was logged, every page and reply that came, exports. Frames of sockets: test_blind.py.
"""

import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.auth.models import User
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from arena.domain.judging import DEFAULT_TEMPLATE
from arena.domain.roles import Role
from arena.domain.single_sign_on import SingleSignOn
from arena.models import Endpoint, Judge, ModelDraft, Voter
from arena.providers.base import Message, ProviderError, Request
from arena.providers.openai_compatible import close_connections
from arena.providers.registry import PROVIDERS
from arena.services.endpoints import record_failure
from arena.services.roles import give_role
from arena.services.tokens import make_token
from tests.arena.api.callers import Script
from tests.factories import make_live_arena
from tests.fake_identity_provider import CLIENT_ID, fake_identity_provider

pytestmark = pytest.mark.django_db
IN_ENVIRONMENT, IN_FILE, TYPED = "sk-canary-env-51f0", "sk-canary-file-8d2c", "sk-canary-typed-77ab"
OPAQUE, SHAPED = "canary-opaque-word-4b1d", "sk-canary-shaped-90c4"
# Wherever a server might be told a key beside the header for it; no name in this list is more than an example.
KEYS_IN_PARAMETERS = (
    *(
        {"extra_headers": {name: OPAQUE}}
        for name in ("x-goog-api-key", "xi-api-key", "Cookie", "Proxy-Authorization", "X-Auth-Token", "token", "x-new")
    ),
    {"extra_headers": {"Ocp-Apim-Subscription-Key": OPAQUE}, "temperature": 0},
    {"extra_query": {"key": OPAQUE}},
    {"extra_body": {"auth": {"client_secret": OPAQUE}}},
    {"user": SHAPED},
)
KEYS_IN_ADDRESSES = tuple(
    f"https://models.example/v1{end}" for end in (f"?api_key={OPAQUE}", f"#{OPAQUE}", f"/?{SHAPED}")
)
CLIENT_SECRET = "canary-client-secret-2f6e"
PASSWORD = "canary-otter-password-93"
TOTP_SECRET = "CANARYOTPSECRET234567ABCDEFGHIJK"


@pytest.fixture
def logs():
    """Everything that any logger says, at every level."""
    out = io.StringIO()
    handler, root = logging.StreamHandler(out), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def secrets(settings, tmp_path):
    """By what they are; all of them are in use."""
    keys = tmp_path / "keys"
    keys.write_text(f"ARENA_KEY_FILE={IN_FILE}\n")
    settings.KEYS_FILE, settings.PROVIDER_KEYS = keys, {"ARENA_KEY_ENV": IN_ENVIRONMENT}
    owner = User.objects.create_user("olga", password=PASSWORD)
    give_role(user=owner, role=Role.OWNER)
    TOTP.activate(owner, TOTP_SECRET)
    _, token = make_token(user=owner, name="nightly", role=Role.OWNER)
    return {
        "key of the environment": IN_ENVIRONMENT,
        "key of the file": IN_FILE,
        "key typed by mistake": TYPED,
        "key in parameters or an address": OPAQUE,
        "key that looks like one": SHAPED,
        "secret of the single sign-on": CLIENT_SECRET,
        "password": PASSWORD,
        "secret of the authenticator app": TOTP_SECRET,
        "token": token,
        "key of the site": settings.SECRET_KEY,
    }


def database():
    """Every row of every table, and the sessions in clear."""
    rows = [serializers.serialize("json", model.objects.all()) for model in apps.get_models(include_auto_created=True)]
    sessions = [s.get_decoded() for s in apps.get_model("sessions", "Session").objects.all()]
    return "".join(rows) + json.dumps(sessions)


@pytest.fixture
def key_echo_server():
    """A provider that refuses every key, and repeats it aloud."""

    seen = []

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.headers["Authorization"])
            said = json.dumps({"error": {"message": f"Bad key {self.headers['Authorization']}"}}).encode()
            self.send_response(401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
        server.shutdown()
        thread.join()


def sign_in_by_provider(settings):
    """Once refused by a provider that repeats the secret, once well. Yields the pages."""
    for known in ("another", CLIENT_SECRET):
        with fake_identity_provider(known) as provider:
            settings.SINGLE_SIGN_ON = SingleSignOn(provider.issuer, CLIENT_ID, ("example.org",), "", CLIENT_SECRET)
            member = Client()
            yield member.get("/accounts/login/")
            begun = member.get("/accounts/sso/")
            asked = urlsplit(begun["Location"])
            _, back = provider.answer("GET", f"{asked.path}?{asked.query}", "", "")
            yield begun
            yield member.get("/accounts/sso/callback/", parse_qs(urlsplit(back).query))
            assert provider.secrets_seen == [CLIENT_SECRET]


def failing_calls(model_server):
    """With the key of the environment, then with that of the file."""
    for name in ("ARENA_KEY_ENV", "ARENA_KEY_FILE"):
        endpoint = Endpoint.objects.first()
        endpoint.provider, endpoint.base_url, endpoint.key_name = "openai", model_server, name
        endpoint.save()
        yield endpoint


def test_no_secret_is_anywhere(secrets, logs, client, settings, key_echo_server):
    settings.EGRESS_ALLOW = ("127.0.0.1",)
    arena = make_live_arena()
    voter_secret = bytes(Voter.objects.create().secret).hex()
    said = []

    # Somebody signs in, wrongly, then well, and goes through the admin; keys are typed where their names belong.
    client.post("/accounts/login/", {"login": "olga", "password": f"{PASSWORD}x"})
    said.append(client.post("/accounts/login/", {"login": "olga", "password": PASSWORD}))
    owner = Client()
    owner.force_login(User.objects.get(username="olga"), "django.contrib.auth.backends.ModelBackend")
    for model in ("endpoint", "voter", "apitoken", "auditentry", "contestant", "pendingchange"):
        page = reverse(f"admin:arena_{model}_changelist")
        said += [owner.get(page), owner.get(page, {"q": "sk-"})]
        row = apps.get_model("arena", model).objects.first()
        said += [owner.get(reverse(f"admin:arena_{model}_change", args=[row.pk]))] if row else []
    endpoint = Endpoint.objects.first()
    form = {"contestant": endpoint.contestant_id, "provider": "openai", "key_name": TYPED, "parameters": "{}"}
    owner.post(reverse("admin:arena_endpoint_change", args=[endpoint.pk]), form)
    said.append(owner.get("/accounts/2fa/"))

    # A script does the same.
    script = Script(secrets["token"])
    said.append(script.get("session/"))
    new = {"slug": "new-1", "name": "New", "endpoint": {"provider": "openai", "key_name": TYPED}}
    said += [script.post("staff/models/", new), script.post("staff/models/", {"key": TYPED, "slug": "x", "name": "y"})]

    # Keys are planted in parameters and addresses, at every door; each refuses them.
    planted = [{"parameters": parameters} for parameters in KEYS_IN_PARAMETERS]
    planted += [{"base_url": url} for url in KEYS_IN_ADDRESSES]
    for place in planted:
        refused = plant(place, script, owner)
        assert [reply.status_code for reply in refused] == [422, 422, 200, 200, 422]
        said += refused[:2]  # the others show whoever typed it the form again
    assert not Judge.objects.exists()
    owner.post(reverse("admin:arena_arena_change", args=[arena.pk]), {"moderation_base_url": KEYS_IN_ADDRESSES[0]})
    draft = ModelDraft.objects.get()
    said.append(owner.get(reverse("admin:add_model"), {"draft": str(draft.pk)}))
    said += [owner.post(reverse("admin:arena_endpoint_export"), {"format": "0", "resource": "0"})]

    # A member comes by the organisation's sign-in.
    came = list(sign_in_by_provider(settings))
    assert [page.status_code for page in came] == [200, 302, 403, 200, 302, 302]
    said += came

    # A provider refuses the key, and repeats it in its answer.
    address, seen = key_echo_server
    for failing in failing_calls(address):
        with pytest.raises(ProviderError) as refusal:
            async_to_sync(ask)(request_to(failing))
        record_failure(contestant_id=failing.contestant_id, error=refusal.value)
        said.append(str(refusal.value))
    assert seen == [f"Bearer {IN_ENVIRONMENT}", f"Bearer {IN_FILE}"]
    said += [owner.get(reverse("admin:arena_endpoint_changelist")), Client().get(f"/a/{arena.slug}/")]
    action = {"action": "export_csv", "_selected_action": ["1", "2", "3"], "select_across": "1"}
    said.append(owner.post(reverse("admin:arena_auditentry_changelist"), action))
    out = io.StringIO()
    call_command("doctor", stdout=out)
    said.append(out.getvalue())

    everything = {
        "a reply": "".join(text_of(each) for each in said),
        "the logs": logs.getvalue(),
        "the database": database(),
    }
    found = {(what, where) for where, text in everything.items() for what, secret in secrets.items() if secret in text}
    assert found == set()
    assert voter_secret not in everything["a reply"] + everything["the logs"]
    assert all(everything.values())


def plant(place, script, owner):
    """A key in this place of an endpoint, of a judge and of a draft; or in the address of a check."""
    settings = {"provider": "openai", "base_url": "https://models.example/v1", "model_name": "q"} | place
    endpoint = Endpoint.objects.first()
    typed = settings | {"parameters": json.dumps(settings.get("parameters", {}))}
    other = {"contestant": endpoint.contestant_id, "arena": endpoint.contestant.entries.get().arena_id, "name": "Jury"}
    return [
        script.post("staff/models/", {"slug": "new-2", "name": "New", "endpoint": settings}),
        script.post(f"staff/models/{endpoint.contestant.slug}/endpoint/", settings),
        owner.post(reverse("admin:arena_endpoint_change", args=[endpoint.pk]), typed | other),
        owner.post(
            reverse("admin:arena_judge_add"),
            typed | other | {"template": DEFAULT_TEMPLATE, "cap_usd": 1, "max_battles_a_day": 1},
        ),
        owner.post(reverse("admin:add_model"), typed | {"do": "active", "draft": str(UUID(int=5)), "name": "Half"}),
    ]


def request_to(endpoint):
    where = {name: getattr(endpoint, name) for name in ("base_url", "model_name", "key_name")}
    return Request(endpoint.contestant.slug, (Message("user", "Why?"),), **where)


async def ask(request):
    try:
        return [chunk async for chunk in PROVIDERS["openai"].stream(request)]
    finally:
        await close_connections()


def text_of(each):
    return each if isinstance(each, str) else f"{each.headers}{each.content.decode('utf-8', 'replace')}"
