"""Who may enter an arena, and who is asking? Next file to read: queries/visibility.py, which holds the rule."""

from dataclasses import dataclass

from arena.domain.words import Word


class Visibility(Word):
    PUBLIC = "public", "public: listed, open to everybody"
    UNLISTED = "unlisted", "unlisted: open to everybody who has the address"
    PRIVATE = "private", "private: for its members and the staff; to others it is not there"


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks for a page. user_id : None for everybody who is not signed in."""

    user_id: int | None = None
    is_staff: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None


OUTSIDER = Viewer()
