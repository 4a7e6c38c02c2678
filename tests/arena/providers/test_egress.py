"""Where the arena sends nothing: forbidden addresses are refused before a connection, shown with a stub resolver."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx2
import pytest

from arena.providers import egress
from arena.providers.egress import ForbiddenAddress, GuardedTransport, UnacceptableAnswer

PRIVATE_URLS = [
    "http://127.0.0.1:6379/",
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[2002:7f00:1::]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[::]/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://127.1.2.3/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
]
MALFORMED_URLS = [
    "https://user:pw@public.test/",
    "https://public.test:22/",
    "https://public.test:6379/",
    "https://public.test./",
    "https://xn--pblic-kva.test/",
    "http://public.test/",
    "ftp://public.test/",
    "gopher://public.test/",
    "file:///etc/passwd",
]
NAMES_OF_PRIVATE_ADDRESSES = {
    "2130706433": ["127.0.0.1"],
    "0x7f000001": ["127.0.0.1"],
    "0xa9fea9fe": ["169.254.169.254"],
    "017700000001": ["127.0.0.1"],
    "127.1": ["127.0.0.1"],
    "localtest.test": ["127.0.0.1"],
    "metadata.test": ["169.254.169.254"],
    "half.test": ["93.184.216.34", "10.0.0.7"],
    "six.test": ["::1"],
    "mapped.test": ["::ffff:192.168.0.1"],
    "sixtofour.test": ["2002:c0a8:0001::"],
}


class Recorder(httpx2.AsyncBaseTransport):
    """Stands where the network would be, and remembers who was to be called."""

    def __init__(self, answer: httpx2.Response | None = None) -> None:
        self.called: list[httpx2.Request] = []
        self.answer = answer or httpx2.Response(200, headers={"content-type": "application/json"}, content=b"{}")

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.called.append(request)
        return self.answer


def guarded(found: dict[str, list[str]], allow: Sequence[str] = (), inner: Recorder | None = None) -> GuardedTransport:
    async def resolver(host: str, port: int) -> list[str]:
        return found.get(host, [host.strip("[]")])

    return GuardedTransport(allow, resolver, inner or Recorder())


async def get(transport: GuardedTransport, url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=transport, follow_redirects=True) as client:
        return await client.get(url)


@pytest.mark.parametrize("url", PRIVATE_URLS + MALFORMED_URLS)
async def test_private_and_malformed_addresses_are_refused_before_a_connection(url: str) -> None:
    inner = Recorder()

    with pytest.raises((ForbiddenAddress, httpx2.UnsupportedProtocol, httpx2.InvalidURL)):
        await get(guarded({}, inner=inner), url)

    assert inner.called == []


@pytest.mark.parametrize("name", NAMES_OF_PRIVATE_ADDRESSES)
async def test_names_that_lead_to_private_addresses_are_refused(name: str) -> None:
    inner = Recorder()

    with pytest.raises(ForbiddenAddress):
        await get(guarded(NAMES_OF_PRIVATE_ADDRESSES, inner=inner), f"https://{name}/")

    assert inner.called == []


async def test_the_checked_address_is_the_one_that_is_called() -> None:
    """A name that resolves to something else a moment later (rebinding) is not asked again."""
    inner = Recorder()
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    async def resolver(host: str, port: int) -> list[str]:
        return next(answers)

    await get(GuardedTransport((), resolver, inner), "https://rebinding.test/v1")

    (called,) = inner.called
    assert called.url.host == "93.184.216.34"
    assert called.headers["host"] == "rebinding.test"
    assert called.extensions["sni_hostname"] == "rebinding.test"


async def test_a_redirect_is_not_followed() -> None:
    inner = Recorder(httpx2.Response(302, headers={"location": "http://127.0.0.1:1/"}))

    with pytest.raises(UnacceptableAnswer):
        await get(guarded({"public.test": ["93.184.216.34"]}, inner=inner), "https://public.test/")

    assert len(inner.called) == 1


@pytest.mark.parametrize(
    ("allow", "url", "is_called"),
    [
        (["127.0.0.1"], "http://127.0.0.1:8001/v1", True),
        (["127.0.0.1:8001"], "http://127.0.0.1:8001/v1", True),
        (["127.0.0.1:8001"], "http://127.0.0.1:8002/v1", False),
        (["models.lan:80"], "http://models.lan/v1", True),
        (["models.lan"], "http://other.lan/v1", False),
        (["models.lan"], "file://models.lan/etc/passwd", False),
    ],
)
async def test_what_the_operator_named_is_called_and_nothing_beside_it(
    allow: list[str], url: str, is_called: bool
) -> None:
    inner = Recorder()
    transport = guarded({"models.lan": ["10.0.0.5"], "other.lan": ["10.0.0.6"]}, allow, inner)

    if is_called:
        await get(transport, url)
    else:
        with pytest.raises((ForbiddenAddress, httpx2.UnsupportedProtocol)):
            await get(transport, url)

    assert len(inner.called) == int(is_called)


async def test_a_page_is_no_answer() -> None:
    inner = Recorder(httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<html>"))

    with pytest.raises(UnacceptableAnswer):
        await get(guarded({"public.test": ["93.184.216.34"]}, inner=inner), "https://public.test/")


async def test_one_endless_line_is_cut_off() -> None:
    async def line() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1_000

    inner = Recorder(httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=line()))

    with pytest.raises(UnacceptableAnswer):
        await get(guarded({"public.test": ["93.184.216.34"]}, inner=inner), "https://public.test/")


@pytest.mark.parametrize(("gap_s", "n_rests"), [(0, 0), (0.01, 12)])
async def test_only_a_stream_that_had_to_be_waited_for_rests(gap_s: float, n_rests: int, monkeypatch) -> None:
    monkeypatch.setattr(egress, "REST_S", 0.3)
    clock = asyncio.get_running_loop().time

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            if gap_s:
                await asyncio.sleep(gap_s)
            yield b"data: x\n\n"

    inner = Recorder(httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=pieces()))
    began = clock()
    whole = await get(guarded({"public.test": ["93.184.216.34"]}, inner=inner), "https://public.test/")

    assert whole.text.count("data: x") == 20
    assert round((clock() - began) / 0.3) in range(n_rests, n_rests + 3)  # a busy machine may add one or two
