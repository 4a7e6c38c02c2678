"""Has anything been published since? One small question a second, so that a finished answer can be given again.

Next file to read: web/leaderboards.py and api/views/leaderboards.py, which keep answers under a stamp.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches
from django.db import connection

from arena.queries.visibility import OPEN

ASK_AFTER_S = 1
KEPT_FOR_S = 5
"""What else an answer says, such as names and statuses of models, may be this old."""
# As text, since building this query takes the ORM longer than all the rest of a kept answer.
NEWEST = """
SELECT MAX(board.current_id), COUNT(*), MAX(snapshot.created_at)
FROM arena_leaderboard board
JOIN arena_arena arena ON arena.id = board.arena_id
JOIN arena_snapshot snapshot ON snapshot.id = board.current_id
WHERE arena.slug = %s AND arena.visibility IN (%s, %s)
"""


@dataclass(frozen=True)
class BoardStamp:
    """Another publication, of the whole or of a slice, is another stamp."""

    newest: int
    n_boards: int
    published_at: str

    def key(self, *parts: str) -> str:
        """Of an answer under this stamp."""
        said = "\n".join([str(self.newest), str(self.n_boards), self.published_at, *parts])
        return sha256(said.encode()).hexdigest()


def board_stamp(arena_slug: str) -> BoardStamp | None:
    """As it was at most a second ago; None for an arena that is not open to everybody, or has no board."""
    key = sha256(arena_slug.encode()).hexdigest()
    stamp = caches["boards"].get(key)
    if stamp is None and (stamp := _newest(arena_slug)):
        caches["boards"].set(key, stamp, ASK_AFTER_S)
    return stamp


def _newest(arena_slug: str) -> BoardStamp | None:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [arena_slug, *OPEN])
        newest, n_boards, published_at = cursor.fetchone()
    return BoardStamp(newest, n_boards, str(published_at)) if n_boards else None
