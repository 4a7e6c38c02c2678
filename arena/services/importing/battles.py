"""How does an imported vote become a voted battle? With both answers, the vote and its place in the outbox, in bulk.

Nobody drew these pairs here, so they have no nonce, commitment or probability, and a time only if the file has one.
Next file to read: services/ledger.py, which takes the votes from the outbox.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from arena.domain.battle_state import BattleState, Branch, Side, UnrankedReason
from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle, PendingVote, Response, Vote
from arena.services.importing.catalog import BATCH
from arena.services.importing.files.places import Refuse
from arena.services.importing.report import ImportReport
from arena.services.importing.vote_catalog import Answer, Pair, VoteCatalog
from arena.services.importing.vote_rows import VoteRow

Said = Sequence[str | None]  # both slugs, outcome, kind, voter, prompt key


class VoteWriter:
    """Writes votes of one source into one arena, those that are there already excepted."""

    def __init__(self, arena: Arena, source: str, catalog: VoteCatalog, report: ImportReport, refuse: Refuse) -> None:
        self._arena, self._source, self._catalog = arena, source, catalog
        self._report, self._refuse = report, refuse

    def write(self, rows: Sequence[VoteRow]) -> None:
        """One batch of votes; BATCH rows are a good size."""
        rows = self._not_yet_imported(rows)
        if not rows:
            return
        contestants = self._catalog.contestants(rows)
        prompts = self._catalog.prompts(rows)
        answers = self._catalog.answers(rows, prompts, contestants)
        voters = self._catalog.voters(rows)
        battles = [
            self._battle(row, pair, prompt_id, voter_id)
            for row, pair, prompt_id, voter_id in zip(rows, contestants, prompts, voters, strict=True)
        ]
        Battle.objects.bulk_create(battles, batch_size=BATCH)
        Response.objects.bulk_create(_responses(battles, rows, answers), batch_size=BATCH)
        votes = Vote.objects.bulk_create(map(self._vote, battles, rows), batch_size=BATCH)
        PendingVote.objects.bulk_create((PendingVote(vote=vote, arena=self._arena) for vote in votes), batch_size=BATCH)
        for row in rows:
            self._report.count(f"{_kind(row)} votes", "new")

    def _not_yet_imported(self, rows: Sequence[VoteRow]) -> list[VoteRow]:
        """Refuses a row whose key is known with another content: the file is not the one imported before."""
        known = self._known([row.key for row in rows])
        new = []
        for row in rows:
            if row.key not in known:
                new.append(row)
            elif _is_same(known[row.key], self._said(row)):
                self._report.count(f"{_kind(row)} votes", "unchanged")
            else:
                self._refuse(row.place.fault(f"vote {row.key!r} was imported before and said something else"))
        return new

    def _known(self, keys: Sequence[str]) -> dict[str | None, Said]:
        rows = Battle.objects.filter(arena=self._arena, import_key__in=keys).values_list(
            "import_key",
            "contestant_a__slug",
            "contestant_b__slug",
            "vote__outcome",
            "vote__voter_kind",
            "voter__label",
            "prompt__key",
        )
        return {key: said for key, *said in rows}

    def _said(self, row: VoteRow) -> Said:
        slugs = [self._catalog.slug(row, model) for model in (row.model_a, row.model_b)]
        return (*slugs, row.outcome.site_label, _kind(row), row.voter, row.prompt_key)

    def _battle(self, row: VoteRow, pair: Pair, prompt_id: int, voter_id: UUID | None) -> Battle:
        return Battle(
            arena=self._arena,
            prompt_id=prompt_id,
            contestant_a_id=pair[0],
            contestant_b_id=pair[1],
            voter_id=voter_id,
            state=BattleState.VOTED,
            unranked_reason="" if row.is_blind else UnrankedReason.NOT_BLIND,
            branch=Branch.IMPORT,
            import_key=row.key,
            created_at=row.at,
        )

    def _vote(self, battle: Battle, row: VoteRow) -> Vote:
        return Vote(
            battle=battle,
            outcome=row.outcome.site_label,
            voter_kind=_kind(row),
            source=self._source,
            is_ranked=row.is_blind,
            created_at=row.at,
        )


def _responses(
    battles: Sequence[Battle], rows: Sequence[VoteRow], answers: Sequence[tuple[Answer, Answer]]
) -> Iterator[Response]:
    for battle, row, pair in zip(battles, rows, answers, strict=True):
        for side, answer in zip(Side, pair, strict=True):
            if row.turns or answer.is_known:
                yield Response(battle=battle, side=side, output_id=answer.output_id, text=answer.text, is_done=True)
        for number, turn in enumerate(row.turns[1:], start=2):
            for side, text in zip(Side, (turn.a, turn.b), strict=True):
                yield Response(battle=battle, side=side, turn=number, prompt_text=turn.prompt, text=text, is_done=True)


def _is_same(stored: Said, said: Said) -> bool:
    """A voter may have been erased since, and a file without prompt keys does not say which prompt it was."""
    *stored_facts, stored_voter, stored_prompt = stored
    *said_facts, said_voter, said_prompt = said
    return stored_facts == said_facts and stored_voter in (None, said_voter) and said_prompt in (None, stored_prompt)


def _kind(row: VoteRow) -> VoterKind:
    return row.voter_kind or VoterKind.HUMAN
