"""Does every error have a code that doors can rely on, and a sentence for a person?"""

import pytest

from arena.domain import errors
from arena.domain.errors import (
    AlreadyVoted,
    ArenaError,
    BattleExpired,
    BattleOver,
    BattleVoid,
    ImportFault,
    InvalidInput,
)

ALL = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ArenaError)]


def test_codes_are_those_of_the_contract():
    codes = {error.__name__: error.code for error in ALL}
    public = ("NotFound", "InvalidInput", "NotReady", "AlreadyVoted", "BattleExpired", "BattleVoid", "NoBattles")

    assert [codes[name] for name in public] == [
        "not_found",
        "invalid",
        "not_ready",
        "already_voted",
        "expired",
        "void",
        "no_battles",
    ]


@pytest.mark.parametrize("error", [errors.NotFound, errors.NotReady, BattleExpired, BattleVoid, errors.NoBattles])
def test_error_says_its_sentence(error):
    assert str(error()) == error.sentence != ArenaError.sentence
    assert str(error("Another one.")) == "Another one."


def test_over_is_expired_or_void():
    assert issubclass(BattleExpired, BattleOver)
    assert issubclass(BattleVoid, BattleOver)


def test_invalid_input_names_fields():
    assert InvalidInput({"prompt": ["Too long."]}).fields == {"prompt": ["Too long."]}


def test_already_voted_names_the_battle():
    assert AlreadyVoted("5").battle_id == "5"


@pytest.mark.parametrize(
    ("line", "text"), [(7, "votes.csv, line 7: no such model"), (None, "votes.csv: no such model")]
)
def test_import_fault_names_file_and_line(line, text):
    assert str(ImportFault("votes.csv", line, "no such model")) == text
