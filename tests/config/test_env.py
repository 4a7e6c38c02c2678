"""What does the environment say where it says little?"""

import pytest

from config.env import LOOPBACK_HOSTS, read_environment


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({}, ()),
        ({"ARENA_PUBLIC_URL": "https://arena.example:8443/"}, ("arena.example",)),
        ({"ARENA_PUBLIC_URL": "https://a.example", "ARENA_ALLOWED_HOSTS": "b.example,c.de"}, ("b.example", "c.de")),
    ],
)
def test_site_answers_to_its_names_and_on_loopback(monkeypatch, tmp_path, variables, names):
    for name in ("ARENA_PUBLIC_URL", "ARENA_ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (variables | {"ARENA_DATA_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)

    assert read_environment().allowed_hosts == (*LOOPBACK_HOSTS, *names)
