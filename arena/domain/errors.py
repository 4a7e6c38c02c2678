"""What can be wrong with a request, in words of the arena? Doors turn these into statuses and sentences.

Each error has a `code` that never changes and a sentence for a person. Next file to read: battle_state.py.
"""


class ArenaError(Exception):
    code = "error"
    sentence = "Something went wrong."
    retry_after_s: int | None = None

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class NotFound(ArenaError):
    """Also for what is not yours: an outsider cannot tell the two apart."""

    code = "not_found"
    sentence = "There is nothing here under this address."


class InvalidInput(ArenaError):
    code = "invalid"
    sentence = "Some values are not valid."

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__()
        self.fields = fields

    @property
    def sentences(self) -> list[str]:
        """What is wrong, field after field."""
        return [sentence for of_field in self.fields.values() for sentence in of_field]


class BadFilter(ArenaError):
    """A parameter of an address that filters a board has a bad value, or is none."""

    code = "bad_parameter"

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}.")
        self.parameter = parameter


class TooThin(ArenaError):
    """Too few votes for an honest board of this slice; the sentence says what is missing."""

    code = "too_thin"


class TooManySlices(ArenaError):
    code = "rate_limited"
    sentence = "Many new boards are being computed. Please try again in a few minutes."


class UploadTooLarge(ArenaError):
    code = "too_large"
    sentence = "The picture is too large."


class UnsupportedUpload(ArenaError):
    code = "unsupported_media_type"
    sentence = "Only pictures in PNG, JPEG or WebP are taken."


class TooManyUploads(ArenaError):
    code = "rate_limited"
    sentence = "You have brought many pictures today. Please come back tomorrow."


class NotReady(ArenaError):
    code = "not_ready"
    sentence = "The answers are not complete yet. Vote when both are."


class AlreadyVoted(ArenaError):
    """The battle has its one vote, and it said something else."""

    code = "already_voted"
    sentence = "This battle already has your vote."

    def __init__(self, battle_id: str) -> None:
        super().__init__()
        self.battle_id = battle_id


class BattleOver(ArenaError):
    """The battle can no longer be changed by its voter."""


class BattleExpired(BattleOver):
    code = "expired"
    sentence = "This battle has expired. Start a new one."


class BattleVoid(BattleOver):
    code = "void"
    sentence = "This battle does not count. Start a new one."


class NoBattles(ArenaError):
    code = "no_battles"
    sentence = "No two models can meet here at the moment. Please try again later."


class TooManyStarts(ArenaError):
    """One sentence and one wait for every limit: which one it was would teach how to stay below it."""

    code = "rate_limited"
    sentence = "Please wait a little before you start another battle. Battles that you have begun can be voted on."
    retry_after_s = 60


class ChallengeNeeded(ArenaError):
    """Before the next battle the caller has to do some work; why is not said."""

    code = "challenge"
    sentence = "Before the next battle, please let your browser solve a short task."


class AtSpendingCap(NoBattles):
    """One sentence for every cap: whose it is, is nobody's business."""

    sentence = "Live answers have used up their budget for now. Finished answers can still be judged."
    retry_after_s = 600


class ImportFault(ArenaError):
    """A file of an import is not as it should be; nothing was imported."""

    code = "import_fault"

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {problem}")


class BackupFault(ArenaError):
    """A backup cannot be made or brought back; nothing has changed. Said after a colon, before a full stop."""

    code = "backup_fault"


class LedgerFault(ArenaError):
    """An invariant of a ledger does not hold."""

    code = "ledger_fault"
