"""When do workers share a run of the tests, and what does one of them get as a whole?"""

import pytest

from tests.workers import n_workers


@pytest.fixture(autouse=True)
def _servers_from_packages(monkeypatch):
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)


@pytest.mark.parametrize(
    ("arguments", "n_cores", "expected"),
    [
        (["tests"], 1, 0),
        (["tests"], 2, 2),
        (["tests"], 64, 4),
        (["tests/ratings", "tests/arena"], 2, 2),
        (["tests/rules/test_code.py"], 2, 0),
        (["tests/rules/test_code.py::test_tests_mirror_the_code"], 2, 0),
    ],
)
def test_folders_get_a_worker_a_core(arguments, n_cores, expected):
    assert n_workers(arguments, n_cores) == expected


def test_a_redis_of_the_developer_is_used_by_one_process(monkeypatch):
    monkeypatch.setenv("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")

    assert n_workers(["tests"], 2) == 0
