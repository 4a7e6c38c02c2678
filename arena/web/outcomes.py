"""In which words does the site speak of outcomes? The four buttons, and what a vote said, as a sentence."""

from dataclasses import dataclass

from ratings.outcomes import Outcome, parse_site


@dataclass(frozen=True)
class Choice:
    """A button of the vote bar."""

    outcome: str
    label: str
    key: str


CHOICES = (
    Choice(Outcome.A.site_label, "A is better", "a"),
    Choice(Outcome.TIE.site_label, "Tie", "t"),
    Choice(Outcome.BOTH_BAD.site_label, "Both bad", "x"),
    Choice(Outcome.B.site_label, "B is better", "b"),
)
SENTENCES = {
    Outcome.A: "{a} over {b}",
    Outcome.B: "{b} over {a}",
    Outcome.TIE: "{a} and {b} alike",
    Outcome.BOTH_BAD: "both bad: {a} and {b}",
}


def outcome_sentence(outcome: str, name_a: str, name_b: str) -> str:
    """What a vote said, with the names it was said about."""
    return SENTENCES[parse_site(outcome)].format(a=name_a, b=name_b)
