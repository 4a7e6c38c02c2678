"""A small invented arena folder, and what every import test asks of the database."""

import csv
import json
from pathlib import Path
from typing import Any

from django.apps import apps

from arena.services.importing import ImportReport, import_arena, import_votes

Rows = list[dict[str, Any]]

MODELS: Rows = [
    {"model_id": "zaffre-1", "name": "Zaffre 1", "organisation": "Quux Labs", "params_b": 7, "precision": "8bit"},
    {"model_id": "Ocher/2", "openness": "api-only", "training_type": None},
]
PROMPTS: Rows = [
    {"prompt_id": "sky", "text": "Why is the sky blue?", "category": "Science", "language": "en"},
    {"prompt_id": "sea", "text": "Why is the sea salty?"},
]
OUTPUTS: Rows = [
    {"prompt_id": prompt, "model_id": model, "text": f"{model} on {prompt}"}
    for prompt in ("sky", "sea")
    for model in ("zaffre-1", "Ocher/2")
]
VOTES: Rows = [
    {"vote_id": 1, "prompt_id": "sky", "model_a": "zaffre-1", "model_b": "Ocher/2", "winner": "model_a", "voter": "u1"},
    {
        "vote_id": 2,
        "prompt_id": "sea",
        "model_a": "Ocher/2",
        "model_b": "zaffre-1",
        "winner": "both_bad",
        "voter": "u2",
    },
    {"vote_id": 3, "prompt_id": "sea", "model_a": "Ocher/2", "model_b": "zaffre-1", "winner": "tie", "voter": ""},
]


def write_lines(path: Path, rows: Rows) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def write_csv(path: Path, rows: Rows) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def make_folder(
    path: Path, *, models: Rows = MODELS, prompts: Rows = PROMPTS, outputs: Rows = OUTPUTS, votes: Rows = VOTES
) -> Path:
    path.mkdir(exist_ok=True)
    write_lines(path / "models.jsonl", models)
    write_lines(path / "prompts.jsonl", prompts)
    write_lines(path / "outputs.jsonl", outputs)
    if votes:
        write_csv(path / "votes.csv", votes)
    return path


def run_import(path: Path, arena: str = "colours", folder_format: str = "fairground", **options: Any) -> ImportReport:
    options = {"progress": lambda sentence: None} | options
    return import_arena(path=path, arena_slug=arena, folder_format=folder_format, **options)


def run_votes(path: Path, vote_format: str = "csv", arena: str = "colours", **options: Any) -> ImportReport:
    options = {"progress": lambda sentence: None} | options
    return import_votes(path=path, arena_slug=arena, vote_format=vote_format, **options)


def rows_of_everything() -> dict[str, list[tuple]]:
    """Every row of every table of the arena, so that two moments can be compared."""
    return {
        model.__name__: [tuple(map(bytes_of, row)) for row in model.objects.order_by("pk").values_list()]
        for model in apps.get_app_config("arena").get_models()
    }


def bytes_of(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
