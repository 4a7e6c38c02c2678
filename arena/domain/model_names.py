"""What does the name of a model say of it? Size, precision, training, family: as the field writes them into names.

Only what is written is read; what a name leaves out stays unknown. Next file to read: model_families.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.domain.metadata import Openness, Precision, TrainingType
from arena.domain.model_families import FAMILIES, Family

MAX_NAME_LENGTH = 80
MILLION, TRILLION = 0.001, 1_000.0
UNITS = {"b": 1.0, "m": MILLION, "t": TRILLION}
NUMBER = r"(\d{1,4}(?:\.\d{1,3})?)"
SIZE = re.compile(rf"(?<![a-z0-9.]){NUMBER}([bmt])(?![a-z0-9])", re.IGNORECASE)
EXPERTS = re.compile(rf"(?<![a-z0-9.])(\d{{1,3}})x{NUMBER}b(?![a-z0-9])", re.IGNORECASE)
ACTIVE = re.compile(rf"(?<![a-z0-9.])a{NUMBER}b(?![a-z0-9])", re.IGNORECASE)
ACTIVE_OF_EXPERTS = re.compile(rf"(?<![a-z0-9.]){NUMBER}b-\d{{1,3}}e(?![a-z0-9])", re.IGNORECASE)
# What experts share is counted once, so eight times seven is less than 56: as their maker says.
TOTAL_OF_EXPERTS = {("8", "7"): (46.7, 12.9), ("8", "22"): (141.0, 39.0)}
PRECISIONS: tuple[tuple[str, Precision], ...] = (
    (r"gptq", Precision.GPTQ),
    (r"w4a16|awq|bnb|nf4|int4|4bit|4-bit|iq4\w*|q4(_\w+)*|mxfp4|nvfp4|fp4", Precision.INT4),
    (r"w8a8|w8a16|int8|8bit|8-bit|q8(_\w+)*", Precision.INT8),
    (r"fp8|q[2356](_\w+)*|iq[1235]\w*|exl2|int3|int2|2bit|3bit|5bit|6bit", Precision.OTHER),
    (r"bf16|bfloat16", Precision.BF16),
    (r"fp16|float16|f16", Precision.FP16),
    (r"fp32|float32|f32", Precision.FP32),
)
TRAININGS: tuple[tuple[str, TrainingType], ...] = (
    (r"merged?|slerp|ties|dare|moerge|frankenmerge", TrainingType.MERGED),
    (r"vl|vision|multimodal|omni", TrainingType.MULTIMODAL),
    (r"instruct|chat|it|dpo|rlhf|sft|assistant|thinking|reasoning|r1", TrainingType.CHAT),
    (r"base|pt|pretrained|pretrain", TrainingType.PRETRAINED),
    (r"ft|finetuned?|fine-tuned|lora|qlora|abliterated|uncensored", TrainingType.FINE_TUNED),
)


@dataclass(frozen=True)
class NameFacts:
    """facts : by field of a contestant, only what is known.   why : for each, which part of the name said it."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)


def read_name(api_name: str) -> NameFacts:
    """What "meta-llama/Meta-Llama-3.1-8B-Instruct-AWQ-INT4" says."""
    last = api_name.strip().rstrip("/").rsplit("/", 1)[-1]
    if not last:
        return NameFacts()
    found: dict[str, tuple[Any, str]] = {"name": (last[:MAX_NAME_LENGTH], last), "slug": (slug_of(last), last)}
    found |= _sizes(last) | _word("precision", PRECISIONS, last) | _word("training_type", TRAININGS, last)
    found |= _family(last)
    return NameFacts({k: value for k, (value, _) in found.items()}, {k: why for k, (_, why) in found.items()})


def slug_of(name: str) -> str:
    """A public address that the name suggests."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:100]


def _sizes(name: str) -> dict[str, tuple[float, str]]:
    if match := EXPERTS.search(name):
        known = TOTAL_OF_EXPERTS.get((match[1], match[2]))
        if known is None:
            return {}
        return {"total_params_b": (known[0], match[0]), "active_params_b": (known[1], match[0])}
    if match := ACTIVE_OF_EXPERTS.search(name):  # Llama 4 names what is active, not the total
        return {"active_params_b": (float(match[1]), match[0])}
    found = {}
    active = ACTIVE.search(name)
    if active:
        found["active_params_b"] = (float(active[1]), active[0])
    if size := SIZE.search(name):
        total = round(float(size[1]) * UNITS[size[2].lower()], 6)
        if total > 0:
            found["total_params_b"] = (total, size[0])
    return found


def _word(field_name: str, words: tuple[tuple[str, Any], ...], name: str) -> dict[str, tuple[Any, str]]:
    """The first of these words that stands alone in the name."""
    for pattern, value in words:
        if match := re.search(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])", name, re.IGNORECASE):
            return {field_name: (value, match[0])}
    return {}


def _family(name: str) -> dict[str, tuple[Any, str]]:
    found = next((family for family in FAMILIES if _belongs(name, family)), None)
    if found is None:
        return {}
    facts: dict[str, tuple[Any, str]] = {
        "organisation": (found.organisation, found.word),
        "family": (_family_name(name), found.word),
    }
    if found.openness is not Openness.UNKNOWN:
        facts["openness"] = (found.openness, found.word)
    if found.licence:
        facts["licence"] = (found.licence, found.word)
    return facts


def _belongs(name: str, family: Family) -> bool:
    """As a word of its own; a version may follow at once: "qwen2.5", "gpt4", "llama3"."""
    word = re.escape(family.word).replace(r"\-", r"[-_ ]?")
    return re.search(rf"(?<![a-z0-9]){word}(?![a-z])", name, re.IGNORECASE) is not None


def _family_name(name: str) -> str:
    """The name up to what tells its sizes, precisions and trainings apart."""
    kept = []
    for part in re.split(r"(?<=[-_ :])", name):
        word = part.rstrip("-_ :")
        is_detail = (
            bool(SIZE.fullmatch(word) or EXPERTS.fullmatch(word) or ACTIVE.fullmatch(word))
            or bool(_word("", PRECISIONS, word))
            or bool(_word("", TRAININGS, word))
        )
        if is_detail and kept:
            break
        kept.append(part)
    return "".join(kept).strip("-_ :").replace("_", " ")[:MAX_NAME_LENGTH] or name[:MAX_NAME_LENGTH]
