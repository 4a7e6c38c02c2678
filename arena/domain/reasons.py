"""Which reasons may a voter tick beside a vote? All optional. Next file to read: services/votes.py."""

from arena.domain.words import Word


class VoteReason(Word):
    ACCURATE = "accurate", "accurate"
    COMPLETE = "complete", "complete"
    TO_THE_POINT = "to-the-point", "to the point"
    WELL_WRITTEN = "well-written", "well written"
    FOLLOWS_PROMPT = "follows-prompt", "did what was asked"
    INVENTED = "invented", "the other made things up"
