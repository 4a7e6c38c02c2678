"""Which settings of an arena decide what its boards say? Its policy: changed with a reason, in the ledger, by two."""

POLICY_FIELDS = (
    "outcomes",
    "pairing",
    "prior_arena",
    "prompt_shares",
    "share_caps",
    "counted_sources",
    "min_votes",
    "min_reading_ms",
)
MAX_ALONE = 100
"""Votes that one owner may exclude within a day; more needs a second one (INTEGRITY.md, M18)."""
