"""How does the automatic judge of the demo arena decide? By counting words, never by names; JUDGE_RULE says it plainly.

Next file to read: summarisers/terms.py, which says what counts as a content word.
"""

from collections import Counter
from typing import Literal

from arena.providers.summarisers.terms import extract_terms

JUDGE_SLUG = "coverage-rule-1"
JUDGE_NAME = "Coverage rule 1"

_REDUNDANCY_PRICE = 0.25
_LENGTH_PRICE = 0.5
_TIE_MARGIN = 0.02
_LEAST_COVERAGE = 0.1

JUDGE_RULE = (
    "This judge is a program that counts words; it has never seen a name. "
    "It weighs each content word of the text by how often it occurs there. "
    "A summary scores the share of that weight whose words it contains, "
    f"minus {_REDUNDANCY_PRICE} times the share of its own content words that repeat earlier ones, "
    f"minus {_LENGTH_PRICE} times its length as a share of the text's length. "
    f"The higher score wins; scores less than {_TIE_MARGIN} apart are a tie. "
    f"If both summaries contain less than {_LEAST_COVERAGE:.0%} of the weight, both are bad. "
    "It cannot tell whether a summary is true or reads well, and it favours contestants that count words as it does. "
    "Its votes are votes of kind judge and never enter the board of human votes."
)

JudgeOutcome = Literal["a", "b", "tie", "both_bad"]


def judge(passage: str, text_a: str, text_b: str) -> JudgeOutcome:
    """The outcome under JUDGE_RULE; swapping the sides swaps a and b and changes nothing else."""
    coverage_a, score_a = _score(passage, text_a)
    coverage_b, score_b = _score(passage, text_b)
    if max(coverage_a, coverage_b) < _LEAST_COVERAGE:
        return "both_bad"
    if abs(score_a - score_b) < _TIE_MARGIN:
        return "tie"
    return "a" if score_a > score_b else "b"


def _score(passage: str, summary: str) -> tuple[float, float]:
    """Coverage of the passage by the summary, and the score: coverage minus the prices of repetition and length."""
    passage_terms, summary_terms = extract_terms([passage, summary])
    weights = Counter(passage_terms)
    distinct = set(summary_terms)
    coverage = sum(weights[term] for term in distinct) / max(len(passage_terms), 1)
    redundancy = 1.0 - len(distinct) / len(summary_terms) if summary_terms else 0.0
    length = len(summary) / max(len(passage), 1)
    return coverage, coverage - _REDUNDANCY_PRICE * redundancy - _LENGTH_PRICE * length
