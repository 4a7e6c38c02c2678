"""Which words describe a contestant, and how are the field's many spellings mapped to them?

"unknown" is a value of every list and is shown as such. Next file to read: weight_class.py.
"""

from typing import TypeVar

from arena.domain.words import Word


class TrainingType(Word):
    PRETRAINED = "pretrained", "pretrained"
    CONTINUOUSLY_PRETRAINED = "continuously-pretrained", "continuously pretrained"
    FINE_TUNED = "fine-tuned", "fine-tuned"
    CHAT = "chat", "chat"
    MERGED = "merged", "merged"
    MULTIMODAL = "multimodal", "multimodal"
    OTHER = "other", "other"
    UNKNOWN = "unknown", "unknown"


class Precision(Word):
    FP32 = "fp32", "fp32"
    BF16 = "bf16", "bf16"
    FP16 = "fp16", "fp16"
    INT8 = "int8", "int8"
    INT4 = "int4", "int4"
    GPTQ = "gptq", "GPTQ"
    OTHER = "other", "other"
    UNKNOWN = "unknown", "unknown"


class Openness(Word):
    FULLY_OPEN = "fully-open", "fully open"
    OPEN_WEIGHTS = "open-weights", "open weights"
    PROPRIETARY = "proprietary", "proprietary"
    UNKNOWN = "unknown", "unknown"


class EntryStatus(Word):
    """Where a contestant stands in one arena."""

    DRAFT = "draft", "draft"
    TESTING = "testing", "testing"
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"
    RETIRED = "retired", "retired"


class VoterKind(Word):
    HUMAN = "human", "people"
    JUDGE = "judge", "automatic judges"


SPELLINGS: dict[type[Word], dict[str, str]] = {
    Precision: {
        "float32": "fp32",
        "bfloat16": "bf16",
        "float16": "fp16",
        "8bit": "int8",
        "4bit": "int4",
    },
    Openness: {
        "api-only": "proprietary",
        "fully-open-source": "fully-open",
    },
    TrainingType: {
        "continuously pretrained": "continuously-pretrained",
        "fine-tuned on domain-specific datasets": "fine-tuned",
        "chat models (rlhf, dpo, ift, ...)": "chat",
        "base merges and moerges": "merged",
    },
}


WordType = TypeVar("WordType", bound=Word)


def read_word(words: type[WordType], text: str | None) -> WordType:
    """The word meant by a spelling found in the wild; None and "" are unknown.

    Raises ValueError, with the words that would do, when the spelling is not one we know.
    """
    spelling = (text or "unknown").strip().lower()
    try:
        return words(SPELLINGS[words].get(spelling, spelling))
    except ValueError:
        raise ValueError(f"{text!r} is not one of {', '.join(words)}") from None
