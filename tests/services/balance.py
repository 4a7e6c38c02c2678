"""Do the books balance? Every vote that was acknowledged is there, says what was said, and was counted once."""

from tests.services.books import BookedVote
from tests.services.client import Log
from tests.services.deployment import Deployment
from tests.services.programs import wait_until
from tests.services.seed import STORED

SEQUENCED_WITHIN_S = 45


def assert_books_balance(site: Deployment, log: Log) -> None:
    """After everything runs again: 0 acknowledged votes lost, 0 counted twice, nothing waits, every invariant holds."""
    wait_until(lambda: site.books.n_pending() == 0, SEQUENCED_WITHIN_S, "no vote waits for the sequencer")
    booked = site.books.votes(STORED)
    print(f"{site.vendor}: {log.summary()}")

    assert log.refused == []
    assert {vote.battle: booked.get(vote.battle) for vote in log.votes} == {
        vote.battle: [BookedVote(vote.outcome, n_entries=1)] for vote in log.votes
    }
    assert {battle: votes for battle, votes in booked.items() if [vote.n_entries for vote in votes] != [1]} == {}
    assert site.books.n_counted(STORED) == len(booked)
    assert site.command("fsck") == (0, "All ledgers are sound.\n")
