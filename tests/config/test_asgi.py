"""Does a request stay in one thread, as decision 7 says?"""

import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse
from django.urls import path

SEEN = []


def middleware(get_response):
    def note_thread(request):
        SEEN.append(threading.get_ident())
        return get_response(request)

    return note_thread


def view(request):
    SEEN.append(threading.get_ident())
    return HttpResponse("here")


urlpatterns = [path("here/", view)]


@pytest.fixture
def handler(settings):
    from config.asgi import OneThreadHandler

    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.middleware"] * 3
    return OneThreadHandler()


async def test_request_stays_in_one_thread_that_is_not_the_servers(handler):
    SEEN.clear()
    scope = {"type": "http", "method": "GET", "path": "/here/", "query_string": b"", "headers": []}
    request = ApplicationCommunicator(handler, scope)
    await request.send_input({"type": "http.request", "body": b""})

    started, body = await request.receive_output(), await request.receive_output()
    await request.wait()

    assert (started["status"], body["body"]) == (200, b"here")
    assert len(SEEN) == 4
    assert len(set(SEEN)) == 1
    assert threading.get_ident() not in SEEN
