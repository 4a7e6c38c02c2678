"""Does a message in a file appear whole or not at all, however its writer ends?"""

from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from kombu import Connection

import config.celery  # noqa: F401  (where the transport gets its name)

N_MESSAGES = 60


@pytest.fixture
def connect(tmp_path):
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()
    connections = []

    def new_channel():
        connection = Connection("files://localhost", transport_options=options)
        connections.append(connection)
        return connection.channel()

    yield new_channel
    for connection in connections:
        connection.close()


def drained(channel, queue="quick"):
    messages = []
    try:
        while True:
            messages.append(channel._get(queue))
    except Empty:
        return messages


def test_message_arrives_once_in_its_queue(connect):
    channel = connect()
    channel._put("quick", {"body": "one"})
    channel._put("fits", {"body": "two"})

    assert (drained(channel), drained(channel), drained(channel, "fits")) == ([{"body": "one"}], [], [{"body": "two"}])


def test_half_a_message_of_a_killed_writer_is_not_seen(connect, tmp_path):
    channel = connect()
    (tmp_path / "messages" / ".half").write_text('{"bo')

    assert drained(channel) == []


def test_readers_never_see_a_message_that_is_being_written(connect):
    writer, readers, is_over = connect(), [connect(), connect()], []
    body = "x" * 20_000

    def write():
        for number in range(N_MESSAGES):
            writer._put("quick", {"number": number, "body": body})
        is_over.append(True)

    def read(channel):
        messages = []
        while not is_over:
            messages += drained(channel)
        return messages + drained(channel)

    with ThreadPoolExecutor() as pool:
        reading = [pool.submit(read, channel) for channel in readers]
        pool.submit(write).result()
        messages = [message for result in reading for message in result.result()]

    assert {message["number"] for message in messages} == set(range(N_MESSAGES))


def test_bindings_made_at_the_same_time_are_all_kept(connect):
    channels = [connect() for _ in range(8)]

    with ThreadPoolExecutor(len(channels)) as pool:
        list(pool.map(lambda k: channels[k]._queue_bind("news", "", "", f"queue{k}"), range(len(channels))))

    assert {binding.queue for binding in channels[0].get_table("news")} == {f"queue{k}" for k in range(len(channels))}
