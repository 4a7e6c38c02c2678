"""What did an import do? Counts, differences, what was left aside, and the next step.

Next file to read: folder_import.py and vote_import.py, which fill it.
"""

from collections import Counter
from dataclasses import dataclass, field

from arena.domain.errors import ImportFault

MAX_LISTED = 20
STEPS = ("new", "changed", "unchanged", "repeated", "left out")


@dataclass
class ImportReport:
    """counts : by kind of thing and what became of it.   differences : known values that were kept.

    skipped : faults of bad rows, the first few.   notes : anything else that the operator should know.
    """

    source: str
    arenas: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    n_skipped: int = 0

    def count(self, things: str, step: str, n: int = 1) -> None:
        if n:
            self.counts.setdefault(things, Counter())[step] += n

    def differ(self, sentence: str) -> None:
        self.differences.append(sentence)

    def skip(self, fault: ImportFault) -> None:
        self.n_skipped += 1
        if len(self.skipped) < MAX_LISTED:
            self.skipped.append(str(fault))

    @property
    def has_changes(self) -> bool:
        return any(counter["new"] or counter["changed"] for counter in self.counts.values())

    def lines(self) -> list[str]:
        """The report as an operator reads it."""
        where = f"arena {' and '.join(self.arenas)}"
        first = f"Imported {self.source} into {where}."
        if not self.has_changes:
            first = f"Nothing has changed: what {self.source} holds is in {where} already."
        return [
            first,
            *self._count_lines(),
            *_listed(f"Bad rows that were skipped: {self.n_skipped:,}", self.skipped, self.n_skipped),
            *_listed("Known values that were kept (--update takes those of the file):", self.differences),
            *_listed("Ignored:", self.ignored),
            *self.notes,
            *self._next_lines(),
        ]

    def _count_lines(self) -> list[str]:
        width = max(map(len, self.counts), default=0)
        lines = []
        for things, counter in self.counts.items():
            steps = ", ".join(f"{counter[step]:,} {step}" for step in STEPS if counter[step])
            detail = f" ({self.details[things]})" if things in self.details else ""
            lines.append(f"  {things.ljust(width)}  {steps}{detail}")
        return lines

    def _next_lines(self) -> list[str]:
        has_new_votes = any(counter["new"] for things, counter in self.counts.items() if things.endswith("votes"))
        return [f"Next: python3 manage.py publish --arena {slug}" for slug in self.arenas if has_new_votes]


def _listed(title: str, items: list[str], n_items: int | None = None) -> list[str]:
    if not items:
        return []
    more = (n_items or len(items)) - MAX_LISTED
    return [title, *(f"  {item}" for item in items[:MAX_LISTED]), *([f"  and {more:,} more"] if more > 0 else [])]
