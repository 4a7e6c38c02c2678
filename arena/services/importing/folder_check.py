"""Does everything in a folder fit together? Every output and vote is read once before anything is written.

Next file to read: folder_import.py.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from arena.domain.errors import ImportFault
from arena.domain.modality import Modality
from arena.services.importing.catalog import OutputRow
from arena.services.importing.files.places import Place
from arena.services.importing.folders import ArenaFolder
from arena.services.importing.media import MediaSource
from arena.services.importing.vote_rows import VoteRow

MISREAD_SIGNS = ("Ã", "â€", "Â ")


@dataclass(frozen=True)
class SeenOutput:
    place: Place
    modality: Modality
    digest: str


@dataclass
class FolderIndex:
    """What the outputs and votes of a folder are, without their texts.

    outputs : by prompt key and model id.   media : by file.   votes : by the modality of the outputs they compare.
    """

    outputs: dict[tuple[str, str], SeenOutput] = field(default_factory=dict)
    n_repeated: int = 0
    misread: list[Place] = field(default_factory=list)
    votes: dict[Modality, list[VoteRow]] = field(default_factory=dict)
    media: dict[str, MediaSource] = field(default_factory=dict)

    @property
    def modalities(self) -> list[Modality]:
        present = {seen.modality for seen in self.outputs.values()}
        return [modality for modality in Modality if modality in present]

    def is_first(self, row: OutputRow) -> bool:
        """Whether it is the output that counts; later rows of the same pair say the same."""
        return self.outputs[row.prompt_key, row.model_id].place == row.place

    def n_outputs_of(self, modality: Modality) -> Counter[str]:
        """By model id."""
        return Counter(model_id for (_, model_id), seen in self.outputs.items() if seen.modality is modality)

    def prompts_of(self, modality: Modality) -> set[str]:
        return {key for (key, _), seen in self.outputs.items() if seen.modality is modality}


def check_whole_folder(folder: ArenaFolder) -> FolderIndex:
    """Raises ImportFault for the first row that is wrong by itself or does not fit the others."""
    index = FolderIndex()
    models, prompts = {row.model_id for row in folder.models}, {row.key for row in folder.prompts}
    for row in folder.outputs():
        _need("model", row.model_id, models, row.place)
        _need("prompt", row.prompt_key, prompts, row.place)
        _add_output(index, row)
    if not index.outputs:
        raise ImportFault(str(folder.path), None, "holds no outputs")
    check_votes(folder.votes(), models, prompts, index)
    return index


def check_votes(rows: Iterable[VoteRow], models: set[str], prompts: set[str], index: FolderIndex) -> None:
    first: dict[str, Place] = {}
    for row in rows:
        for model in (row.model_a, row.model_b):
            _need("model", model, models, row.place)
        _need("prompt", row.prompt_key or "", prompts, row.place)
        check_vote(row, first)
        sides = [_output_of(index, row, model) for model in (row.model_a, row.model_b)]
        if sides[0].modality is not sides[1].modality:
            raise row.place.fault(f"compares {sides[0].modality} with {sides[1].modality}")
        index.votes.setdefault(sides[0].modality, []).append(row)


def check_vote(row: VoteRow, first: dict[str, Place]) -> None:
    """What holds for votes of every format. first : places of the votes so far by key; this one is added."""
    if row.model_a == row.model_b:
        raise row.place.fault(f"{row.model_a!r} against itself")
    if row.key in first:
        raise row.place.fault(f"this vote was in {first[row.key]} already")
    first[row.key] = row.place


def _need(what: str, name: str, known: set[str], place: Place) -> None:
    if name not in known:
        raise place.fault(f"{what} {name!r} is not among the {what}s of the folder")


def _add_output(index: FolderIndex, row: OutputRow) -> None:
    media = row.read_media()
    modality = media.type.modality if media else Modality.TEXT
    digest = media.sha256 if media else sha256(row.text.encode()).hexdigest()
    if media:
        index.media[row.file] = MediaSource(row.folder or Path(), row.file, row.place, media.sha256)
    elif any(sign in row.text for sign in MISREAD_SIGNS) and _is_misread(row.text):
        index.misread.append(row.place)
    seen = index.outputs.setdefault((row.prompt_key, row.model_id), SeenOutput(row.place, modality, digest))
    if seen.place == row.place:
        return
    if seen.digest != digest:
        raise row.place.fault(
            f"another output of model {row.model_id!r} on prompt {row.prompt_key!r} is in {seen.place}; "
            "one is taken for each pair"
        )
    index.n_repeated += 1


def _output_of(index: FolderIndex, row: VoteRow, model: str) -> SeenOutput:
    seen = index.outputs.get((row.prompt_key or "", model))
    if seen is None:
        raise row.place.fault(f"model {model!r} has no output on prompt {row.prompt_key!r}")
    return seen


def _is_misread(text: str) -> bool:
    """Whether UTF-8 was once read as Windows-1252 and saved so: the text that was meant can be won back."""
    try:
        return text.encode("cp1252").decode() != text
    except UnicodeError:
        return False
