"""The site's own format: models.jsonl, prompts.jsonl, outputs.jsonl, and perhaps votes (CONTRACT.md, section 4)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from arena.domain.metadata import VoterKind
from arena.services.importing.catalog import OutputRow, PromptRow
from arena.services.importing.contestants import read_modality, read_model
from arena.services.importing.files.readers import read_records
from arena.services.importing.files.records import MAX_ID_LENGTH, Record
from arena.services.importing.folders.base import (
    ArenaFolder,
    check_folder,
    find_file,
    need_file,
    read_category,
    read_language,
    read_prompt_text,
    read_unique,
)
from arena.services.importing.slugs import Slugs
from arena.services.importing.vote_formats.plain import PLAIN, read_plain
from arena.services.importing.vote_rows import VoteRow, vote_key
from ratings.errors import InvalidVotes
from ratings.outcomes import parse_public

MODELS, PROMPTS, OUTPUTS = "models.jsonl", "prompts.jsonl", "outputs.jsonl"
VOTES = {"votes.csv": VoterKind.HUMAN, "judge_votes.csv": VoterKind.JUDGE}
GOLD_CHECKS = "gold_checks.jsonl"
MAX_FILE_NAME_LENGTH = 1_000


def read_fairground(path: Path) -> ArenaFolder:
    """Raises ImportFault for what is wrong with models, prompts and practice pairs; the rest is read later."""
    check_folder(path)
    models_file, prompts_file, outputs_file = (need_file(path, name) for name in (MODELS, PROMPTS, OUTPUTS))
    vote_files = {name: file for name in VOTES if (file := find_file(path, name))}
    gold_file = find_file(path, GOLD_CHECKS)
    slugs = Slugs()
    models = [read_model(record, slugs) for record in read_unique(read_records(models_file, MODELS), "model_id")]
    prompts = [_prompt(record) for record in read_unique(read_records(prompts_file, PROMPTS), "prompt_id")]
    files = [models_file, prompts_file, outputs_file, *vote_files.values()]
    ignored = []
    if gold_file:
        files.append(gold_file)
        n_checks = _check_gold(gold_file, {row.model_id for row in models}, {row.key for row in prompts})
        ignored.append(f"{GOLD_CHECKS} ({n_checks} practice pairs, checked; the site has no use for them yet)")
    return ArenaFolder(
        path=path,
        files=files,
        models=models,
        prompts=prompts,
        outputs=lambda: _outputs(path, outputs_file),
        votes=lambda: (row for name, file in vote_files.items() for row in _votes(file, name)),
        ignored=ignored,
    )


def _prompt(record: Record) -> PromptRow:
    return PromptRow(
        place=record.place,
        key=record.identifier("prompt_id"),
        text=read_prompt_text(record, "text"),
        category=read_category(record),
        language=read_language(record),
        public_since=record.day("public_since"),
        modality=read_modality(record),
    )


def _outputs(folder: Path, file: Path) -> Iterator[OutputRow]:
    return (_output(record, folder) for record in read_records(file, OUTPUTS))


def _output(record: Record, folder: Path) -> OutputRow:
    file = record.line("file", MAX_FILE_NAME_LENGTH)
    if bool(file) == (record.values.get("text") is not None):
        raise record.place.fault("one of text and file is needed" if not file else "text and file: only one is taken")
    return OutputRow(
        place=record.place,
        prompt_key=record.identifier("prompt_id"),
        model_id=record.identifier("model_id"),
        text="" if file else record.text("text"),
        file=file,
        folder=folder if file else None,
        media_type=record.line("media_type", MAX_ID_LENGTH),
        said_sha256=record.line("sha256", MAX_ID_LENGTH),
        width=_whole(record, "width"),
        height=_whole(record, "height"),
        duration_s=record.number("duration_s", above=0),
        latency_ms=record.number(record.first_of(("latency_ms", "duration_ms")) or "latency_ms"),
    )


def _whole(record: Record, field: str) -> int | None:
    number = record.number(field, above=0)
    if number is not None and number != int(number):
        raise record.wrong(field, "a whole number")
    return None if number is None else int(number)


def _votes(file: Path, name: str) -> Iterator[VoteRow]:
    for record in read_records(file, name, required=(*PLAIN.required, "prompt_id")):
        row = read_plain(record)
        if row is not None:
            key = vote_key(name, row.key or record.place.number)
            yield replace(row, key=key, voter_kind=VOTES[name], prompt_key=record.identifier("prompt_id"))


def _check_gold(file: Path, model_ids: set[str], prompt_keys: set[str]) -> int:
    """How many practice pairs there are. Raises ImportFault for one that cannot be what it says."""
    n_checks = 0
    for record in read_records(file, GOLD_CHECKS):
        n_checks += 1
        a, b = record.identifier("model_a"), record.identifier("model_b")
        if unknown := {a, b} - model_ids:
            raise record.place.fault(f"model {min(unknown)!r} is not in {MODELS}")
        if record.identifier("prompt_id") not in prompt_keys:
            raise record.place.fault(f"prompt {record.identifier('prompt_id')!r} is not in {PROMPTS}")
        try:
            parse_public(record.identifier("expected_winner"))
        except InvalidVotes as error:
            raise record.place.fault(f"expected_winner: {error}") from None
    return n_checks
