"""In which order do votes count, and can anybody check it? One append-only ledger an arena, and its tallies.

Next file to read: leaderboards.py. The hashing is in ratings/ledger.py, shared with researchers.
"""

from django.db import models

from arena.domain.metadata import VoterKind
from arena.models.catalog import Arena, Contestant
from arena.models.votes import Vote


class Ledger(models.Model):
    """The head of an arena's ledger. Its row is the lock of the sequencer."""

    arena = models.OneToOneField(Arena, on_delete=models.PROTECT, primary_key=True, related_name="ledger")
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes, help_text="Compact range of RFC 6962: enough to append and to hash.")
    root = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"ledger of {self.arena}, {self.size} entries"


class LedgerEntry(models.Model):
    """Never updated, never deleted: triggers of the database refuse both (migration 0002)."""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16)
    record = models.BinaryField(help_text="Canonical JSON, the bytes that are hashed.")
    leaf = models.BinaryField()
    vote = models.OneToOneField(Vote, null=True, blank=True, on_delete=models.PROTECT, related_name="entry")
    pseudonym = models.BinaryField(null=True, blank=True, help_text="Of the voter in that quarter.")

    class Meta:
        ordering = ["ledger", "seq"]
        verbose_name_plural = "ledger entries"
        constraints = [models.UniqueConstraint(fields=["ledger", "seq"], name="ledger_seq_once")]

    def __str__(self) -> str:
        return f"{self.ledger_id}/{self.seq}"


class Exclusion(models.Model):
    """A vote that is kept and not counted, by a rule that the ledger names."""

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="exclusion")
    rule = models.CharField(max_length=40)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="exclusions")

    def __str__(self) -> str:
        return f"{self.vote}: {self.rule}"


class Tally(models.Model):
    """Counted votes of one ordered pair: the model on side A, the model on side B."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="+")
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    source = models.CharField(max_length=60)
    contestant_a = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="+")
    contestant_b = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="+")
    wins_a = models.PositiveIntegerField(default=0)
    wins_b = models.PositiveIntegerField(default=0)
    ties = models.PositiveIntegerField(default=0)
    both_bads = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class PairCount(Tally):
    """The tallies of a pair over all voters: what ratings are made of."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["arena", "voter_kind", "source", "contestant_a", "contestant_b"], name="pair_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contestant_a} against {self.contestant_b}"


class VoterPairCount(Tally):
    """The tallies of a pair by one pseudonym: what intervals clustered by voter are made of."""

    pseudonym = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["arena", "voter_kind", "source", "pseudonym", "contestant_a", "contestant_b"],
                name="voter_pair_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contestant_a} against {self.contestant_b}, one voter"
