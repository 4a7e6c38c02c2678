"""How do an import's arena, entries, prompts and outputs come into the catalogue? New ones are made, stored texts stay.

Votes stand on stored texts, so these never change: another text under a known name is a fault.
Next file to read: folder_import.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError

from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.domain.modality import Modality
from arena.models import Arena, Contestant, Entry, Ledger, Output, Prompt
from arena.models.votes import LIVE
from arena.services.catalog import save_arena, set_entry_status
from arena.services.importing.files.places import Place
from arena.services.importing.media import Media, MediaStore, read_media
from arena.services.importing.report import ImportReport

BATCH = 1_000
THINGS = {Modality.TEXT: "answer", Modality.IMAGE: "image", Modality.AUDIO: "recording", Modality.VIDEO: "video"}


@dataclass(frozen=True, kw_only=True)
class PromptRow:
    """has_own_key : false where the key was made from the text, so that the text decides which prompt it is."""

    place: Place
    key: str
    text: str
    category: str = ""
    language: str = ""
    public_since: date | None = None
    modality: Modality | None = None
    has_own_key: bool = True


@dataclass(frozen=True, kw_only=True)
class OutputRow:
    """text, or the name of a file in the folder of the import."""

    place: Place
    prompt_key: str
    model_id: str
    text: str = ""
    file: str = ""
    folder: Path | None = None
    media_type: str = ""
    said_sha256: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    latency_ms: float | None = None

    def read_media(self) -> Media | None:
        """The file, checked; None for text. Raises ImportFault."""
        if self.folder is None:
            return None
        return read_media(self.folder, self.file, self.place, said_type=self.media_type, said_sha256=self.said_sha256)


def open_arena(slug: str, *, modality: Modality | None, source: str, report: ImportReport) -> Arena:
    """The arena, made if there is none, locked against other imports and the sequencer until the transaction ends.

    A new one counts live votes and those of this source. An old one keeps its list, and must be of the same modality.
    """
    arena = Arena.objects.filter(slug=slug).first()
    report.arenas.append(slug)
    if arena is None:
        report.count("arenas", "new")
        arena = _new_arena(slug, modality or Modality.TEXT, source)
    elif modality and arena.modality != modality:
        raise InvalidInput({"arena": [f"{slug} compares {arena.modality}, these are outputs of {modality}"]})
    elif source not in arena.counted_sources:
        report.notes.append(
            f"Votes of {source} do not count on the headline board of {slug}, which counts: "
            f"{', '.join(arena.counted_sources)}. An operator can change that list."
        )
    Ledger.objects.select_for_update().get(arena=arena)
    return arena


def _new_arena(slug: str, modality: Modality, source: str) -> Arena:
    arena = Arena(
        slug=slug,
        name=slug,
        modality=modality,
        question=f"Which {THINGS[modality]} is better?",
        counted_sources=[LIVE, source],
    )
    try:
        arena.clean_fields()
    except ValidationError as error:
        raise InvalidInput({"arena": error.messages}) from None
    save_arena(arena=arena)
    return arena


def enter_contestants(arena: Arena, statuses: Mapping[int, EntryStatus], report: ImportReport) -> None:
    """Enter the contestants (by id) that are not in the arena yet; the standing of the others is the operator's."""
    entries = arena.entries.filter(contestant__in=statuses).select_related("contestant").order_by("contestant__slug")
    entered = {entry.contestant_id: entry for entry in entries}
    resting = [
        f"{entry.contestant.slug} ({entry.status})"
        for contestant_id, entry in entered.items()
        if statuses[contestant_id] == EntryStatus.ACTIVE != entry.status
    ]
    if resting:
        report.notes.append(f"Not shown in {arena.slug} until an operator says so: {', '.join(resting)}.")
    for contestant_id, status in statuses.items():
        if contestant_id in entered:
            continue
        entry = Entry.objects.create(arena=arena, contestant_id=contestant_id)
        set_entry_status(entry_id=entry.pk, status=status, reason="came with an import")
        report.count("entries", "new")


