"""Who may enter an arena, and who is asking? Next file to read: queries/visibility.py, which holds the rule."""

from collections.abc import Callable
from functools import cached_property

from arena.domain.words import Word


class Visibility(Word):
    PUBLIC = "public", "public: listed, open to everybody"
    UNLISTED = "unlisted", "unlisted: open to everybody who has the address"
    PRIVATE = "private", "private: for its members and the staff; to others it is not there"


class Viewer:
    """Somebody who asks for a page: account, if signed in, and whether of the staff.

    Who it is is found out only where the answer depends on it, so that what is open to everybody needs no session.
    """

    def __init__(self, find: Callable[[], tuple[int | None, bool]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> tuple[int | None, bool]:
        return self._find()

    @property
    def user_id(self) -> int | None:
        return self._found[0]

    @property
    def is_staff(self) -> bool:
        return self._found[1]

    @property
    def was_recognised(self) -> bool:
        """Whether an answer may have depended on who this is: then it is for nobody else."""
        return "_found" in self.__dict__ and self._found != NOBODY


NOBODY = (None, False)
OUTSIDER = Viewer(lambda: NOBODY)
STAFF = Viewer(lambda: (None, True))
