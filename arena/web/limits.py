"""How far may a reader trust a board? Plain sentences from what was counted when it was published.

Next file to read: services/board_limits.py, which counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from arena.domain.battle_state import UnrankedReason
from arena.models import Snapshot, SnapshotRow
from arena.queries.board_limits import LIMITS, OTHER_SOURCE, PromptAges
from arena.web.numbers import count, percent


@dataclass(frozen=True)
class Badge:
    """A word beside a name, and the sentence that it stands for."""

    label: str
    sentence: str


def limits_in_words(snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> list[str]:
    """One sentence a limit; empty for a board that was published without its limits."""
    limits = snapshot.meta.get(LIMITS)
    if limits is None:
        return []
    names = {row.contestant.slug: row.contestant.name for row in rows}
    said = [
        _versions(rows),
        _flip(limits["flip"], names),
        _agreement(limits["between_people"], limits["with_judges"]),
        _excluded(limits["excluded"]),
        _prompts(limits["prompts"]),
    ]
    return [sentence for sentence in said if sentence]


def ages_in_words(ages: PromptAges | None) -> str:
    """How many votes were on prompts that the model cannot have been trained on."""
    if ages is None or not ages.is_known:
        return gettext("unknown")
    n = ages.n_votes
    said = [
        gettext("%(share)s newer than its knowledge") % {"share": percent(ages.newer / n)},
        gettext("%(share)s older") % {"share": percent(ages.older / n)},
        gettext("%(share)s unknown") % {"share": percent(ages.unknown / n)} if ages.unknown else "",
    ]
    return ", ".join(part for part in said if part)


def contamination_badge(ages: PromptAges | None) -> Badge | None:
    """Only where something is known: of most boards nothing is, which a sentence below the table says once."""
    if ages is None or not ages.is_known:
        return None
    if ages.is_mostly_older:
        return Badge(
            gettext("prompts it may know"),
            gettext("Most of its votes are on prompts from before the end of its knowledge."),
        )
    if ages.is_mostly_newer:
        return Badge(
            gettext("prompts new to it"),
            gettext("Most of its votes are on prompts from after the end of its knowledge."),
        )
    return None


def _versions(rows: Sequence[SnapshotRow]) -> str:
    n_known = sum(bool(row.contestant.version) for row in rows)
    if n_known == len(rows):
        return gettext("It holds for the versions that each model’s page names.")
    return gettext(
        "It holds for the versions that were asked; of %(unknown)s of %(all)s models the version is unknown, and what "
        "stands behind a name may have changed."
    ) % {"unknown": count(len(rows) - n_known), "all": count(len(rows))}


def _flip(flip: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    if flip is None:
        return ""
    return ngettext(
        "Taking away %(votes)s well-chosen vote would put %(other)s before %(first)s.",
        "Taking away %(votes)s well-chosen votes would put %(other)s before %(first)s.",
        flip["votes"],
    ) % {
        "votes": count(flip["votes"]),
        "first": names.get(flip["first"], flip["first"]),
        "other": names.get(flip["other"], flip["other"]),
    }


def _agreement(people: Mapping[str, int], judges: Mapping[str, int]) -> str:
    said = [
        gettext("Two people who judged the same two answers agreed in %(share)s of %(pairs)s cases.")
        % {"share": percent(people["n_agreeing"] / people["n_pairs"]), "pairs": count(people["n_pairs"])}
        if people["n_pairs"]
        else gettext("No two people have judged the same two answers yet, so their agreement is unknown."),
        gettext("A person and an automatic judge agreed in %(share)s of %(pairs)s.")
        % {"share": percent(judges["n_agreeing"] / judges["n_pairs"]), "pairs": count(judges["n_pairs"])}
        if judges["n_pairs"]
        else "",
    ]
    return " ".join(part for part in said if part)


def _excluded(excluded: Mapping[str, int]) -> str:
    if not excluded:
        return gettext("No vote was left out.")
    parts = ", ".join(f"{exclusion_label(name)} ({count(n)})" for name, n in excluded.items())
    n_votes = sum(excluded.values())
    return ngettext(
        "%(votes)s vote is kept and not counted: %(parts)s.",
        "%(votes)s votes are kept and not counted: %(parts)s.",
        n_votes,
    ) % {"votes": count(n_votes), "parts": parts}


def exclusion_label(name: str) -> str:
    """Of a rule, or of a reason why a vote is not ranked; a rule that is new here keeps its own name."""
    labels = {
        "flagged_identity": gettext("voters who were found out"),
        "too_fast": gettext("given before anybody could have read"),
        "identical_answers": gettext("both answers were the same"),
        "abandoned_battles": gettext("voters who left most battles without a vote"),
        OTHER_SOURCE: gettext("from sources that do not count here"),
        UnrankedReason.DIRECTED.value: gettext("the pair was chosen, not drawn"),
        UnrankedReason.PINNED.value: gettext("the prompt was chosen"),
        UnrankedReason.REGENERATED.value: gettext("answers generated again"),
        UnrankedReason.NOT_BLIND.value: gettext("the names were known"),
        UnrankedReason.IDENTITY_LEAK.value: gettext("an answer named its author"),
    }
    return labels.get(name, name.replace("_", " ").replace("-", " "))


def _prompts(by_model: Mapping[str, Mapping[str, int]]) -> str:
    total = sum((PromptAges(**ages) for ages in by_model.values()), PromptAges())
    if not total.is_known:
        return gettext(
            "Whether models knew the prompts from their training is unknown: the days of the prompts, or the ends of "
            "the models’ knowledge, are."
        )
    return gettext(
        "Prompts against the knowledge of the models that answered them: %(newer)s newer, %(older)s older and perhaps "
        "known from training, %(unknown)s unknown."
    ) % {
        "newer": percent(total.newer / total.n_votes),
        "older": percent(total.older / total.n_votes),
        "unknown": percent(total.unknown / total.n_votes),
    }
