"""Has anything been published since? One small question, so that a finished answer can be given again.

Next file to read: web/leaderboards.py and api/views/leaderboards.py, which keep answers under a stamp.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from arena.models import Leaderboard
from arena.queries.visibility import OPEN

KEPT_FOR_S = 5
"""What else an answer says, such as names and statuses of models, may be this old."""


@dataclass(frozen=True)
class BoardStamp:
    """Another publication, of the whole or of a slice, is another stamp."""

    arena_name: str
    newest: int
    n_boards: int
    published_at: datetime

    def key(self, *parts: str) -> str:
        """Of an answer under this stamp."""
        return "|".join([str(self.newest), str(self.n_boards), self.published_at.isoformat(), *parts])


def board_stamp(arena_slug: str) -> BoardStamp | None:
    """None for an arena that is not open to everybody, or has no board: such answers are made each time."""
    found = (
        Leaderboard.objects.filter(arena__slug=arena_slug, arena__visibility__in=OPEN)
        .values("arena__name")
        .annotate(newest=Max("current"), n_boards=Count("pk"), published_at=Max("current__created_at"))
        .order_by("arena__name")
        .first()
    )
    if found is None:
        return None
    return BoardStamp(found["arena__name"], found["newest"], found["n_boards"], found["published_at"])
