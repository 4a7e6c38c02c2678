"""In which words does the site speak of outcomes? The four buttons, and what a vote said, as a sentence."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ratings.outcomes import Outcome, parse_site


@dataclass(frozen=True)
class Choice:
    """A button of the vote bar."""

    outcome: str
    label: Promise
    key: str
    arrow: str = ""


CHOICES = (
    Choice(Outcome.A.site_label, gettext_lazy("A is better"), "a", "←"),
    Choice(Outcome.TIE.site_label, gettext_lazy("Tie"), "t"),
    Choice(Outcome.BOTH_BAD.site_label, gettext_lazy("Both bad"), "x"),
    Choice(Outcome.B.site_label, gettext_lazy("B is better"), "b", "→"),
)
SENTENCES = {
    Outcome.A: gettext_lazy("{a} over {b}"),
    Outcome.B: gettext_lazy("{b} over {a}"),
    Outcome.TIE: gettext_lazy("{a} and {b} alike"),
    Outcome.BOTH_BAD: gettext_lazy("both bad: {a} and {b}"),
}


def outcome_sentence(outcome: str, name_a: str, name_b: str) -> str:
    """What a vote said, with the names it was said about."""
    return str(SENTENCES[parse_site(outcome)]).format(a=name_a, b=name_b)