def save_prompts(
    arena: Arena, rows: Iterable[PromptRow], *, source: str, is_update: bool, report: ImportReport
) -> dict[str, int]:
    """Ids of the prompts by the key of the row. Raises ImportFault if a known key has another text."""
    by_key = {prompt.key: prompt for prompt in arena.prompts.all()}
    by_text = {prompt.text: prompt for prompt in reversed(list(by_key.values()))}
    ids: dict[str, int] = {}
    new: list[PromptRow] = []
    for row in rows:
        stored = by_key.get(row.key) or (None if row.has_own_key else by_text.get(row.text))
        if stored is None:
            new.append(row)
            continue
        if stored.text != row.text:
            raise row.place.fault(f"prompt {row.key!r} has another text in {arena.slug}; stored prompts never change")
        ids[row.key] = stored.pk
        _merge(stored, row, is_update, report)
    made = Prompt.objects.bulk_create(
        [
            Prompt(
                arena=arena,
                key=row.key,
                text=row.text,
                category=row.category,
                language=row.language,
                public_since=row.public_since,
                source=source,
                is_in_pool=True,
            )
            for row in new
        ],
        batch_size=BATCH,
    )
    report.count("prompts", "new", len(made))
    return ids | {prompt.key: prompt.pk for prompt in made}


def _merge(prompt: Prompt, row: PromptRow, is_update: bool, report: ImportReport) -> None:
    changed = []
    for field in ("category", "language", "public_since"):
        stored, said = getattr(prompt, field), getattr(row, field)
        if not said or stored == said:
            continue
        if stored and not is_update:
            report.differ(f"prompt {prompt.key}: {field} is {stored} here, {said} in {row.place}")
            continue
        setattr(prompt, field, said)
        changed.append(field)
    if not prompt.is_in_pool:
        prompt.is_in_pool = True
        changed.append("is_in_pool")
    if changed:
        prompt.rules_version = 0  # so that services/labels.py keeps what this file says
        prompt.save(update_fields=[*changed, "rules_version"])
    report.count("prompts", "changed" if changed else "unchanged")


def save_outputs(
    rows: Iterable[OutputRow],
    *,
    prompts: Mapping[str, int],
    contestants: Mapping[str, Contestant],
    store: MediaStore,
    report: ImportReport,
) -> None:
    """Store what is new. contestants : by model id. Raises ImportFault if an output is stored with other content."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        places = [(prompts[row.prompt_key], contestants[row.model_id].pk) for row in batch]
        stored = {
            (prompt_id, contestant_id): digest or sha256(text.encode()).hexdigest()
            for prompt_id, contestant_id, text, digest in Output.objects.filter(
                prompt__in={prompt for prompt, _ in places}, contestant__in={contestant for _, contestant in places}
            ).values_list("prompt_id", "contestant_id", "text", "sha256")
        }
        new = []
        for row, place in zip(batch, places, strict=True):
            media = row.read_media()
            digest = media.sha256 if media else sha256(row.text.encode()).hexdigest()
            if place not in stored:
                new.append(_output(row, place, media, store))
            elif stored[place] != digest:
                raise row.place.fault(
                    f"model {row.model_id!r} has another output on prompt {row.prompt_key!r} here; "
                    "stored outputs never change"
                )
        Output.objects.bulk_create(new, batch_size=BATCH)
        report.count("outputs", "new", len(new))
        report.count("outputs", "unchanged", len(batch) - len(new))


def _output(row: OutputRow, place: tuple[int, int], media: Media | None, store: MediaStore) -> Output:
    """What was measured of a file wins over what its row says; its digest is that of the file as it came."""
    prompt_id, contestant_id = place
    if media is None:
        return Output(prompt_id=prompt_id, contestant_id=contestant_id, text=row.text, latency_ms=row.latency_ms)
    stored = store.save(media, row.place, row.file)
    return Output(
        prompt_id=prompt_id,
        contestant_id=contestant_id,
        file=stored.name,
        media_type=stored.media_type,
        width=stored.width or row.width,
        height=stored.height or row.height,
        duration_s=stored.duration_s or row.duration_s,
        latency_ms=row.latency_ms,
        sha256=media.sha256,
    )
