"""Which contestants, prompts, outputs and voters are the votes of a file about? Found, or made where they are new.

Next file to read: battles.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from arena.domain.metadata import EntryStatus, VoterKind
from arena.models import Arena, Contestant, Output, Prompt, Voter
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.importing.catalog import BATCH, enter_contestants
from arena.services.importing.report import ImportReport
from arena.services.importing.slugs import Slugs
from arena.services.importing.vote_rows import VoteRow, prompt_key_of

UNKNOWN_PROMPT = "unknown-prompt"
Pair = tuple[int, int]  # ids: of both sides of a battle, or of a prompt and a contestant
VoterKey = tuple[str, str | None]  # kind and label


@dataclass(frozen=True)
class Answer:
    """A first answer: the stored output, or the text that this battle alone has; neither where nobody published it."""

    output_id: int | None
    text: str

    @property
    def is_known(self) -> bool:
        return self.output_id is not None or bool(self.text)


class VoteCatalog:
    """What votes of one import refer to in one arena. Ask batch by batch: every answer costs a few queries a batch."""

    def __init__(self, arena: Arena, source: str, slugs: Slugs, report: ImportReport) -> None:
        self._arena, self._source, self._slugs, self._report = arena, source, slugs, report
        self._contestants: dict[str, int] = {}
        self._voters: dict[VoterKey, UUID] = {}
        self._prompts: dict[str | bytes, int] = {}
        # Where a text is there twice, the prompt of the pool is meant.
        prompts = arena.prompts.order_by("-is_in_pool", "id").values_list("pk", "key", "text")
        for prompt_id, key, text in prompts.iterator(BATCH):
            self._know_prompt(prompt_id, key, text)

    def slug(self, row: VoteRow, model: str) -> str:
        return self._slugs.add(model, row.place)

    def contestants(self, rows: Sequence[VoteRow]) -> list[Pair]:
        """Ids of both sides of each row. Unknown models become contestants that are retired from the start."""
        names = {self.slug(row, model): model for row in rows for model in (row.model_a, row.model_b)}
        missing = {slug: name for slug, name in names.items() if slug not in self._contestants}
        if missing:
            self._find_contestants(missing)
        return [
            (self._contestants[self.slug(row, row.model_a)], self._contestants[self.slug(row, row.model_b)])
            for row in rows
        ]

    def prompts(self, rows: Sequence[VoteRow]) -> list[int]:
        """Id of the prompt of each row: by its key, else by its text, else the one that stands for the unknown."""
        new: dict[str, Prompt] = {}
        for row in rows:
            if _prompt_handle(row) not in self._prompts:
                prompt = self._new_prompt(row)
                new.setdefault(prompt.key, prompt)
        for prompt in Prompt.objects.bulk_create(new.values()):
            self._know_prompt(prompt.pk, prompt.key, prompt.text)
        self._report.count("prompts", "new", len(new))
        return [self._prompts[_prompt_handle(row)] for row in rows]

    def answers(
        self, rows: Sequence[VoteRow], prompts: Sequence[int], contestants: Sequence[Pair]
    ) -> list[tuple[Answer, Answer]]:
        """The first answers of each row. The first text of a contestant on a prompt becomes its stored output."""
        stored: dict[Pair, Output] = {
            (output.prompt_id, output.contestant_id): output
            for output in Output.objects.filter(
                prompt__in=set(prompts), contestant__in={side for pair in contestants for side in pair}
            )
        }
        new: list[Output] = []
        for row, prompt_id, (a, b) in zip(rows, prompts, contestants, strict=True):
            for side, text in ((a, row.turns[0].a), (b, row.turns[0].b)) if row.turns else ():
                if (prompt_id, side) not in stored:
                    output = Output(prompt_id=prompt_id, contestant_id=side, text=text)
                    stored[prompt_id, side] = output
                    new.append(output)
        Output.objects.bulk_create(new, batch_size=BATCH)
        self._report.count("outputs", "new", len(new))
        answers = []
        for row, prompt_id, (a, b) in zip(rows, prompts, contestants, strict=True):
            texts = (row.turns[0].a, row.turns[0].b) if row.turns else (None, None)
            answers.append(
                (_answer(stored.get((prompt_id, a)), texts[0]), _answer(stored.get((prompt_id, b)), texts[1]))
            )
        return answers

    def voters(self, rows: Sequence[VoteRow]) -> list[UUID | None]:
        """Id of the voter of each row; None where the file does not say who it was."""
        keys: list[VoterKey | None] = [
            (row.voter_kind or VoterKind.HUMAN, row.voter) if row.voter else None for row in rows
        ]
        missing = {key for key in keys if key and key not in self._voters}
        if missing:
            self._find_voters(missing)
        return [self._voters[key] if key else None for key in keys]

    def _find_contestants(self, names: dict[str, str]) -> None:
        known = Contestant.objects.in_bulk(names, field_name="slug")
        new = [Contestant(slug=slug, name=name[:MAX_NAME_LENGTH]) for slug, name in names.items() if slug not in known]
        Contestant.objects.bulk_create(new)
        self._report.count("models", "new", len(new))
        found = [*known.values(), *new]
        enter_contestants(self._arena, {contestant.pk: EntryStatus.RETIRED for contestant in found}, self._report)
        self._contestants |= {contestant.slug: contestant.pk for contestant in found}

    def _know_prompt(self, prompt_id: int, key: str, text: str) -> None:
        self._prompts[key] = prompt_id
        self._prompts.setdefault(_digest(text), prompt_id)

    def _new_prompt(self, row: VoteRow) -> Prompt:
        """Outside the pool: it was one voter's, or nobody knows what it said."""
        text = row.turns[0].prompt if row.turns else ""
        return Prompt(
            arena=self._arena,
            key=row.prompt_key or (prompt_key_of(text) if row.turns else UNKNOWN_PROMPT),
            text=text,
            category=row.category,
            language=row.language,
            source=self._source,
        )

    def _find_voters(self, missing: set[VoterKey]) -> None:
        origin = f"import:{self._arena.slug}"
        known = Voter.objects.filter(origin=origin, label__in={label for _, label in missing})
        self._voters |= {(voter.kind, voter.label): voter.pk for voter in known}
        new = Voter.objects.bulk_create(
            [
                Voter(kind=kind, origin=origin, label=label)
                for kind, label in sorted(missing, key=str)
                if (kind, label) not in self._voters
            ]
        )
        self._voters |= {(voter.kind, voter.label): voter.pk for voter in new}


def _prompt_handle(row: VoteRow) -> str | bytes:
    """What the prompt of a row is found by: a key, or the digest of a text."""
    if row.prompt_key:
        return row.prompt_key
    return _digest(row.turns[0].prompt) if row.turns else UNKNOWN_PROMPT


def _answer(output: Output | None, text: str | None) -> Answer:
    """text : of this battle, None where its file has none."""
    if output is not None and text in (None, output.text):
        return Answer(output.pk, "")
    return Answer(None, text or "")


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
