"""A network is a keyed hash of a prefix that changes every day, and never what a client says of itself."""

from datetime import date

import pytest
from django.test import RequestFactory

from arena import visitors
from arena.visitors import network_of
from arena.web.middleware import TrustedProxyMiddleware


def network(address, **headers):
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::9"),
        ("192.0.2.1", "::ffff:192.0.2.9"),
        ("", "not an address"),
    ],
)
def test_neighbours_are_one_network(one, other):
    assert network(one) == network(other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.1", "192.0.3.1"), ("2001:db8:1:2::1", "2001:db8:2:2::1"), ("192.0.2.1", "garbage")]
)
def test_others_are_another(one, other):
    assert network(one) != network(other)


def test_the_hash_changes_with_the_day_and_with_the_secret(settings):
    one = visitors._hashed("192.0.2.0/24", date(2026, 1, 1))

    assert visitors._hashed("192.0.2.0/24", date(2026, 1, 2)) != one
    settings.SECRET_KEY = "another"
    assert visitors._hashed("192.0.2.0/24", date(2026, 1, 1)) != one


@pytest.mark.parametrize("forged", ["1.2.3.4", "1.2.3.4, 127.0.0.1", ", ".join(["9.9.9.9"] * 100), "garbage", ""])
def test_without_trusted_proxies_a_header_says_nothing(settings, forged):
    settings.N_TRUSTED_PROXIES = 0

    assert _behind_proxies("192.0.2.1", forged) == network("192.0.2.1")


@pytest.mark.parametrize("forged", ["1.2.3.4, ", "1.2.3.4, 5.6.7.8, ", "garbage, ", ""])
def test_behind_one_proxy_only_its_own_entry_counts(settings, forged):
    settings.N_TRUSTED_PROXIES = 1

    assert _behind_proxies("10.0.0.1", f"{forged}192.0.2.77") == network("192.0.2.1")


def _behind_proxies(address, forwarded):
    request = RequestFactory().get("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    return TrustedProxyMiddleware(network_of)(request)
