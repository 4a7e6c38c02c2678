"""May a battle go only where the line of a battle leads?"""

import pytest

from arena.domain.battle_state import (
    NEXT_STATES,
    OPEN_STATES,
    BattleState,
    Branch,
    Side,
    UnrankedReason,
    VoidReason,
    states_before,
)


def test_states_are_those_of_the_contract():
    assert list(BattleState) == ["drawn", "answering", "ready", "voted", "expired", "void"]


def test_steps():
    assert {state.value: sorted(following) for state, following in NEXT_STATES.items()} == {
        "drawn": ["answering", "expired", "ready", "void"],
        "answering": ["expired", "ready", "void"],
        "ready": ["drawn", "expired", "void", "voted"],
        "voted": [],
        "expired": [],
        "void": [],
    }


def test_open_battles_are_those_that_can_still_change():
    assert sorted(OPEN_STATES) == ["answering", "drawn", "ready"]


@pytest.mark.parametrize(
    ("state", "before"),
    [
        ("drawn", ["ready"]),
        ("answering", ["drawn"]),
        ("ready", ["answering", "drawn"]),
        ("voted", ["ready"]),
        ("expired", ["answering", "drawn", "ready"]),
        ("void", ["answering", "drawn", "ready"]),
    ],
)
def test_states_before(state, before):
    assert sorted(states_before(BattleState(state))) == before


def test_reasons_never_name_a_side():
    texts = [f"{word.value} {word.label}".lower() for words in (VoidReason, UnrankedReason) for word in words]

    assert list(VoidReason) == ["skipped", "failed", "lost", "moderated"]
    naming = ("side", "model a", "model b", "left", "right", "first")
    assert not [text for text in texts if any(word in text for word in naming)]


def test_reason_not_to_rank_is_one_the_voter_may_know():
    assert set(UnrankedReason) == {"directed", "pinned", "regenerated", "not-blind", "identity-leak"}


def test_only_the_sampler_draws():
    assert {"sampler", "directed", "import", "exhaustive"} <= set(Branch)


def test_sides():
    assert Side.choices() == [("a", "A"), ("b", "B")]
