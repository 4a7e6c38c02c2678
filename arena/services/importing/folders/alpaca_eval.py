"""AlpacaEval's model outputs: JSON files of instruction, output and generator; prompts are known by their text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from arena.domain.errors import ImportFault
from arena.services.importing.catalog import OutputRow, PromptRow
from arena.services.importing.files.readers import read_records
from arena.services.importing.files.records import Record
from arena.services.importing.folders.base import ArenaFolder, check_folder, read_prompt_text
from arena.services.importing.folders.fastchat import find_files, models_of
from arena.services.importing.vote_rows import prompt_key_of

OUTPUTS = ("**/*model_outputs*.json", "**/*model_outputs*.json.gz", "*.json", "*.json.gz")


def read_alpaca_eval(path: Path) -> ArenaFolder:
    check_folder(path)
    files = find_files(path, OUTPUTS)
    if not files:
        raise ImportFault(str(path), None, "holds no model_outputs.json and no other JSON file")
    prompts = {
        key: PromptRow(place=record.place, key=key, text=text, has_own_key=False)
        for record, key, text in _records(path, files)
    }
    return ArenaFolder(
        path=path,
        files=files,
        models=models_of(_outputs(path, files)),
        prompts=list(prompts.values()),
        outputs=lambda: _outputs(path, files),
    )


def _records(folder: Path, files: Iterable[Path]) -> Iterator[tuple[Record, str, str]]:
    for file in files:
        for record in read_records(file, file.relative_to(folder.resolve()).as_posix()):
            text = read_prompt_text(record, "instruction")
            yield record, prompt_key_of(text), text


def _outputs(folder: Path, files: Iterable[Path]) -> Iterator[OutputRow]:
    for record, key, _ in _records(folder, files):
        yield OutputRow(
            place=record.place,
            prompt_key=key,
            model_id=record.identifier("generator"),
            text=record.text("output"),
        )
