"""Keys are named, found in the environment or a file, and read again when the file changes."""

from pathlib import Path

import pytest
from pytest_django import Settings

from arena.providers.base import ProviderError
from arena.providers.keys import (
    NO_KEY,
    fingerprint_of,
    has_key,
    key_of,
    keys_file_problem,
    known_key_names,
    said_fingerprint,
)


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


@pytest.fixture
def keys_file(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS_FILE = tmp_path / "keys"
    return settings.KEYS_FILE


@pytest.mark.parametrize(
    "line",
    [
        'ARENA_KEY_TWO="sk-2"',
        "ARENA_KEY_TWO = 'sk-2'",
        "export ARENA_KEY_TWO=sk-2",
        '  export   ARENA_KEY_TWO="sk-2"  ',
        "\ufeffARENA_KEY_TWO=sk-2",
        "ARENA_KEY_TWO=sk-2\r",
    ],
)
def test_lines_are_read_as_a_shell_reads_them(keys_file: Path, line: str) -> None:
    keys_file.write_text(f"{line}\n# a comment\n\nexport PATH=/bin\nARENA_SECRET_KEY=x\n")

    assert (key_of("ARENA_KEY_TWO"), keys_file_problem()) == ("sk-2", "")


@pytest.mark.parametrize(
    "line",
    [
        b"ARENA_KEY_TWO",
        b"ARENA_KEY_two=canary",
        b"arena-key-two=canary",
        b"ARENA_KEY_=canary",
        b'ARENA_KEY_TWO="canary',
        b"ARENA_KEY_TWO='canary\"",
        b'ARENA_KEY_TWO="canary" # mine',
        b'ARENA_KEY_TWO="',
        b"= canary",
        b"canary",
        b"ARENA_KEY_TWO=canary\xfc",
        b"# M\xfcller",
        b"\xff\xfeA\x00",
    ],
)
def test_bad_line_is_named_by_its_number_and_harms_no_other(keys_file: Path, line: bytes) -> None:
    keys_file.write_bytes(b"ARENA_KEY_THREE=3\n" + line + b"\nARENA_KEY_FOUR=4\n")

    assert (key_of("ARENA_KEY_THREE"), key_of("ARENA_KEY_FOUR")) == ("3", "4")
    assert has_key("ARENA_KEY_TWO") is False
    assert keys_file_problem() == "has lines that cannot be read: 2"


def test_what_was_read_before_goes_on_until_the_file_is_repaired(keys_file: Path) -> None:
    keys_file.write_text("ARENA_KEY_TWO=old\nARENA_KEY_THREE=old\n")
    assert key_of("ARENA_KEY_TWO") == "old"

    keys_file.write_bytes("ARENA_KEY_TWO=ü\nARENA_KEY_THREE=newer\n".encode("latin-1"))
    broken = key_of("ARENA_KEY_TWO"), key_of("ARENA_KEY_THREE"), keys_file_problem()
    keys_file.write_text("ARENA_KEY_THREE=newest\n")

    assert broken == ("old", "newer", "has lines that cannot be read: 1")
    assert (has_key("ARENA_KEY_TWO"), key_of("ARENA_KEY_THREE"), keys_file_problem()) == (False, "newest", "")


def test_file_that_cannot_be_read_stops_nobody(keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys_file.write_text("ARENA_KEY_TWO=2\n")
    assert has_key("ARENA_KEY_TWO")

    def refuse(self: Path, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refuse)
        broken = key_of("ARENA_KEY_TWO"), key_of("ARENA_KEY_ONE"), keys_file_problem()

    assert broken == ("2", "from-environment", "cannot be read (Permission denied)")
    assert keys_file_problem() == ""


def test_folder_in_place_of_the_file_is_said(keys_file: Path) -> None:
    keys_file.mkdir()

    assert (known_key_names(), keys_file_problem()) == (["ARENA_KEY_ONE"], "cannot be read (Is a directory)")


def test_file_that_is_not_there_yet_is_no_problem(keys_file: Path) -> None:
    assert (known_key_names(), keys_file_problem()) == (["ARENA_KEY_ONE"], "")


def test_another_key_has_another_fingerprint(keys_file: Path) -> None:
    keys_file.write_text("ARENA_KEY_TWO=sk-0123456789abcdef\nARENA_KEY_THREE=sk-0123456789abcdeg\n")

    assert (fingerprint_of("ARENA_KEY_TWO"), fingerprint_of("ARENA_KEY_THREE")) == ("445b898f", "06983e96")
    assert said_fingerprint("ARENA_KEY_TWO") == ", fingerprint 445b898f"


def test_short_key_has_none(keys_file: Path) -> None:
    keys_file.write_text("ARENA_KEY_TWO=only-15-letters\n")

    assert (fingerprint_of("ARENA_KEY_TWO"), said_fingerprint("ARENA_KEY_TWO")) == ("", "")
