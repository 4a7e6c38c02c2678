"""Which states can a battle be in, and which step may follow which? Next file to read: blinding.py."""

from arena.domain.words import Word


class BattleState(Word):
    DRAWN = "drawn", "drawn"
    ANSWERING = "answering", "answering"
    READY = "ready", "ready to vote"
    VOTED = "voted", "voted"
    EXPIRED = "expired", "expired"
    VOID = "void", "void"


NEXT_STATES: dict[BattleState, frozenset[BattleState]] = {
    BattleState.DRAWN: frozenset({BattleState.ANSWERING, BattleState.READY, BattleState.VOID, BattleState.EXPIRED}),
    BattleState.ANSWERING: frozenset({BattleState.READY, BattleState.VOID, BattleState.EXPIRED}),
    # A further turn, or a new generation, makes a ready battle wait for its answers again.
    BattleState.READY: frozenset({BattleState.DRAWN, BattleState.VOTED, BattleState.VOID, BattleState.EXPIRED}),
    BattleState.VOTED: frozenset(),
    BattleState.EXPIRED: frozenset(),
    BattleState.VOID: frozenset(),
}
WRITING_STATES = (BattleState.DRAWN, BattleState.ANSWERING)
"""Its answers are on their way: nobody can vote yet."""
OPEN_STATES = frozenset(state for state, following in NEXT_STATES.items() if following)


def states_before(state: BattleState) -> frozenset[BattleState]:
    """The states from which this one may be reached in one step."""
    return frozenset(before for before, following in NEXT_STATES.items() if state in following)


class VoidReason(Word):
    """Why a battle came to nothing; never which side."""

    SKIPPED = "skipped", "You skipped this one."
    FAILED = "failed", "An answer could not be completed, so this battle does not count."
    LOST = "lost", "The connection to an answer was lost, so this battle does not count."
    MODERATED = "moderated", "A text was held back by a check of this arena, so this battle does not count."


class UnrankedReason(Word):
    """Why a vote does not count for the blind board; the voter may know all of these, after the vote."""

    DIRECTED = "directed", "The pair was chosen, not drawn."
    PINNED = "pinned", "The prompt was chosen, and only some models answer it."
    REGENERATED = "regenerated", "The answers were generated again."
    NOT_BLIND = "not-blind", "The names were known."
    IDENTITY_LEAK = "identity-leak", "The prompt asked, or an answer said, who was writing."


class Branch(Word):
    """How a pair came to meet; only pairs drawn by the sampler, of which pinned ones are some, have a probability."""

    SAMPLER = "sampler", "drawn"
    PINNED = "pinned", "drawn for a prompt that was asked for"
    DIRECTED = "directed", "asked for"
    IMPORT = "import", "imported"
    QUEUE = "queue", "finished answers, judged again"
    EXHAUSTIVE = "exhaustive", "every pair"


class Side(Word):
    A = "a", "A"
    B = "b", "B"
