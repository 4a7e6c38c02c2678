"""Is a private arena out of sight at every address there is? Walks all patterns of the site, so that a new page counts.

To an outsider every address of the arena answers as one that never was, and no other page holds a byte of it; a member
and the staff see it; what a member got may be kept by nobody else.
"""

import re
import uuid

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from arena.live.consumers import NOT_YOURS
from arena.models import Output, Snapshot, TurnAttachment, Upload
from arena.services.catalog import save_arena
from arena.services.leaderboards import publish_arena
from arena.services.voters import ensure_voter
from config.asgi import application
from tests.arena.live.sockets import OWN_ORIGIN, Socket
from tests.factories import enter, make_arena, make_battle, make_output, make_prompt, make_stored_arena, make_vote

pytestmark = pytest.mark.django_db
SLUG, MODELS = "quorvex", ("zephyrine-7", "oblithar-2")
# Each stands somewhere in the arena, and nowhere else.
SECRETS = (SLUG, *MODELS, "Quorvex", "zebulonic", "vorpaline", "klaxomere")
BACKEND = "django.contrib.auth.backends.ModelBackend"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# What is the same to everybody, or leads on to the sign-in; and what only exists before a vote, or while one signs in.
OF_NO_ARENA = ("admin", "accounts")


@pytest.fixture
def private():
    """With a description, rules, two models, a prompt, stored outputs with files, votes, two boards."""
    make_stored_arena("open")
    arena = make_arena(SLUG, visibility="private", description="About zebulonic things.", rules="Be vorpaline.")
    arena.takes_prompts = True
    save_arena(arena=arena)
    prompt = make_prompt(arena, "k1", text="What is a klaxomere?")
    for slug in MODELS:
        make_output(prompt, enter(arena, slug), media_type="image/png").file.save("x.png", ContentFile(b"zebulonic"))
    make_vote(arena, *MODELS, "a")
    publish_arena(arena_id=arena.pk)
    make_vote(arena, *MODELS, "b")
    publish_arena(arena_id=arena.pk)
    return arena


@pytest.fixture
def member(private):
    user = User.objects.create_user("ada")
    private.members.add(user)
    return signed_in(user)


def signed_in(user):
    client = Client()
    client.force_login(user, BACKEND)
    client.get("/me/")
    return client


def shared_battle(arena, client):
    voter = ensure_voter(voter_id=uuid.UUID(client.session["voter"]))
    vote = make_vote(arena, *MODELS, "a", voter)
    vote.battle.is_shared = True
    vote.battle.save()
    return vote.battle_id


def addresses(arena, battle_id):
    """(address, whether it is one of the arena) for every pattern of pages and API, parameters filled in."""
    snapshots = [str(pk) for pk in Snapshot.objects.filter(arena=arena).order_by("pk").values_list("pk", flat=True)]
    output = Output.objects.filter(prompt__arena=arena).first()
    values = {
        "arena": SLUG, "slug": MODELS[0], "model": MODELS[0], "a": MODELS[0], "b": MODELS[1],
        "battle": str(battle_id), "pk": snapshots[0], "snapshot": snapshots[0], "other": snapshots[1],
        "name": output.file.name,
    }  # fmt: skip
    found = []
    for route in routes(get_resolver().url_patterns):
        names = [name for _, name in PARAMETER.findall(route)]
        if not names or set(names) <= values.keys():
            found.append((filled(route, values), bool(names)))
        else:
            assert route.startswith(OF_NO_ARENA), f"{route}: say here what its parameters are in the private arena"
    return [
        *found,
        (f"compare/?arena={SLUG}", True),
        (f"compare/{MODELS[0]}/{MODELS[1]}/?arena={SLUG}", True),
        (f"api/v1/leaderboards/{SLUG}/?format=csv", True),
        (f"api/v1/leaderboards/{SLUG}/pairs/?a={MODELS[0]}&b={MODELS[1]}", True),
        ("models/?q=e", False),
    ]


def filled(route, values):
    """The file of a picture has a name of its own kind."""
    names = values | {"name": "overview"} if "pictures/" in route else values
    return PARAMETER.sub(lambda match: names[match[2]], route)


