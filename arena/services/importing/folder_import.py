"""How does a folder become an arena? Read and checked whole, then written in one transaction, or not at all.

Next file to read: folders/fairground.py for what is read, catalog.py and battles.py for what is written.
"""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from arena.domain.metadata import EntryStatus
from arena.domain.modality import Modality
from arena.models import Contestant
from arena.services.importing.battles import VoteWriter
from arena.services.importing.catalog import (
    BATCH,
    PromptRow,
    enter_contestants,
    open_arena,
    save_outputs,
    save_prompts,
)
from arena.services.importing.contestants import ModelRow, save_contestants
from arena.services.importing.files.places import refuse_all
from arena.services.importing.folder_check import FolderIndex, check_whole_folder
from arena.services.importing.folders import FOLDER_FORMATS, ArenaFolder
from arena.services.importing.folders.base import files_except
from arena.services.importing.media import MediaStore
from arena.services.importing.report import MAX_LISTED, ImportReport
from arena.services.importing.slugs import Slugs
from arena.services.importing.table_statistics import renew_statistics
from arena.services.importing.vote_catalog import VoteCatalog

SOURCE = "import_arena"
Progress = Callable[[str], None]


def import_arena(
    *, path: Path, arena_slug: str, folder_format: str = "fairground", is_update: bool = False, progress: Progress
) -> ImportReport:
    """Bring models, prompts, outputs and votes of a folder into an arena, which is made if there is none.

    A folder with outputs of several modalities makes one arena each. The same import again changes nothing.
    progress : called with a sentence at each step. Raises ImportFault, InvalidInput; nothing is imported then.
    """
    progress(f"reading {path}")
    folder = FOLDER_FORMATS[folder_format](path)
    index = check_whole_folder(folder)
    report = ImportReport(source=str(path))
    with MediaStore() as store:
        store.prepare(list(index.media.values()), progress)
        with transaction.atomic():
            contestants = save_contestants(folder.models, is_update=is_update, report=report)
            by_id = {row.model_id: contestants[row.slug] for row in folder.models}
            for modality in index.modalities:
                part = _Part(folder, index, modality, by_id, report, progress)
                part.write(arena_slug, is_update=is_update, store=store)
            renew_statistics()
    _describe(report, folder, index)
    return report


class _Part:
    """What of a folder goes into the arena of one modality."""

    def __init__(
        self,
        folder: ArenaFolder,
        index: FolderIndex,
        modality: Modality,
        contestants: dict[str, Contestant],
        report: ImportReport,
        progress: Progress,
    ) -> None:
        self._folder, self._index, self._modality = folder, index, modality
        self._contestants, self._report, self._progress = contestants, report, progress
        self._is_only = len(index.modalities) == 1

    def write(self, arena_slug: str, *, is_update: bool, store: MediaStore) -> None:
        slug = arena_slug if self._is_only else f"{arena_slug}-{self._modality}"
        arena = open_arena(slug, modality=self._modality, source=SOURCE, report=self._report)
        enter_contestants(arena, self._statuses(), self._report)
        prompts = save_prompts(arena, self._prompts(), source=SOURCE, is_update=is_update, report=self._report)
        self._progress(f"{slug}: storing outputs")
        rows = (row for row in self._folder.outputs() if self._belongs(row.prompt_key, row.model_id))
        save_outputs(
            (row for row in rows if self._index.is_first(row)),
            prompts=prompts,
            contestants=self._contestants,
            store=store,
            report=self._report,
        )
        votes = self._index.votes.get(self._modality, [])
        catalog = VoteCatalog(arena, SOURCE, self._slugs(), self._report)
        writer = VoteWriter(arena, SOURCE, catalog, self._report, refuse_all)
        for start in range(0, len(votes), BATCH):
            writer.write(votes[start : start + BATCH])
            self._progress(f"{slug}: {min(start + BATCH, len(votes)):,} of {len(votes):,} votes")

    def _belongs(self, prompt_key: str, model_id: str) -> bool:
        return self._index.outputs[prompt_key, model_id].modality is self._modality

    def _statuses(self) -> dict[int, EntryStatus]:
        """Who can be shown is active; who has nothing to show is a draft."""
        n_outputs = self._index.n_outputs_of(self._modality)
        statuses = {}
        for row in self._folder.models:
            if n_outputs[row.model_id]:
                statuses[self._contestants[row.model_id].pk] = EntryStatus.ACTIVE
            elif self._is_of_this(row):
                statuses[self._contestants[row.model_id].pk] = EntryStatus.DRAFT
        return statuses

    def _prompts(self) -> list[PromptRow]:
        answered = self._index.prompts_of(self._modality)
        return [row for row in self._folder.prompts if row.key in answered or self._is_of_this(row)]

    def _is_of_this(self, row: ModelRow | PromptRow) -> bool:
        """Whether a model or prompt without outputs is meant for this arena."""
        return row.modality is self._modality or (row.modality is None and self._is_only)

    def _slugs(self) -> Slugs:
        slugs = Slugs()
        for row in self._folder.models:
            slugs.add(row.model_id, row.place)
        return slugs


def _describe(report: ImportReport, folder: ArenaFolder, index: FolderIndex) -> None:
    """How much of what could be there is there, and what was left aside."""
    n_pairs = len(folder.models) * len(folder.prompts)
    report.count("outputs", "repeated", index.n_repeated)
    report.details["outputs"] = (
        f"{len(index.outputs) / n_pairs:.1%} of {len(folder.models):,} models on {len(folder.prompts):,} prompts"
    )
    for modality in index.modalities:
        for kind, n_voters in _voters(index, modality).items():
            report.details[f"{kind} votes"] = f"of {n_voters:,} voters"
    have_outputs = {model_id for _, model_id in index.outputs}
    silent = [row.model_id for row in folder.models if row.model_id not in have_outputs]
    if silent:
        report.notes.append(f"No output of {_some(silent)}.")
    if index.misread:
        report.notes.append(
            f"Outputs that look as if they were once read in a wrong encoding: {len(index.misread):,} "
            f"({_some(list(map(str, index.misread)))})."
        )
    media = [folder.path / file for file in index.media]
    report.ignored += [*folder.ignored, *files_except(folder.path, [*folder.files, *media])]
    report.notes += folder.notes


def _voters(index: FolderIndex, modality: Modality) -> dict[str, int]:
    voters: dict[str, set[str]] = {}
    for row in index.votes.get(modality, []):
        if row.voter:
            voters.setdefault(row.voter_kind or "", set()).add(row.voter)
    return {kind: len(names) for kind, names in voters.items()}


def _some(names: list[str]) -> str:
    more = len(names) - MAX_LISTED
    return ", ".join(names[:MAX_LISTED]) + (f" and {more:,} more" if more > 0 else "")
