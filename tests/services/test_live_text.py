"""Does the text of a battle reach its browser through whichever web process, and through a Redis that dies?"""

import json
import signal
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.services.client import Client

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(300)]
FRAME_WITHIN_S = 30
WRITING = ("drawn", "answering")


def open_socket(url, client, battle_id, after=0):
    address = urlsplit(url).netloc
    return connect(
        f"ws://{address}/ws/battles/{battle_id}/?after={after}",
        origin=f"http://{address}",
        additional_headers={"Cookie": client.cookie},
    )


def listen(url, client, battle_id, after=0):
    """Frames until the battle is no longer written, coming back as a browser does when the connection is lost."""
    frames, state = [], "answering"
    while state in WRITING:
        try:
            with open_socket(url, client, battle_id, after) as browser:
                while state in WRITING:
                    frame = json.loads(browser.recv(FRAME_WITHIN_S))
                    frames.append(frame)
                    after = frame.get("seq", after)
                    state = frame.get("state", state)
        except ConnectionClosed:
            continue
    return frames


def close_code(browser):
    try:
        while True:
            browser.recv(FRAME_WITHIN_S)
    except ConnectionClosed as closed:
        return closed.rcvd.code


def texts_of(frames):
    return {side: "".join(frame.get("text", "") for frame in frames if frame.get("side") == side) for side in "ab"}


def shown_texts(battle):
    return {side: battle["sides"][side]["turns"][0]["text"] for side in "ab"}


def assert_whole(frames, battle, first=1):
    numbers = [frame["seq"] for frame in frames if frame["type"] == "delta"]
    assert numbers == list(range(first, battle["last_seq"] + 1))
    assert (battle["state"], frames[-1]) == ("ready", {"type": "state", "state": "ready"})


def test_battle_of_one_process_is_read_at_another(site):
    here, there = site.urls
    with Client([here]) as client:
        started = client.start("demo")
        frames = listen(there, client, started["id"])
        battle = client.battle(started["id"])

    assert started["state"] == "drawn"
    assert_whole(frames, battle)
    assert texts_of(frames) == shown_texts(battle)


def test_browser_that_comes_back_gets_the_rest(site):
    here, there = site.urls
    with Client([here]) as client:
        battle_id = client.start("demo")["id"]
        with open_socket(here, client, battle_id) as browser:
            begin = []
            while sum(frame["type"] == "delta" for frame in begin) < 4:
                begin.append(json.loads(browser.recv(FRAME_WITHIN_S)))
        seen = max(frame.get("seq", 0) for frame in begin)
        rest = listen(there, client, battle_id, after=seen)
        battle = client.battle(battle_id)

    assert_whole(rest, battle, first=seen + 1)
    assert texts_of([*begin, *rest]) == shown_texts(battle)


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hangs"])
def test_redis_that_fails_midway_takes_no_text_away(site, fault):
    here, there = site.urls
    with Client([here]) as client:
        battle_id = client.start("demo")["id"]
        with open_socket(there, client, battle_id) as browser:
            first = json.loads(browser.recv(FRAME_WITHIN_S))
            site.valkey.process.send_signal(fault)
        try:
            seen = first.get("seq", 0)
            frames = listen(there, client, battle_id, after=seen)
            battle = client.battle(battle_id)
        finally:
            site.valkey.process.send_signal(signal.SIGCONT)

    assert_whole(frames, battle, first=seen + 1)
    assert site.books.state_of(UUID(battle_id)) == ("ready", "")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_foreign_page_is_refused_by_the_real_server(site, origin):
    with Client(site.urls[:1]) as client:
        battle_id = client.start("demo")["id"]
        address = urlsplit(site.urls[0]).netloc
        with pytest.raises(Exception, match="HTTP 403"):
            connect(
                f"ws://{address}/ws/battles/{battle_id}/", origin=origin, additional_headers={"Cookie": client.cookie}
            )


def test_frame_that_is_too_long_ends_the_connection(site):
    with Client(site.urls[:1]) as client:
        battle_id = client.start("demo")["id"]
        with open_socket(site.urls[0], client, battle_id) as browser:
            browser.send("x" * 1_000_000)
            code = close_code(browser)

    assert code == 1009