def routes(patterns, prefix=""):
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue  # the catch-alls
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def leaks(response, address):
    """What it says of the arena besides the address that it was asked for."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    said = body.decode("utf-8", "replace") + "".join(f"{name}: {value}\n" for name, value in response.items())
    said = said.replace(f"/{address}", "").replace(f"/{address}".partition("?")[0], "")
    return [secret for secret in SECRETS if secret in said]


def walk(client, found):
    """By address of the arena: status, and what of it was said."""
    seen = {}
    for address, is_of_arena in found:
        response = client.get(f"/{address}")
        if response.status_code == 405:
            continue
        seen[address] = (is_of_arena, response.status_code, leaks(response, address), response.get("Cache-Control", ""))
    return seen


def test_outsider_finds_nothing_and_no_byte_of_it(private, member):
    found = addresses(private, shared_battle(private, member))
    somebody = signed_in(User.objects.create_user("eve"))

    for client in (Client(), somebody):
        seen = walk(client, found)
        assert {address: said[2] for address, said in seen.items() if said[2]} == {}
        own = {address: said[1] for address, said in seen.items() if said[0] and not address.startswith(OF_NO_ARENA)}
        assert {address: status for address, status in own.items() if status != 404} == {}
        assert len(own) > 20


def test_member_and_staff_see_it_and_nobody_may_keep_their_copy(private, member):
    found = addresses(private, shared_battle(private, member))
    staff = signed_in(User.objects.create_user("sam", is_staff=True))

    for client in (member, staff):
        seen = walk(client, found)
        own = {address: said for address, said in seen.items() if said[0] and not address.startswith(OF_NO_ARENA)}
        # The API shows a battle to its own voter only, shared or not.
        expected = {a for a in own if client is member or not a.startswith("api/v1/battles/")}
        assert {address: own[address][1] for address in expected if own[address][1] not in (200, 302)} == {}
        assert [address for address in expected if "public" in own[address][3]] == []
        for page in ("", "models/", "data/", "api/v1/arenas/", "api/v1/models/"):
            assert seen[page][2], page


def test_outsider_starts_no_battle_there(private):
    client = Client()

    page = client.post(f"/a/{SLUG}/")
    pair = client.post(f"/compare/{MODELS[0]}/{MODELS[1]}/?arena={SLUG}")
    call = client.post("/api/v1/battles/", {"arena": SLUG}, "application/json")
    replay = client.post("/api/v1/battles/", {"arena": SLUG, "queue": True}, "application/json")

    assert [r.status_code for r in (page, pair, call, replay)] == [404] * 4


def test_member_votes_as_an_anonymous_voter(private, member):
    battle = member.post("/api/v1/battles/", {"arena": SLUG}, "application/json").json()

    vote = member.post(f"/api/v1/battles/{battle['id']}/vote/", {"outcome": "a"}, "application/json")

    assert vote.status_code == 201
    voter = ensure_voter(voter_id=uuid.UUID(member.session["voter"]))
    assert voter.user_id is None


def test_socket_of_its_board_is_not_there_for_outsiders(private, member):
    async def close_code(cookie):
        socket = Socket(application, f"/ws/leaderboards/{SLUG}/", cookie, OWN_ORIGIN)
        await socket.handshake()
        if await socket.receive_nothing(0.2):
            await socket.hang_up()
            return None
        return (await socket.hear_to_the_end())[1]

    assert async_to_sync(close_code)(None) == NOT_YOURS


def test_who_is_no_member_any_more_is_outside_at_once_with_all_battles(private, member):
    voter = ensure_voter(voter_id=uuid.UUID(member.session["voter"]))
    voted, waiting = make_vote(private, *MODELS, "a", voter).battle, make_battle(private, *MODELS, voter)
    spoken = waiting.responses.get(side="a")
    spoken.media.save("x.png", ContentFile(b"zebulonic"))
    upload = Upload.objects.create(
        id=uuid.uuid4(), voter=voter, media_type="image/png", width=1, height=1, created_at=voted.created_at
    )
    upload.file.save("y.png", ContentFile(b"zebulonic"))
    TurnAttachment.objects.create(battle=waiting, turn=1, position=0, upload=upload)
    pages = [f"/a/{SLUG}/b/{voted.pk}/", f"/a/{SLUG}/b/{waiting.pk}/", f"/a/{SLUG}/b/{waiting.pk}/report/"]
    calls = [f"/api/v1/battles/{voted.pk}/", f"/api/v1/battles/{waiting.pk}/"]
    files = [spoken.media.url, upload.file.url]
    assert [member.get(address).status_code for address in (*pages, *calls, *files)] == [200] * 7
    assert SLUG in member.get("/me/").content.decode()

    private.members.clear()

    assert [member.get(address).status_code for address in (*pages, *calls, *files)] == [404] * 7
    said = {"outcome": "a"}
    posts = [
        member.post(f"{calls[1]}{step}/", body, "application/json")
        for step, body in (
            ("vote", said),
            ("skip", {}),
            ("stop", {}),
            ("regenerate", {}),
            ("turns", {"prompt": "Why?"}),
        )
    ]
    posts += [member.post(f"{calls[0]}share/", {"shared": True}, "application/json")]
    posts += [member.post(f"/a/{arena}/b/{waiting.pk}/", said) for arena in (SLUG, "open")]
    assert [post.status_code for post in posts] == [404] * 8
    for address in ("/me/", "/me/votes.json"):
        response = member.get(address)
        assert (response.status_code, leaks(response, address)) == (200, [])
    waiting.refresh_from_db()
    assert (waiting.state, waiting.is_shared) == ("ready", False)


def test_battle_of_the_arena_is_nobody_elses(private):
    battle = make_battle(private, *MODELS)

    assert Client().get(f"/a/{SLUG}/b/{battle.id}/").status_code == 404
    assert Client().get(f"/api/v1/battles/{battle.id}/").status_code == 404
