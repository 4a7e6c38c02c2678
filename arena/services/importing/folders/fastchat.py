"""FastChat's MT-bench: question.jsonl and model_answer/MODEL.jsonl, or files with these words in their names.

A stored output is one answer to one prompt, so the first turn of each question is taken.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from arena.domain.errors import ImportFault
from arena.services.importing.catalog import OutputRow, PromptRow
from arena.services.importing.contestants import ModelRow
from arena.services.importing.files.places import Place
from arena.services.importing.files.readers import read_records
from arena.services.importing.files.records import Record, storable
from arena.services.importing.folders.base import (
    ArenaFolder,
    check_answer,
    check_folder,
    read_category,
    read_unique,
)
from arena.services.importing.media import inside
from arena.services.importing.slugs import Slugs

QUESTIONS = ("question.jsonl", "question.jsonl.gz", "*question*.jsonl", "*question*.jsonl.gz")
ANSWERS = ("model_answer/*.jsonl", "model_answer/*.jsonl.gz", "*model_answer*.jsonl", "*model_answer*.jsonl.gz")
LONGER = "Only first turns were taken; {n} questions go on after that."


def read_fastchat(path: Path) -> ArenaFolder:
    check_folder(path)
    questions, answers = find_files(path, QUESTIONS)[:1], find_files(path, ANSWERS)
    for files, names in ((questions, QUESTIONS), (answers, ANSWERS)):
        if not files:
            raise ImportFault(str(path), None, f"holds neither {names[0]} nor {names[2]}")
    records = list(read_unique(read_records(questions[0], _name(path, questions[0])), "question_id"))
    n_longer = sum(len(record.items("turns")) > 1 for record in records)
    return ArenaFolder(
        path=path,
        files=[*questions, *answers],
        models=models_of(_answers(path, answers)),
        prompts=[_prompt(record) for record in records],
        outputs=lambda: _answers(path, answers),
        notes=[LONGER.format(n=n_longer)] if n_longer else [],
    )


def find_files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    """The files of the first pattern that finds any, in order of their names; none may be a link out of the folder."""
    for pattern in patterns:
        found = sorted(path.relative_to(folder) for path in folder.glob(pattern) if not path.is_dir())
        if found:
            return [inside(folder, name.as_posix(), Place(name.as_posix(), 1)) for name in found]
    return []


def models_of(outputs: Iterable[OutputRow]) -> list[ModelRow]:
    """The models that answered; nothing else is known of them."""
    slugs, models = Slugs(), {}
    for row in outputs:
        if row.model_id not in models:
            slug = slugs.add(row.model_id, row.place)
            models[row.model_id] = ModelRow(place=row.place, model_id=row.model_id, slug=slug, facts={})
    return list(models.values())


def _name(folder: Path, file: Path) -> str:
    return file.relative_to(folder.resolve()).as_posix()


def _prompt(record: Record) -> PromptRow:
    turns = record.items("turns")
    if not turns or not isinstance(turns[0], str) or not turns[0].strip():
        raise record.place.fault("turns holds no first question")
    return PromptRow(
        place=record.place,
        key=record.identifier("question_id"),
        text=storable(check_answer(turns[0], record.place)),
        category=read_category(record),
    )


def _answers(folder: Path, files: Iterable[Path]) -> Iterator[OutputRow]:
    for file in files:
        for record in read_records(file, _name(folder, file)):
            yield OutputRow(
                place=record.place,
                prompt_key=record.identifier("question_id"),
                model_id=record.identifier("model_id"),
                text=storable(check_answer(_first_turn(record), record.place)),
            )


def _first_turn(record: Record) -> object:
    """Of the first choice: further ones are other tries at the same question."""
    choices = record.items("choices")
    turns = choices[0].get("turns") if choices and isinstance(choices[0], dict) else None
    return turns[0] if isinstance(turns, list) and turns else None
