"""Are the servers of the tests real, and can a test break one of its own?"""

import psycopg
import redis

from tests.servers import PostgreSQL, Valkey


def test_redis_url_is_a_real_empty_server(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        info = client.info("server")
        size = client.dbsize()

    assert (info["executable"].split("/")[-1], size) == ("valkey-server", 0)


def test_killed_postgresql_keeps_what_it_acknowledged():
    with PostgreSQL() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            server.kill()
        server.start()
        with psycopg.connect(server.url) as connection:
            rows = connection.execute("SELECT id FROM kept").fetchall()

    assert rows == [(1,)]


def test_killed_valkey_starts_again_on_its_port():
    with Valkey() as server, redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
        server.kill()
        server.start()

        assert client.get("key") is None


def test_server_directory_and_process_are_gone_at_the_end():
    with Valkey() as server:
        process, directory = server.process, server.directory

    assert (process.poll(), directory.exists()) == (0, False)
