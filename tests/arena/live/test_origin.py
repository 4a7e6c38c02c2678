"""Which pages are our own? The same host and port that was called, or the public address."""

import pytest

from arena.live.origin import is_own_page


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://127.0.0.1", "127.0.0.1:80"),
        ("https://arena.example", "arena.example"),
        ("https://arena.example:443", "arena.example"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("HTTP://LOCALHOST", "localhost"),
    ],
)
def test_own_page_is_known(settings, origin, host):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "arena.example"]

    assert is_own_page(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("", "localhost"),
        ("null", "localhost"),
        ("localhost", "localhost"),
        ("http://", "localhost"),
        ("http://", ""),
        ("http://localhost:9000", "localhost:8000"),
        ("https://localhost", "localhost:80"),
        ("http://localhost.evil.example", "localhost"),
        ("http://evil.example", "localhost"),
        ("http://evil.example", "evil.example"),
        ("http://localhost@evil.example", "localhost"),
        ("http://evil.example/localhost", "localhost"),
        ("http://localhost/", "localhost"),
        ("http://[::1", "[::1]"),
        ("file://localhost", "localhost"),
        ("chrome-extension://localhost", "localhost"),
    ],
)
def test_foreign_page_is_refused(origin, host):
    assert not is_own_page(origin, host)


def test_wildcard_of_hosts_opens_no_door_to_foreign_pages(settings):
    settings.ALLOWED_HOSTS = ["*"]

    pages = ["http://evil.example", "null", "", "http://arena.example"]

    assert [page for page in pages if is_own_page(page, "arena.example")] == ["http://arena.example"]


def test_public_address_is_ours_behind_a_proxy_that_renames_us(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://arena.example"]

    assert is_own_page("https://arena.example", "10.0.0.7:8000")
