"""What does a test of the sockets get? A visitor, an arena, sockets. Next files to read: rows.py, sockets.py."""

import pytest
from channels.layers import channel_layers, get_channel_layer

from tests.arena.live.sockets import OWN_ORIGIN, Socket


@pytest.fixture(autouse=True)
def _own_channel_layer():
    """No test hears what another one sent."""
    channel_layers.backends.clear()


@pytest.fixture(params=["memory", "valkey"])
async def each_layer(request, settings):
    """The test runs with the layer of an embedded site, then with that of a production site."""
    if request.param == "valkey":
        redis_url = request.getfixturevalue("redis_url")
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": "config.group_layer.GroupLayer", "CONFIG": {"hosts": [redis_url]}}
        }
    channel_layers.backends.clear()
    yield
    if request.param == "valkey":
        await get_channel_layer().flush()
    channel_layers.backends.clear()


@pytest.fixture
def visitor(transactional_db):
    from tests.arena.live.rows import new_visitor

    return new_visitor()


@pytest.fixture
def arena(transactional_db):
    from tests.arena.live.rows import new_arena

    return new_arena()


@pytest.fixture
async def open_socket():
    """A socket of a visitor that is not yet accepted; it is hung up at the end of the test."""
    from config.asgi import application

    opened = []

    def open_one(path, visitor=None, origin=OWN_ORIGIN):
        socket = Socket(application, path, visitor and visitor.cookie, origin)
        opened.append(socket)
        return socket

    yield open_one
    for socket in opened:
        await socket.hang_up()


@pytest.fixture
def connect(open_socket):
    """A socket that the server has accepted."""

    async def connect_one(*arguments, **options):
        socket = open_socket(*arguments, **options)
        assert await socket.handshake()
        return socket

    return connect_one
