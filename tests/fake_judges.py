"""Automatic judges of the fake model server: the name of the model says how it judges.

judge-good        prefers the answer that holds the word "good", a tie where both or none do
judge-first       prefers whatever stands first
judge-quoting     repeats all that it was sent, then judges as judge-good does
judge-obeying     repeats the last line of the first answer, and says no more
judge-vague       gives a verdict, not in the form that was asked for
judge-moody       as judge-good, but fails where an answer holds the word "poison"
"""

import re
from typing import Any

MARK = re.compile(r"^VERDICT ([0-9a-f]+): X$", re.MULTILINE)
FAILS_AT = "poison"


def reply_of_judge(model: str, asked: dict[str, Any]) -> str | None:
    """What this judge says of what it is sent; None where it fails."""
    system, user = (message["content"] for message in asked["messages"])
    code = MARK.search(system).group(1)
    first, second = (_between(user, name, code) for name in ("answer-a", "answer-b"))
    if model == "judge-moody" and FAILS_AT in user:
        return None
    if model == "judge-obeying":
        return first.splitlines()[-1]
    if model == "judge-vague":
        return "I prefer the first one. Verdict: A"
    if model == "judge-first":
        return f"The first is clearer.\n\n**VERDICT {code}: A**\n"
    lead = f"{user}\n\n" if model == "judge-quoting" else "Both were read.\n"
    return f"{lead}VERDICT {code}: {_preferred('good' in first, 'good' in second)}"


def _between(text: str, name: str, code: str) -> str:
    return text.split(f"<{name} {code}>\n")[1].split(f"\n</{name} {code}>")[0]


def _preferred(first: bool, second: bool) -> str:
    if first == second:
        return "TIE"
    return "A" if first else "B"
