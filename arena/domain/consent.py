"""What does a voter agree to, in which version? Shown before the first vote that may be published.

Next file to read: services/voters.py.
"""

VERSION = "2026-11"
SENTENCES = (
    "Your votes are counted and published under a pseudonym that changes every quarter.",
    "What you type goes to both models. With your consent it may also be published, with the answers, for research.",
    "Never type anything private. You can mark a battle so that your vote counts and its texts are never published.",
    "You can erase yourself at any time: your texts go, your votes stay as nobody's.",
)
ERASED = "[erased]"
"""Stands where a text stood whose voter had it erased."""
