"""Is what goes to browsers what the interface promises, and nothing that names a contestant?"""

from channels.layers import get_channel_layer

from arena import events
from arena.events import Delta, Fault, NewSnapshot, StateChange, battle_group, payload, send_to_battle


def test_payloads():
    sent = [
        StateChange(state="ready"),
        Fault(code="gone"),
        NewSnapshot(id=7),
        Delta(side="a", turn=1, seq=3, text="x"),
    ]

    assert [payload(event) for event in sent] == [
        {"type": "state", "state": "ready"},
        {"type": "error", "code": "gone"},
        {"type": "snapshot", "id": 7},
        {"type": "delta", "side": "a", "turn": 1, "seq": 3, "text": "x"},
    ]


async def test_events_reach_the_group_of_their_battle_and_no_other():
    layer = get_channel_layer()
    await layer.group_add(battle_group("b1"), "test.one")
    await layer.group_add(battle_group("b2"), "test.two")

    await send_to_battle("b2", StateChange(state="voted"))
    await send_to_battle("b1", StateChange(state="answering"), StateChange(state="ready"))

    received = await layer.receive("test.one")
    states = [{"type": "state", "state": state} for state in ("answering", "ready")]
    assert received == {"type": "forward", "events": states}
    await layer.flush()


async def test_layer_that_is_down_is_left_alone_for_a_while(monkeypatch, caplog):
    calls = []

    class Down:
        async def group_send(self, group, message):
            calls.append(group)
            raise ConnectionRefusedError

    monkeypatch.setattr(events, "get_channel_layer", Down)
    monkeypatch.setattr(events, "_quiet_until", 0.0)

    for _ in range(3):
        await send_to_battle("b1", StateChange(state="ready"))

    assert calls == [battle_group("b1")]
    assert [(record.levelname, record.name) for record in caplog.records] == [("WARNING", "arena.events")]
