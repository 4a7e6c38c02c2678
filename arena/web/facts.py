"""How is a model, and the pool of an arena, described in words? Unknown is a value and is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from arena.domain.metadata import Openness, Precision, TrainingType
from arena.models import Contestant, Prompt
from arena.web.numbers import billions, count

UNKNOWN = "unknown"
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    is_known: bool


def facts_of(contestant: Contestant) -> list[Fact]:
    """All that is known for a fair comparison, in a fixed order."""
    return [
        _fact("Organisation", contestant.organisation),
        _fact("Version", contestant.version),
        _fact("Family", contestant.family),
        _fact("Trained from", ", ".join(base.name for base in contestant.base_models.order_by("slug"))),
        _fact("Weight class", contestant.weight_class.label),
        _fact("Parameters", billions(contestant.total_params_b)),
        _fact("Active parameters", billions(contestant.active_params_b)),
        _fact("Precision", Precision(contestant.precision).label),
        _fact("Training", TrainingType(contestant.training_type).label),
        _fact("Openness", Openness(contestant.openness).label),
        _fact("Licence", contestant.licence),
        _fact("Released", _day(contestant.release_date)),
        _fact("Knowledge until", _day(contestant.knowledge_cutoff)),
        _fact("Context", f"{count(contestant.context_tokens)} tokens" if contestant.context_tokens else ""),
        _fact("Price, input", _price(contestant.input_price_usd)),
        _fact("Price, output", _price(contestant.output_price_usd)),
        _fact("Kind", contestant.kind),
    ]


def pool_sentence(prompts: Iterable[Prompt]) -> str:
    """How many prompts the pool has, in which languages; empty for an empty pool."""
    found = list(prompts)
    if not found:
        return ""
    languages = sorted({LANGUAGES.get(prompt.language, prompt.language) for prompt in found if prompt.language})
    prompts_in_words = "1 prompt" if len(found) == 1 else f"{count(len(found))} prompts"
    return f"{prompts_in_words}, in {_list_in_words(languages)}" if languages else prompts_in_words


def _fact(name: str, value: str) -> Fact:
    return Fact(name, value or UNKNOWN, bool(value) and value != UNKNOWN)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _price(usd: Decimal | None) -> str:
    return "" if usd is None else f"{usd.normalize():f} USD per million tokens"


def _list_in_words(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
