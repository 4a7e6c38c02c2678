"""Which rows does the arena keep? Fields, constraints and rules about one row. Next file to read: catalog.py."""

from arena.models.access import ApiToken, AuditEntry, PendingChange
from arena.models.alarms import AlarmMessage, AlarmNotice
from arena.models.battles import Battle, Delta, Response
from arena.models.catalog import Arena, Contestant, Endpoint, Entry, Output, Prompt
from arena.models.judges import Judge, Judgement
from arena.models.labels import Labelling
from arena.models.leaderboards import Leaderboard, Snapshot, SnapshotRow
from arena.models.ledger import Exclusion, Ledger, LedgerEntry, PairCount, VoterPairCount
from arena.models.lifecycle import EntryStep
from arena.models.moderation import Report
from arena.models.onboarding import ModelDraft
from arena.models.operations import Heartbeat
from arena.models.pairing import SamplerSnapshot
from arena.models.slices import FacetCounts, SliceRequest, VoteStyle
from arena.models.spending import Reservation, SpendingCap, SpendingTotal
from arena.models.starts import SolvedChallenge, StartCounter
from arena.models.uploads import TurnAttachment, Upload
from arena.models.voters import ArenaConsent, Voter
from arena.models.votes import PendingVote, Vote, VoteNote

__all__ = [
    "AlarmMessage",
    "AlarmNotice",
    "ApiToken",
    "Arena",
    "ArenaConsent",
    "AuditEntry",
    "Battle",
    "Contestant",
    "Delta",
    "Endpoint",
    "Entry",
    "EntryStep",
    "Exclusion",
    "FacetCounts",
    "Heartbeat",
    "Judge",
    "Judgement",
    "Labelling",
    "Leaderboard",
    "Ledger",
    "LedgerEntry",
    "ModelDraft",
    "Output",
    "PairCount",
    "PendingChange",
    "PendingVote",
    "Prompt",
    "Report",
    "Reservation",
    "Response",
    "SamplerSnapshot",
    "SliceRequest",
    "Snapshot",
    "SnapshotRow",
    "SolvedChallenge",
    "SpendingCap",
    "SpendingTotal",
    "StartCounter",
    "TurnAttachment",
    "Upload",
    "Vote",
    "VoteNote",
    "VoteStyle",
    "Voter",
    "VoterPairCount",
]
