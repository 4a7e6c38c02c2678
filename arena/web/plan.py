"""How is it said how many votes are still needed? One sentence for the board, a bar for each newcomer.

Next file to read: queries/planning.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.translation import gettext, ngettext

from arena.models import Contestant, SnapshotRow
from arena.queries.planning import Newcomer, Plan
from arena.web.numbers import count
from ratings.planner import NEWCOMER_POINTS

N_DIGITS = 2  # of a planned number of votes: it is a plan, no promise


@dataclass(frozen=True)
class ShownNewcomer:
    contestant: Contestant
    percent: int
    words: str


@dataclass(frozen=True)
class ShownPlan:
    sentence: str
    newcomers: list[ShownNewcomer]


def show_plan(plan: Plan | None, ranked: Sequence[SnapshotRow], preliminary: Sequence[SnapshotRow]) -> ShownPlan | None:
    """Of a board with these rows; None if there is nothing to say."""
    if plan is None:
        return None
    names = {row.contestant.slug: row.contestant.name for row in ranked}
    planned = {newcomer.model: newcomer for newcomer in plan.newcomers}
    waiting = [row.contestant for row in preliminary if row.contestant.slug in planned]
    shown = ShownPlan(_sentence(plan, names), [_newcomer(each, planned[each.slug]) for each in waiting])
    return shown if shown.sentence or shown.newcomers else None


def votes_in_words(votes: int | None) -> str:
    """To two digits: "about 1,900 more votes"; of None, that it is not in sight."""
    if votes is None:
        return gettext("more votes than are in sight")
    return ngettext("%(n)s more vote", "about %(n)s more votes", votes) % {"n": count(_rounded(votes))}


def _sentence(plan: Plan, names: Mapping[str, str]) -> str:
    if (found := plan.next_separation) is None:
        is_settled = bool(plan.neighbours) and all(pair.votes == 0 for pair in plan.neighbours)
        return gettext("Every model of this board is told apart from the next one.") if is_settled else ""
    place, pair = found
    words = votes_in_words(pair.votes)
    return gettext("%(votes)s separate #%(place)s and #%(next)s, %(upper)s and %(lower)s.") % {
        "votes": f"{words[0].upper()}{words[1:]}",
        "place": place,
        "next": place + 1,
        "upper": names.get(pair.upper, pair.upper),
        "lower": names.get(pair.lower, pair.lower),
    }


def _newcomer(contestant: Contestant, newcomer: Newcomer) -> ShownNewcomer:
    said = {"votes": votes_in_words(newcomer.votes), "points": f"{NEWCOMER_POINTS:g}"}
    words = gettext("%(votes)s until it is known to within %(points)s points") % said
    return ShownNewcomer(contestant, floor(100 * newcomer.progress), words)


def _rounded(votes: int) -> int:
    step = 10 ** max(0, floor(log10(votes)) + 1 - N_DIGITS) if votes else 1
    return round(votes / step) * step
