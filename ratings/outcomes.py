"""What can a voter say, and what is it worth? Only here is a tie half a win. Read comparisons.py next."""

from enum import IntEnum

import numpy as np

from ratings.errors import InvalidVotes


class Outcome(IntEnum):
    """What a voter said about sides a and b; the values are the codes of every array and tensor."""

    A = 0
    B = 1
    TIE = 2
    BOTH_BAD = 3

    @property
    def score(self) -> float:
        """Points of side a; side b gets the rest of one point."""
        return float(SCORES[self])

    @property
    def is_decisive(self) -> bool:
        return self in (Outcome.A, Outcome.B)

    @property
    def public_label(self) -> str:
        """The word of public files."""
        return _PUBLIC[self]

    @property
    def site_label(self) -> str:
        """The word of the site's API."""
        return _SITE[self]


N_OUTCOMES = len(Outcome)
SCORES = np.array([1.0, 0.0, 0.5, 0.5])
SCORES.flags.writeable = False
MIRRORED = {Outcome.A: Outcome.B, Outcome.B: Outcome.A, Outcome.TIE: Outcome.TIE, Outcome.BOTH_BAD: Outcome.BOTH_BAD}
"""What is said of a pair, said with its sides swapped."""

_PUBLIC = {Outcome.A: "model_a", Outcome.B: "model_b", Outcome.TIE: "tie", Outcome.BOTH_BAD: "both_bad"}
_SITE = {Outcome.A: "a", Outcome.B: "b", Outcome.TIE: "tie", Outcome.BOTH_BAD: "both_bad"}
PUBLIC_LABELS = {label: outcome for outcome, label in _PUBLIC.items()} | {"tie (bothbad)": Outcome.BOTH_BAD}
SITE_LABELS = {label: outcome for outcome, label in _SITE.items()}


def parse_public(label: str) -> Outcome:
    """Outcome of a public file's word.

    Raises: InvalidVotes if the word is none of PUBLIC_LABELS (nothing is guessed, trimmed or lower-cased).
    """
    return _parse(label, PUBLIC_LABELS)


def parse_site(label: str) -> Outcome:
    """Outcome of the site's word. Raises: InvalidVotes if the word is none of SITE_LABELS."""
    return _parse(label, SITE_LABELS)


def _parse(label: str, labels: dict[str, Outcome]) -> Outcome:
    if isinstance(label, str) and label in labels:
        return labels[label]
    raise InvalidVotes(f"unknown outcome {label!r}; known: {', '.join(labels)}")
