"""What does the voter learn after the vote? Who the two were, what the vote did, and what the seal held.

Next file to read: queries/leaderboards.py (reveal_of), static/arena/seal.js, which checks the seal in the browser.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from arena.models import Battle, Vote
from arena.queries.votes import agreement_on_pair, n_votes_of_voter
from arena.services.votes import explain_unranked
from arena.web.numbers import count, interval, ordinal, percent, points
from arena.web.outcomes import outcome_sentence
from ratings.outcomes import Outcome, parse_site

VERDICTS = {
    Outcome.A: gettext_lazy("You found A better"),
    Outcome.B: gettext_lazy("You found B better"),
    Outcome.TIE: gettext_lazy("You called it a tie"),
    Outcome.BOTH_BAD: gettext_lazy("You found both bad"),
}
CHOSEN_SIDES = {Outcome.A: "a", Outcome.B: "b"}


@dataclass(frozen=True)
class Identity:
    side: str
    slug: str
    name: str
    organisation: str
    version: str
    rating: str
    interval: str
    rank: int | None
    is_chosen: bool


@dataclass(frozen=True)
class Seal:
    commitment: str
    nonce: str
    slug_a: str
    slug_b: str


@dataclass(frozen=True)
class Reveal:
    verdict: str
    names: str
    a: Identity
    b: Identity
    effect: str
    unranked: str
    seal: Seal | None


SHARED_VERDICTS = {
    Outcome.A: gettext_lazy("A voter found A better"),
    Outcome.B: gettext_lazy("A voter found B better"),
    Outcome.TIE: gettext_lazy("A voter called it a tie"),
    Outcome.BOTH_BAD: gettext_lazy("A voter found both bad"),
}


def reveal(battle: Battle, voter_id: UUID) -> Reveal:
    """For the voter of this battle."""
    outcome = parse_site(battle.vote.outcome)
    return _reveal(battle, str(VERDICTS[outcome]), _effect(battle, outcome, voter_id))


def shared_reveal(battle: Battle) -> Reveal:
    """For everybody, of a battle that its voter shared."""
    return _reveal(battle, str(SHARED_VERDICTS[parse_site(battle.vote.outcome)]), "")


def _reveal(battle: Battle, verdict: str, effect: str) -> Reveal:
    vote: Vote = battle.vote
    chosen = CHOSEN_SIDES.get(parse_site(vote.outcome), "")
    shown = vote.reveal or {}
    return Reveal(
        verdict=verdict,
        names=outcome_sentence(vote.outcome, shown["a"]["name"], shown["b"]["name"]),
        a=_identity("a", shown["a"], chosen),
        b=_identity("b", shown["b"], chosen),
        effect=effect,
        unranked=explain_unranked(battle),
        seal=_seal(battle),
    )


def _identity(side: str, shown: dict[str, Any], chosen: str) -> Identity:
    return Identity(
        side=side,
        slug=shown["slug"],
        name=shown["name"],
        organisation=shown["organisation"],
        version=shown["version"],
        rating=points(shown["rating"]),
        interval=interval(shown["ci_low"], shown["ci_high"]),
        rank=shown["rank"],
        is_chosen=side == chosen,
    )


def _effect(battle: Battle, outcome: Outcome, voter_id: UUID) -> str:
    said = {"nth": ordinal(n_votes_of_voter(voter_id))}
    agreement = agreement_on_pair(battle, outcome)
    if agreement is None:
        return gettext("Your %(nth)s vote, and the first on this pair.") % said
    if agreement.n_votes == 1 and agreement.n_same:
        return gettext("Your %(nth)s vote; the one other vote on this pair agrees.") % said
    if agreement.n_votes == 1:
        return gettext("Your %(nth)s vote; the one other vote on this pair says otherwise.") % said
    said |= {"share": percent(agreement.n_same / agreement.n_votes), "n": count(agreement.n_votes)}
    return gettext("Your %(nth)s vote; %(share)s of %(n)s other votes on this pair agree with you.") % said


def _seal(battle: Battle) -> Seal | None:
    if not battle.commitment or not battle.nonce:
        return None
    return Seal(
        commitment=bytes(battle.commitment).hex(),
        nonce=bytes(battle.nonce).hex(),
        slug_a=battle.contestant_a.slug,
        slug_b=battle.contestant_b.slug,
    )
