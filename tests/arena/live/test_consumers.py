"""Does a socket give its voter everything, once, in order, and nobody else anything?"""

import asyncio
import json
import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import OperationalError

from arena.domain.battle_state import BattleState, VoidReason
from arena.events import Delta, StateChange, battle_group, payload, send_to_battle
from arena.live import consumers
from arena.live.consumers import BattleConsumer
from arena.models import Battle
from tests.arena.live.rows import LEAK, new_battle, new_member, new_visitor, publish, save_deltas

pytestmark = pytest.mark.django_db(transaction=True)


def path_of(battle, after=None):
    return f"/ws/battles/{battle.pk}/" + ("" if after is None else f"?after={after}")


async def answering_battle(arena, visitor, **fields):
    return await sync_to_async(new_battle)(arena, visitor.voter, **fields)


async def send_saved(battle, frames):
    for event in frames:
        await send_to_battle(str(battle.pk), Delta(**event))


async def set_state(battle, state, **fields):
    await Battle.objects.filter(pk=battle.pk).aupdate(state=state, **fields)


async def test_socket_first_says_what_was_saved_then_the_state(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    frames = await sync_to_async(save_deltas)(battle, 1, 4)

    socket = await connect(path_of(battle), visitor)

    assert await socket.hear(5) == [*frames, {"type": "state", "state": "answering"}]


@pytest.mark.parametrize("after", [0, 1, 3, 4])
async def test_socket_resumes_after_n(arena, visitor, connect, after):
    battle = await answering_battle(arena, visitor)
    frames = await sync_to_async(save_deltas)(battle, 1, 4)

    socket = await connect(path_of(battle, after), visitor)

    assert await socket.hear(5 - after) == [*frames[after:], {"type": "state", "state": "answering"}]


@pytest.mark.usefixtures("each_layer")
async def test_news_come_in_order_without_repeats(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    saved = await sync_to_async(save_deltas)(battle, 1, 2)
    socket = await connect(path_of(battle), visitor)
    before = await socket.hear(3)
    news = await sync_to_async(save_deltas)(battle, 3, 6)

    await send_saved(battle, [*saved, *news, *news])
    await set_state(battle, BattleState.READY)
    await send_to_battle(str(battle.pk), StateChange(state="ready"))

    assert before == [*saved, {"type": "state", "state": "answering"}]
    assert await socket.hear(5) == [*news, {"type": "state", "state": "ready"}]
    assert await socket.receive_nothing()


@pytest.mark.usefixtures("each_layer")
async def test_gap_of_the_layer_is_filled_from_the_database(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)
    frames = await sync_to_async(save_deltas)(battle, 1, 5)

    await send_saved(battle, [frames[0], frames[3], frames[4]])

    assert await socket.hear(5) == frames


async def test_text_comes_without_any_layer(arena, visitor, connect, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK_EVERY_S", 0.05)
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)

    frames = await sync_to_async(save_deltas)(battle, 1, 3)

    assert await socket.hear(3) == frames


async def test_battle_that_the_sweep_voided_is_noticed(arena, visitor, connect, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK_EVERY_S", 0.05)
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)

    await set_state(battle, BattleState.VOID, void_reason=VoidReason.LOST)

    assert await socket.hear_to_the_end() == ([{"type": "state", "state": "void"}], 4410)


async def test_socket_outlives_a_database_error(arena, visitor, connect, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK_EVERY_S", 0.05)
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)
    read, failures = BattleConsumer._read, iter(range(2))

    def fail_twice(consumer):
        if next(failures, None) is not None:
            raise OperationalError("gone")
        return read(consumer)

    monkeypatch.setattr(BattleConsumer, "_read", fail_twice)
    frames = await sync_to_async(save_deltas)(battle, 1, 1)

    assert await socket.hear(1) == frames


@pytest.mark.parametrize("text", ['{"type": "vote", "outcome": "a"}', "not json", "x" * 5_000])
async def test_client_that_says_anything_is_closed(arena, visitor, connect, text):
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)

    await socket.say(text=text)

    assert await socket.hear_to_the_end() == ([], 4400)


async def test_client_that_sends_bytes_is_closed(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    socket = await connect(path_of(battle), visitor)
    await socket.hear(1)

    await socket.say(bytes=b"\x00")

    assert await socket.hear_to_the_end() == ([], 4400)


@pytest.mark.parametrize("after", ["-1", "x", "", "1.5", "٣", "9999999999", "1e3"])
async def test_bad_after_is_closed(arena, visitor, connect, after):
    battle = await answering_battle(arena, visitor)

    socket = await connect(path_of(battle, after), visitor)

    assert await socket.hear_to_the_end() == ([], 4400)


async def test_battle_of_another_voter_is_not_found(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    stranger = await sync_to_async(new_visitor)()

    socket = await connect(path_of(battle), stranger)

    assert await socket.hear_to_the_end() == ([], 4404)


async def test_socket_without_a_session_is_not_found(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)

    socket = await connect(path_of(battle))

    assert await socket.hear_to_the_end() == ([], 4404)


@pytest.mark.parametrize(
    "path", [f"/ws/battles/{uuid.UUID(int=7)}/", "/ws/", "/ws/battles/7/", "/", "/ws/leaderboards/no/"]
)
async def test_unknown_address_is_not_found(visitor, connect, path):
    socket = await connect(path, visitor)

    assert await socket.hear_to_the_end() == ([], 4404)


@pytest.mark.parametrize("state", [BattleState.VOTED, BattleState.EXPIRED])
@pytest.mark.usefixtures("each_layer")
async def test_battle_that_is_over_is_closed(arena, visitor, connect, state):
    battle = await answering_battle(arena, visitor, state=state)
    await sync_to_async(save_deltas)(battle, 1, 2)

    socket = await connect(path_of(battle), visitor)

    assert await socket.hear_to_the_end() == ([{"type": "state", "state": str(state)}], 4410)


async def test_fourth_socket_of_a_battle_is_one_too_many(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    three = [await connect(path_of(battle), visitor) for _ in range(3)]

    fourth = await connect(path_of(battle), visitor)
    refused = await fourth.hear_to_the_end()
    await three[0].hang_up()
    instead = await connect(path_of(battle), visitor)

    assert refused == ([], 4429)
    assert await instead.hear(1) == [{"type": "state", "state": "answering"}]


async def test_sockets_are_forgotten_however_they_end(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    ended = await connect(path_of(battle), visitor)
    broken = await connect(path_of(battle), visitor)
    stranger = await connect(path_of(battle))
    await stranger.hear_to_the_end()

    await ended.hang_up()
    broken.future.cancel()
    await asyncio.wait([broken.future])

    assert (dict(BattleConsumer.sockets), get_channel_layer().groups) == ({}, {})


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "null", "", None, "localhost"]
)
@pytest.mark.parametrize("path", ["/ws/battles/{battle}/", "/ws/leaderboards/live/"])
async def test_foreign_origin_is_refused_before_it_is_accepted(arena, visitor, open_socket, origin, path):
    battle = await answering_battle(arena, visitor)

    socket = open_socket(path.format(battle=battle.pk), visitor, origin)

    assert await socket.handshake() is False


@pytest.mark.usefixtures("each_layer")
async def test_no_frame_names_a_contestant(arena, visitor, connect):
    battle = await answering_battle(arena, visitor)
    saved = await sync_to_async(save_deltas)(battle, 1, 2)
    socket = await connect(path_of(battle), visitor)
    frames = await socket.hear(3)
    news = await sync_to_async(save_deltas)(battle, 3, 4)

    await send_saved(battle, news)
    await set_state(battle, BattleState.VOID, void_reason=VoidReason.FAILED)
    await send_to_battle(str(battle.pk), StateChange(state="void"))
    rest, code = await socket.hear_to_the_end()

    everything = json.dumps([*frames, *rest])
    assert LEAK in f"{battle.contestant_a.name} {battle.contestant_b.organisation}".lower()
    assert LEAK not in everything.lower()
    assert ({key for event in [*frames, *rest] for key in event}, len(saved + news), code) == (
        {"type", "side", "turn", "seq", "text", "state"},
        4,
        4410,
    )


async def test_layer_that_fails_does_not_fail_the_coordinator(arena, visitor, monkeypatch):
    async def fail(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr("arena.events._quiet_until", 0.0)
    monkeypatch.setattr(get_channel_layer(), "group_send", fail)

    assert await send_to_battle(str(uuid.uuid4()), StateChange(state="ready")) is None


async def test_messages_are_those_of_events():
    battle_id = str(uuid.uuid4())
    await get_channel_layer().group_add(battle_group(battle_id), "specific.test")
    event = Delta(side="a", turn=1, seq=1, text="x")

    await send_to_battle(battle_id, event)

    assert await get_channel_layer().receive("specific.test") == {"type": "forward", "events": [payload(event)]}


async def test_board_socket_says_a_new_snapshot_within_two_seconds(arena, connect):
    await sync_to_async(publish)(arena)
    socket = await connect(f"/ws/leaderboards/{arena.slug}/")
    clock = asyncio.get_running_loop().time

    snapshot_id, began = await sync_to_async(publish)(arena), clock()
    [said] = await socket.hear(1)

    assert said == {"type": "snapshot", "id": snapshot_id}
    assert clock() - began < 2


async def test_board_socket_says_what_it_missed(arena, connect):
    first = await sync_to_async(publish)(arena)
    second = await sync_to_async(publish)(arena)

    behind = await connect(f"/ws/leaderboards/{arena.slug}/?after={first}")
    up_to_date = await connect(f"/ws/leaderboards/{arena.slug}/?after={second}")

    assert await behind.hear(1) == [{"type": "snapshot", "id": second}]
    assert await up_to_date.receive_nothing()


async def test_board_socket_that_says_anything_is_closed(arena, connect):
    socket = await connect(f"/ws/leaderboards/{arena.slug}/")

    await socket.say(text="hello")

    assert await socket.hear_to_the_end() == ([], 4400)


async def test_battle_of_a_private_arena_is_closed_to_who_is_no_member_any_more(arena, connect, monkeypatch):
    monkeypatch.setattr(consumers, "LOOK_EVERY_S", 0.05)
    member = await sync_to_async(new_member)(arena)
    battle = await answering_battle(arena, member)
    socket = await connect(path_of(battle), member)
    assert await socket.hear(1) == [{"type": "state", "state": "answering"}]

    await sync_to_async(arena.members.clear)()

    assert await socket.hear_to_the_end() == ([], 4404)
    assert await (await connect(path_of(battle), member)).hear_to_the_end() == ([], 4404)
