"""What is held back before anybody reads it? What the arena's check objects to, and all of it while the check fails.

Prompts that voters typed are checked before a model sees them, answers before a voter does.
Next file to read: coordinator.py, which asks; docs/moderation.md.
"""

import asyncio
import logging
from dataclasses import dataclass

from arena.domain.moderation import CHECK_FAILED, Check, found_word
from arena.domain.prompts import clean_text
from arena.media import CleanMedia
from arena.models import Arena
from arena.providers.base import Attachment, ProviderError
from arena.providers.moderation import is_flagged

log = logging.getLogger(__name__)


class HeldBack(Exception):
    """A text does not pass; why is for operators. response_id : of the answer that does not, None for the prompt."""

    def __init__(self, why: str, response_id: int | None = None) -> None:
        super().__init__(why)
        self.response_id = response_id


@dataclass(frozen=True)
class Moderation:
    """The check of an arena, and the prompt of this turn if a voter typed it."""

    check: Check
    words: tuple[str, ...]
    base_url: str
    model: str
    key_name: str
    typed: str
    pictures: tuple[Attachment, ...] = ()

    async def pass_prompt(self) -> None:
        """Raises HeldBack."""
        if self.typed and (why := await self._objection(self.typed, self.pictures)):
            raise HeldBack(why)

    async def pass_answer(self, response_id: int, text: str, media: CleanMedia | None) -> None:
        """Sounds and films are not looked at: no endpoint of this kind takes them. Raises HeldBack."""
        is_picture = media is not None and media.media_type.startswith("image/")
        pictures = (Attachment(media.media_type, media.data),) if media is not None and is_picture else ()
        if (text or pictures) and (why := await self._objection(text, pictures)):
            raise HeldBack(why, response_id)

    async def _objection(self, text: str, pictures: tuple[Attachment, ...]) -> str:
        """Why not, for operators; empty if nothing stands against it."""
        if self.check is Check.WORDS:
            return "on the list of words" if await asyncio.to_thread(found_word, clean_text(text), self.words) else ""
        try:
            flagged = await is_flagged(
                base_url=self.base_url, model=self.model, key_name=self.key_name, text=text, pictures=pictures
            )
        except ProviderError as error:
            log.error("a text is held back because the moderation endpoint fails: %s", error)
            return f"{CHECK_FAILED}: {error}"
        return "flagged by the endpoint" if flagged else ""


def moderation_of(arena: Arena, *, typed: str, pictures: tuple[Attachment, ...]) -> Moderation | None:
    """None where the arena checks nothing. typed : the prompt of this turn, empty if it is one of the pool."""
    if arena.moderation == Check.OFF:
        return None
    return Moderation(
        check=Check(arena.moderation),
        words=tuple(arena.moderation_words.splitlines()),
        base_url=arena.moderation_base_url,
        model=arena.moderation_model,
        key_name=arena.moderation_key_name,
        typed=typed,
        pictures=pictures,
    )
