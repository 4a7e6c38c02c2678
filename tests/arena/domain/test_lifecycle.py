"""Are exactly the steps allowed that make sense, and is the refusal a sentence?"""

from itertools import product

import pytest

from arena.domain.lifecycle import IllegalStep, check_step
from arena.domain.metadata import EntryStatus

ALLOWED = {
    ("draft", "testing"),
    ("draft", "active"),
    ("draft", "retired"),
    ("testing", "active"),
    ("testing", "retired"),
    ("active", "paused"),
    ("active", "retired"),
    ("paused", "active"),
    ("paused", "retired"),
    ("retired", "testing"),
}


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_step_is_allowed(before, after):
    check_step("Quillon", EntryStatus(before), EntryStatus(after))


@pytest.mark.parametrize(("before", "after"), sorted(set(product(map(str, EntryStatus), repeat=2)) - ALLOWED))
def test_step_is_refused(before, after):
    with pytest.raises(IllegalStep, match=f"^Quillon is {before}: from there it can only become .*, not {after}\\.$"):
        check_step("Quillon", EntryStatus(before), EntryStatus(after))


def test_sentence_says_where_it_could_go():
    with pytest.raises(IllegalStep) as caught:
        check_step("Quillon", EntryStatus.PAUSED, EntryStatus.DRAFT)

    assert str(caught.value) == "Quillon is paused: from there it can only become active or retired, not draft."
    assert caught.value.code == "illegal_step"
