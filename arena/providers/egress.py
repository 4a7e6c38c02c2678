"""Where may the arena send a request? Public https hosts, and what the operator allowed by name; nothing else.

The address is checked once it is resolved and then used as it was checked, so that no name can change its mind between
the check and the connection. Next file to read: openai_compatible.py, which sends everything through here.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpx2

HTTPS_PORT = 443
MAX_LINE_BYTES = 64 * 1024  # of an event stream; a longer line is no honest chunk of an answer
MAX_STREAM_BYTES = 8 * 1024 * 1024
# After a piece that had to be waited for a stream rests: what comes meanwhile is then read at once, for less work.
REST_S = 0.1
WAITED_S = 0.002
N_EAGER_READS = 8
MAX_BODY_BYTES = 32 * 1024 * 1024
STREAM_TYPE = "text/event-stream"
ANSWER_TYPES = (STREAM_TYPE, "application/json", "image/", "audio/", "video/", "application/octet-stream")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NAT64 = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class ForbiddenAddress(httpx2.TransportError):
    """The arena does not send anything there."""


class UnacceptableAnswer(httpx2.TransportError):
    """What came back is no answer of a model: wrong type, too long, or a redirect."""


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: Address) -> bool:
    """Whether the address is on the open internet, also when it is wrapped into an IPv6 one."""
    inner = _unwrap(address)
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def check_url(url: httpx2.URL, allow: Sequence[str]) -> None:
    """What can be said before resolving. Raises ForbiddenAddress with a sentence for the operator."""
    if url.userinfo:
        raise ForbiddenAddress("an address with a login in it is not called")
    if not url.host or url.host.endswith(".") or not url.raw_host.isascii() or b"xn--" in url.raw_host:
        raise ForbiddenAddress("the host name is missing, ends in a dot, or is not plain ASCII")
    if is_allowed(url, allow):
        if url.scheme not in ("http", "https"):
            raise ForbiddenAddress("only http and https are called")
        return
    if url.scheme != "https":
        raise ForbiddenAddress("only https is called, unless ARENA_EGRESS_ALLOW names the host")
    if (url.port or HTTPS_PORT) != HTTPS_PORT:
        raise ForbiddenAddress("only port 443 is called, unless ARENA_EGRESS_ALLOW names host:port")


def check_base_url(text: str, allow: Sequence[str]) -> None:
    """What can be said of an address that an operator types, without a look-up. Raises ForbiddenAddress."""
    if "?" in text or "#" in text:
        raise ForbiddenAddress("it ends before ? and #; what stands behind them may be a key, which is only named")
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        raise ForbiddenAddress("this is no address of a server") from None
    check_url(url, allow)
    address = _written_address(url.host)
    if address is not None and not is_allowed(url, allow) and not is_public(address):
        raise ForbiddenAddress("this is a private address, and ARENA_EGRESS_ALLOW does not name it")


def _written_address(host: str) -> Address | None:
    """The address that a host already is, in any spelling that systems take: 10.1, 2130706433, 0x7f000001."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def is_allowed(url: httpx2.URL, allow: Sequence[str]) -> bool:
    """Whether the operator named this host, or host:port, as private and meant."""
    port = url.port or (HTTPS_PORT if url.scheme == "https" else 80)
    return url.host in allow or f"{url.host}:{port}" in allow


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Checks where a request goes, pins the checked address, and caps what comes back."""

    def __init__(
        self,
        allow: Sequence[str],
        resolver: Resolver = resolve,
        inner: httpx2.AsyncBaseTransport | None = None,
        is_answer_read: bool = True,
    ) -> None:
        """is_answer_read : False where only its status counts; then it may be of any type."""
        self.allow = tuple(allow)
        self.resolver = resolver
        self.is_answer_read = is_answer_read
        # trust_env off: a proxy of the environment would resolve names again, out of our sight.
        self.inner = inner or httpx2.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        check_url(request.url, self.allow)
        address = await self._checked_address(request.url)
        pinned = httpx2.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # Host keeps the name
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": request.url.host},
        )
        response = await self.inner.handle_async_request(pinned)
        try:
            return _capped(response, ANSWER_TYPES if self.is_answer_read else ())
        except UnacceptableAnswer:
            await response.aclose()
            raise

    async def aclose(self) -> None:
        await self.inner.aclose()

    async def _checked_address(self, url: httpx2.URL) -> str:
        try:
            found = await self.resolver(url.host, url.port or HTTPS_PORT)
        except OSError as error:
            raise httpx2.ConnectError("the host name cannot be resolved") from error
        if not found:
            raise httpx2.ConnectError("the host name has no address")
        if not is_allowed(url, self.allow) and not all(is_public(ip_address(address)) for address in found):
            raise ForbiddenAddress("the host is, or also is, a private address")
        return found[0]


def _unwrap(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _capped(response: httpx2.Response, types: tuple[str, ...]) -> httpx2.Response:
    """types : of which the answer may be; any, where none is named."""
    if response.is_redirect:
        raise UnacceptableAnswer("redirects are not followed")
    content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if response.is_success and types and not content_type.startswith(types):
        raise UnacceptableAnswer(f"the answer is of type {content_type[:40] or 'unknown'}")
    is_stream = content_type == STREAM_TYPE
    response.stream = _CappedStream(response.stream, is_stream)
    return response


class _CappedStream(httpx2.AsyncByteStream):
    """Bytes of a response until one line, or all of it, grows too long."""

    def __init__(self, inner: Any, is_stream: bool) -> None:
        self.inner = inner
        self.is_stream = is_stream
        self.max_line = MAX_LINE_BYTES if is_stream else MAX_BODY_BYTES
        self.max_total = MAX_STREAM_BYTES if is_stream else MAX_BODY_BYTES

    async def __aiter__(self) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        n_total = n_line = n_reads = 0
        asked_at = clock()
        async for chunk in self.inner:
            n_reads += 1
            is_rest_due = self.is_stream and n_reads > N_EAGER_READS and clock() - asked_at > WAITED_S
            if not n_total:
                chunk = chunk.removeprefix(BYTE_ORDER_MARK)  # some servers begin with one; parsers lose the first line
            n_total += len(chunk)
            last_break = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            n_line = len(chunk) - last_break - 1 if last_break >= 0 else n_line + len(chunk)
            if n_total > self.max_total or n_line > self.max_line:
                raise UnacceptableAnswer("the answer is longer than any answer may be")
            yield chunk
            if is_rest_due:
                await asyncio.sleep(REST_S)
            asked_at = clock()

    async def aclose(self) -> None:
        await self.inner.aclose()
