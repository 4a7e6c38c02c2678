import asyncio
import gc
import warnings

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.staticfiles import finders
from django.core.asgi import get_asgi_application
from django.test import AsyncClient

STYLESHEET = "/static/arena/base.css"


@pytest.fixture
def on_disk() -> bytes:
    with open(finders.find("arena/base.css"), "rb") as file:
        return file.read()


async def test_a_static_file_comes_whole_in_part_or_not_at_all(on_disk):
    client = AsyncClient()

    whole = await client.get(STYLESHEET)
    head = await client.head(STYLESHEET)
    part = await client.get(STYLESHEET, headers={"Range": "bytes=3-9"})
    known = await client.get(STYLESHEET, headers={"If-None-Match": whole["ETag"]})

    assert (whole.status_code, whole.content, whole["Content-Type"]) == (200, on_disk, 'text/css; charset="utf-8"')
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(on_disk)))
    assert (part.status_code, part.content) == (206, on_disk[3:10])
    assert (known.status_code, known.content) == (304, b"")


async def test_who_leaves_in_the_middle_of_a_static_file_leaves_no_open_file_behind():
    application = get_asgi_application()
    scope = {"type": "http", "method": "GET", "path": STYLESHEET, "headers": [], "query_string": b""}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for delay_s in (0, 0.0005, 0.001, 0.002, 0.004, 0.008) * 4:
            visitor = ApplicationCommunicator(application, scope)
            await visitor.send_input({"type": "http.request", "body": b"", "more_body": False})
            await asyncio.sleep(delay_s)
            await visitor.send_input({"type": "http.disconnect"})
            await visitor.wait()
        await asyncio.to_thread(gc.collect)  # an unclosed file is an error of pytest's unraisable hook
