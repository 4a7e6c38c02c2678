"""What does the database really hold? Read with plain SQL, past everything that the site believes of itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from tests.databases import POSTGRESQL


@dataclass(frozen=True)
class BookedVote:
    """A vote as it stands in the books: what it says, and how often it was counted."""

    outcome: str
    n_entries: int


class Books:
    """The tables of a site."""

    def __init__(self, vendor: str, place: str) -> None:
        self.vendor, self.place = vendor, place

    def votes(self, arena: str) -> dict[UUID, list[BookedVote]]:
        """All votes of an arena by battle; more than one of a battle would be a fault."""
        rows = self.select(
            "SELECT v.battle_id, v.outcome,"
            " (SELECT count(*) FROM arena_ledgerentry e WHERE e.vote_id = v.id)"
            " FROM arena_vote v JOIN arena_battle b ON b.id = v.battle_id"
            f" JOIN arena_arena a ON a.id = b.arena_id WHERE a.slug = '{arena}'"
        )
        votes: dict[UUID, list[BookedVote]] = {}
        for battle_id, outcome, n_entries in rows:
            votes.setdefault(UUID(str(battle_id)), []).append(BookedVote(outcome, n_entries))
        return votes

    def n_pending(self) -> int:
        return self.select("SELECT count(*) FROM arena_pendingvote")[0][0]

    def n_counted(self, arena: str) -> int:
        """Votes of people in the tallies of which ratings are made."""
        rows = self.select(
            "SELECT COALESCE(sum(wins_a + wins_b + ties + both_bads), 0) FROM arena_paircount c"
            f" JOIN arena_arena a ON a.id = c.arena_id WHERE a.slug = '{arena}' AND c.voter_kind = 'human'"
        )
        return int(rows[0][0])

    def heads(self) -> list[tuple]:
        """Size and root of each ledger."""
        rows = self.select("SELECT arena_id, size, root FROM arena_ledger ORDER BY arena_id")
        return [(arena_id, size, bytes(root)) for arena_id, size, root in rows]

    def arena_id(self, arena: str) -> int:
        return self.select(f"SELECT id FROM arena_arena WHERE slug = '{arena}'")[0][0]

    def snapshots(self, arena: str) -> list[tuple]:
        """(id, ledger size, rows, is current) of each whole board of people's votes, oldest first."""
        return self.select(
            "SELECT s.id, s.ledger_size, (SELECT count(*) FROM arena_snapshotrow r WHERE r.snapshot_id = s.id),"
            " (SELECT count(*) FROM arena_leaderboard l WHERE l.current_id = s.id)"
            f" FROM arena_snapshot s JOIN arena_arena a ON a.id = s.arena_id WHERE a.slug = '{arena}'"
            " AND s.voter_kind = 'human' AND s.slice_key = '' ORDER BY s.id"
        )

    def state_of(self, battle_id: UUID) -> tuple[str, str]:
        """State and reason of being void."""
        return self.select(f"SELECT state, void_reason FROM arena_battle WHERE id = '{self._id(battle_id)}'")[0]

    def age(self, battle_id: UUID) -> None:
        """Let an hour pass for a battle since its last sign of life."""
        earlier = "heartbeat_at - interval '1 hour'"
        if self.vendor != POSTGRESQL:
            earlier = "strftime('%Y-%m-%d %H:%M:%f', heartbeat_at, '-1 hour')"
        with self._connection() as connection:
            connection.execute(f"UPDATE arena_battle SET heartbeat_at = {earlier} WHERE id = '{self._id(battle_id)}'")
            connection.commit()

    def select(self, sql: str) -> list[tuple]:
        with self._connection() as connection:
            return [tuple(row) for row in connection.execute(sql).fetchall()]

    def _id(self, battle_id: UUID) -> str:
        return str(battle_id) if self.vendor == POSTGRESQL else battle_id.hex

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self.vendor == POSTGRESQL:
            with psycopg.connect(self.place) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.place, timeout=20)) as connection:
                yield connection
