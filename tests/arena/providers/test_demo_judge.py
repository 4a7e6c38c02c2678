from itertools import combinations

import pytest

from arena.providers.demo import CONTESTANTS
from arena.providers.demo_judge import JUDGE_RULE, judge
from arena.providers.demo_passages import read_passages

MIRRORED = {"a": "b", "b": "a", "tie": "tie", "both_bad": "both_bad"}
# terms: sea x 3, moon x 2, tide, wind, sail, salt, fish: total weight 10; 61 characters
PASSAGE = "Sea, moon. Sea, tide. Sea, wind. Moon, sail. Salt, then fish."


@pytest.mark.parametrize(
    ("text_a", "text_b", "outcome"),
    [
        ("Sea, moon.", "Salt, then fish.", "a"),  # covers 0.5 against 0.2
        ("Salt, then fish.", "Sea, moon.", "b"),
        ("Sea, tide.", "Sea, wind.", "tie"),  # the same coverage and length
        ("Sea, moon.", "Sea, moon. Sea, moon.", "a"),  # repeats itself and is longer
        ("Sea, moon.", "Sea, moon" + "." * 50, "a"),  # longer for nothing
        ("", "Sea, moon.", "b"),
        ("", "", "both_bad"),
        ("Bread and oven.", "Nothing else.", "both_bad"),
    ],
)
def test_judge(text_a: str, text_b: str, outcome: str) -> None:
    assert judge(PASSAGE, text_a, text_b) == outcome


def test_judge_calls_both_bad_without_a_passage() -> None:
    assert judge("", "Sea.", "Moon.") == "both_bad"


def test_judge_rule_states_its_numbers() -> None:
    assert [number for number in ("0.25 times", "0.5 times", "0.02 apart", "10%") if number not in JUDGE_RULE] == []


def test_judge_is_antisymmetric_and_its_votes_connect_all_contestants() -> None:
    wins: set[tuple[str, str]] = set()
    for passage in read_passages():
        summaries = {slug: contestant.summarise(passage.text) for slug, contestant in CONTESTANTS.items()}
        for left, right in combinations(CONTESTANTS, 2):
            outcome = judge(passage.text, summaries[left], summaries[right])

            assert judge(passage.text, summaries[right], summaries[left]) == MIRRORED[outcome]
            if outcome == "a":
                wins.add((left, right))
            if outcome == "b":
                wins.add((right, left))

    assert all(_reachable(slug, wins) == set(CONTESTANTS) for slug in CONTESTANTS)


def _reachable(start: str, wins: set[tuple[str, str]]) -> set[str]:
    """Whom a chain of won comparisons leads to; ties are left out, so that the check is the strict one."""
    found = {start}
    while True:
        following = found | {loser for winner, loser in wins if winner in found}
        if following == found:
            return found
        found = following
