"""Labels in, codes and scores out; nothing is guessed."""

import pytest

from ratings.errors import InvalidVotes
from ratings.outcomes import SCORES, Outcome, parse_public, parse_site


def test_codes_and_scores_are_those_of_every_tensor() -> None:
    assert [(outcome.value, outcome.score) for outcome in Outcome] == [(0, 1.0), (1, 0.0), (2, 0.5), (3, 0.5)]
    assert SCORES.tolist() == [1.0, 0.0, 0.5, 0.5]


def test_labels_of_files_and_site_come_back() -> None:
    assert [parse_public(outcome.public_label) for outcome in Outcome] == list(Outcome)
    assert [parse_site(outcome.site_label) for outcome in Outcome] == list(Outcome)
    assert parse_public("tie (bothbad)") is Outcome.BOTH_BAD


@pytest.mark.parametrize("label", ["", "a", "Model_A", " tie", "skip", None, 1, ["tie"]])
def test_unknown_public_label_is_refused(label: object) -> None:
    with pytest.raises(InvalidVotes, match="unknown outcome"):
        parse_public(label)


@pytest.mark.parametrize("label", ["", "model_a", "A", "left", None, True])
def test_unknown_site_label_is_refused(label: object) -> None:
    with pytest.raises(InvalidVotes, match="unknown outcome"):
        parse_site(label)
