"""How do votes of a file come into an arena? Read and checked whole, then written in one transaction, or not at all.

Next file to read: vote_formats/ for what is read, battles.py for what is written.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from django.db import transaction

from arena.domain.errors import ImportFault
from arena.domain.metadata import VoterKind
from arena.services.importing.battles import VoteWriter
from arena.services.importing.catalog import BATCH, open_arena
from arena.services.importing.files.places import Place, Refuse, refuse_all
from arena.services.importing.files.readers import read_records
from arena.services.importing.folder_check import check_vote
from arena.services.importing.report import ImportReport
from arena.services.importing.slugs import Slugs
from arena.services.importing.table_statistics import renew_statistics
from arena.services.importing.vote_catalog import VoteCatalog
from arena.services.importing.vote_formats import VOTE_FORMATS, VoteFormat
from arena.services.importing.vote_rows import VoteRow, vote_key

SOURCE_PREFIX = "import_votes:"
Progress = Callable[[str], None]


def import_votes(
    *,
    path: Path,
    arena_slug: str,
    vote_format: str,
    voter_kind: VoterKind | None = None,
    is_skipping: bool = False,
    progress: Progress,
) -> ImportReport:
    """Bring the votes of a file into an arena, which is made if there is none.

    voter_kind : of all votes; None for what the file or its format says.   is_skipping : leave bad rows out, and say
    which.   progress : called with a sentence at each step. Raises ImportFault, InvalidInput; nothing is imported then.
    """
    reading = _Reading(path, VOTE_FORMATS[vote_format], voter_kind)
    report = ImportReport(source=path.name)
    progress(f"reading {path.name}")
    n_votes = sum(1 for _ in reading.rows(report.skip if is_skipping else refuse_all))
    if not n_votes:
        raise ImportFault(path.name, None, "holds no votes")
    _describe(report, reading)
    source = f"{SOURCE_PREFIX}{vote_format}"
    with transaction.atomic():
        arena = open_arena(arena_slug, modality=None, source=source, report=report)
        refuse = report.skip if is_skipping else refuse_all
        catalog = VoteCatalog(arena, source, reading.slugs, report)
        writer = VoteWriter(arena, source, catalog, report, refuse)
        n_written = 0
        rows = reading.rows(_pass_over)
        while batch := list(islice(rows, BATCH)):
            writer.write(batch)
            n_written += len(batch)
            progress(f"{arena_slug}: {n_written:,} of {n_votes:,} votes")
        renew_statistics()
    return report


class _Reading:
    """The good rows of a vote file, as often as they are asked for."""

    def __init__(self, path: Path, vote_format: VoteFormat, voter_kind: VoterKind | None) -> None:
        self._path, self._format, self._kind = path, vote_format, voter_kind
        self.slugs = Slugs()
        self.counts: Counter[str] = Counter()
        self.columns: set[str] = set()

    def rows(self, refuse: Refuse) -> Iterator[VoteRow]:
        """refuse : called with the fault of each bad row."""
        self.counts.clear()
        first: dict[str, Place] = {}
        for record in read_records(self._path, self._path.name, required=self._format.required, refuse=refuse):
            self.columns.update(record.values)
            try:
                row = self._format.read(record)
                if row is None:
                    self.counts["left out"] += 1
                    continue
                row = self._complete(row)
                check_vote(row, first)
                for model in (row.model_a, row.model_b):
                    self.slugs.add(model, row.place)
            except ImportFault as fault:
                refuse(fault)
                continue
            self._count(row)
            yield row

    @property
    def ignored_columns(self) -> list[str]:
        return sorted(self.columns - self._format.columns)

    def _complete(self, row: VoteRow) -> VoteRow:
        """With its key and the kind of its voter."""
        if self._format.id_field:
            key = vote_key(self._format.name, row.key)
        else:
            key = vote_key(self._path.name.removesuffix(".gz"), row.key or row.place.number)
        return replace(row, key=key, voter_kind=self._kind or row.voter_kind or self._format.voter_kind)

    def _count(self, row: VoteRow) -> None:
        self.counts["not blind"] += not row.is_blind
        self.counts["without voter"] += row.voter is None
        self.counts["without texts"] += not row.turns and row.prompt_key is None


def _pass_over(fault: ImportFault) -> None:
    """Of a bad row that was counted when the file was read first."""


def _describe(report: ImportReport, reading: _Reading) -> None:
    counts = reading.counts
    if counts["left out"]:
        report.notes.append(f"Rows left out because their publisher did not count them: {counts['left out']:,}.")
    if counts["not blind"]:
        report.notes.append(f"Votes that were not blind, kept and never ranked: {counts['not blind']:,}.")
    if counts["without voter"]:
        report.notes.append(
            f"Votes that name no voter, each counted as a voter of its own: {counts['without voter']:,}."
        )
    if counts["without texts"]:
        report.notes.append(f"Votes that say nothing about prompt and answers: {counts['without texts']:,}.")
    report.ignored += [f"column {column}" for column in reading.ignored_columns]
