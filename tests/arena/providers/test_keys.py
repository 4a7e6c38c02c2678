"""Keys are named, found in the environment or a file, and read again when the file changes."""

from pathlib import Path

import pytest
from pytest_django import Settings

from arena.providers.base import ProviderError
from arena.providers.keys import NO_KEY, has_key, key_of, known_key_names


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.PROVIDER_KEYS = {"ARENA_KEY_ONE": "from-environment"}
    settings.KEYS_FILE = None


def test_no_name_needs_no_key() -> None:
    assert key_of("") == NO_KEY


def test_a_key_comes_from_the_environment() -> None:
    assert key_of("ARENA_KEY_ONE") == "from-environment"


@pytest.mark.parametrize("name", ["PATH", "DJANGO_SECRET_KEY", "ARENA_SECRET_KEY", "ARENA_KEY_", "arena_key_one", "X"])
def test_other_variables_are_no_keys(name: str) -> None:
    with pytest.raises(ProviderError):
        key_of(name)

    assert has_key(name) is False


def test_the_file_wins_and_is_read_again_when_it_changes(tmp_path: Path, settings: Settings) -> None:
    settings.KEYS_FILE = tmp_path / "keys"
    settings.KEYS_FILE.write_text("# keys of the arena\nARENA_KEY_ONE = first\nPATH=no\n")
    first = key_of("ARENA_KEY_ONE")
    settings.KEYS_FILE.write_text("ARENA_KEY_ONE=second one\nARENA_KEY_TWO=2\n")

    assert (first, key_of("ARENA_KEY_ONE"), key_of("ARENA_KEY_TWO")) == ("first", "second one", "2")
    assert has_key("ARENA_KEY_THREE") is False


def test_names_are_known_and_values_are_not_told(settings, tmp_path):
    settings.PROVIDER_KEYS = {"ARENA_KEY_B": "sk-b", "ARENA_KEY_EMPTY": "", "PATH": "x"}
    settings.KEYS_FILE = tmp_path / "keys"
    settings.KEYS_FILE.write_text("ARENA_KEY_A=sk-a\n")

    assert known_key_names() == ["ARENA_KEY_A", "ARENA_KEY_B"]
