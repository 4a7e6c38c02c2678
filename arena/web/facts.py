"""How is a model, and the pool of an arena, described in words? Unknown is a value and is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, gettext_noop, ngettext

from arena.domain.metadata import Openness, Precision, TrainingType
from arena.models import Contestant, Prompt
from arena.web import numbers
from arena.web.numbers import billions, count, decimals
from arena.web.words import label_of

UNKNOWN = gettext_noop("unknown")
LANGUAGES = {
    "ar": gettext_noop("Arabic"),
    "de": gettext_noop("German"),
    "en": gettext_noop("English"),
    "es": gettext_noop("Spanish"),
    "fa": gettext_noop("Persian"),
    "fr": gettext_noop("French"),
    "he": gettext_noop("Hebrew"),
    "hi": gettext_noop("Hindi"),
    "it": gettext_noop("Italian"),
    "ja": gettext_noop("Japanese"),
    "ko": gettext_noop("Korean"),
    "nl": gettext_noop("Dutch"),
    "pl": gettext_noop("Polish"),
    "pt": gettext_noop("Portuguese"),
    "ru": gettext_noop("Russian"),
    "sv": gettext_noop("Swedish"),
    "tr": gettext_noop("Turkish"),
    "uk": gettext_noop("Ukrainian"),
    "vi": gettext_noop("Vietnamese"),
    "zh": gettext_noop("Chinese"),
}


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    is_known: bool


def facts_of(contestant: Contestant) -> list[Fact]:
    """All that is known for a fair comparison, in a fixed order."""
    return [
        _fact(gettext("Organisation"), contestant.organisation),
        _fact(gettext("Version"), contestant.version),
        _fact(gettext("Family"), contestant.family),
        _fact(gettext("Trained from"), ", ".join(base.name for base in contestant.base_models.all())),
        _fact(gettext("Weight class"), label_of(contestant.weight_class)),
        _fact(gettext("Parameters"), billions(contestant.total_params_b)),
        _fact(gettext("Active parameters"), billions(contestant.active_params_b)),
        _fact(gettext("Precision"), label_of(Precision(contestant.precision))),
        _fact(gettext("Memory for its weights"), _memory(contestant.weights_gb)),
        _fact(gettext("Training"), label_of(TrainingType(contestant.training_type))),
        _fact(gettext("Openness"), label_of(Openness(contestant.openness))),
        _fact(gettext("Licence"), contestant.licence),
        _fact(gettext("Released"), _day(contestant.release_date)),
        _fact(gettext("Knowledge until"), _day(contestant.knowledge_cutoff)),
        _fact(gettext("Context"), _tokens(contestant.context_tokens)),
        _fact(gettext("Price, input"), _price(contestant.input_price_usd)),
        _fact(gettext("Price, output"), _price(contestant.output_price_usd)),
        _fact(gettext("Kind"), contestant.kind),
    ]


def pool_sentence(prompts: Iterable[Prompt]) -> str:
    """How many prompts the pool has, in which languages; empty for an empty pool."""
    found = list(prompts)
    if not found:
        return ""
    codes = {prompt.language for prompt in found if prompt.language}
    languages = sorted(gettext(LANGUAGES[code]) if code in LANGUAGES else code for code in codes)
    number = ngettext("%(n)s prompt", "%(n)s prompts", len(found)) % {"n": count(len(found))}
    if not languages:
        return number
    return gettext("%(prompts)s, in %(languages)s") % {"prompts": number, "languages": list_in_words(languages)}


def _fact(name: str, value: str) -> Fact:
    unknown = gettext(UNKNOWN)
    return Fact(name, value or unknown, bool(value) and value != unknown)


def _day(day: date | None) -> str:
    return numbers.day(day) if day else ""


def _tokens(n_tokens: int | None) -> str:
    return gettext("%(n)s tokens") % {"n": count(n_tokens)} if n_tokens else ""


def _memory(gigabytes: float | None) -> str:
    return (
        "" if gigabytes is None else gettext("about %(n)s GB") % {"n": decimals(gigabytes, 0 if gigabytes >= 10 else 1)}
    )


def _price(usd: Decimal | None) -> str:
    if usd is None:
        return ""
    return gettext("%(price)s USD per million tokens") % {"price": count(usd.normalize())}


def list_in_words(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return gettext("%(all_but_last)s and %(last)s") % {"all_but_last": ", ".join(words[:-1]), "last": words[-1]}
