"""Starts of a network are counted exactly, in Redis and in the database, and somewhere when Redis is down."""

from datetime import timedelta

import pytest
from django.core.cache import caches

from arena.models import StartCounter
from arena.queries.clock import database_now
from arena.services import start_counters
from arena.services.start_counters import count_up, delete_old_counters
from tests.concurrency import at_once
from tests.servers import LOOPBACK, free_port

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def production(settings, monkeypatch):
    """The site with the Redis of this address."""

    def use(url):
        settings.IS_EMBEDDED = False
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": url,
                "OPTIONS": {"socket_connect_timeout": 1},
            }
        }
        cache = caches.create_connection("default")
        monkeypatch.setattr(start_counters, "cache", cache)
        monkeypatch.setattr(start_counters, "_without_redis_until", 0.0)
        return cache

    return use


def count(name="starts/net", limit=10, after=timedelta(0)):
    return count_up(name=name, limit=limit, window_s=600, now=database_now().replace(minute=1) + after)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_as_there_is_room_for_in_the_database():
    results = at_once(*[count] * 24)

    assert sorted(results) == [False] * 14 + [True] * 10


def test_of_many_at_once_as_many_as_there_is_room_for_in_redis(production, redis_url):
    production(redis_url)

    results = at_once(*[count] * 24)

    assert sorted(results) == [False] * 14 + [True] * 10
    assert StartCounter.objects.count() == 0


@pytest.mark.parametrize("has_redis", [True, False])
def test_each_network_and_each_window_has_its_own_count(production, redis_url, has_redis):
    if has_redis:
        production(redis_url)

    assert [count(limit=1), count(limit=1)] == [True, False]
    assert count("starts/other", limit=1)
    assert count(limit=1, after=timedelta(minutes=10))


def test_redis_forgets_by_itself(production, redis_url):
    cache = production(redis_url)
    count()

    (key,) = cache._cache.get_client().keys("*starts/net*")
    assert 600 < cache._cache.get_client().ttl(key) <= 1_200


def test_while_redis_is_down_the_database_counts(production, caplog):
    production(f"redis://{LOOPBACK}:{free_port()}/0")

    assert [count(limit=1), count(limit=1)] == [True, False]
    assert caplog.text.count("starts are counted in the database") == 1  # the second did not wait for it again


def test_old_counts_are_deleted():
    count()

    delete_old_counters(now=database_now() + timedelta(hours=2))

    assert StartCounter.objects.count() == 0
