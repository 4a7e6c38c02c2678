"""Which texts of the site can be translated? Found in templates and code, and on the lower floors that pages speak for.

A text is its English. Next file to read: message_files.py, where translations are kept.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.template import Template, engines
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from arena.domain import errors
from arena.domain.battle_state import UnrankedReason, VoidReason
from arena.domain.consent import SENTENCES
from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType, VoterKind
from arena.domain.modality import Modality
from arena.domain.prompt_length import PromptLength
from arena.domain.reasons import VoteReason
from arena.domain.row_filter import Hidden
from arena.domain.shares import ModelGroup
from arena.domain.single_sign_on import Refusal
from arena.domain.weight_class import WeightClass
from arena.domain.words import Word
from arena.queries.relatives import Kinship
from ratings.features import FEATURE_NAMES
from ratings.graph import Reason

Messages = dict[str, str | None]
"""Texts with their plural, None where there is only one form."""

ONE, SEVERAL = {"gettext", "gettext_lazy", "gettext_noop"}, {"ngettext", "ngettext_lazy"}
SUFFIXES = (".html", ".svg")
SHOWN_WORDS: tuple[type[Word], ...] = (
    *(TrainingType, Precision, Openness, EntryStatus, VoterKind, Modality, WeightClass, PromptLength, Hidden),
    *(UnrankedReason, VoidReason, VoteReason, ModelGroup, Kinship, Refusal),
)
SILENT_ERRORS = (errors.ImportFault, errors.LedgerFault, errors.BadFilter, errors.TooThin)
"""Said to operators and programs, or with values in them."""
CATEGORIES = ("code", "coding", "math", "creative", "creative writing", "hard", "instructions", "reasoning", "other")
NOTES = (
    "There are no votes yet.",
    "Fewer than two models can be compared: all ratings are preliminary and nobody has a place.",
    "Preliminary models: %s. They move no other rating.",
    "Not all models are connected by wins in both directions: the largest such part is ranked.",
    "The intervals describe only these %s voters: too few to speak for others.",
    "Shrunk by %s%% to the votes outside this slice.",
    "Left out because their texts are not kept: %s votes.",
)
"""What a board says of itself, with %s for numbers."""


def find_messages(root: Path) -> Messages:
    """Everything in the templates and the code of this checkout."""
    found: Messages = {}
    for text, plural in (*_in_templates(root / "templates"), *_in_code(root / "arena"), *_of_lower_floors()):
        found[text] = found.get(text) or plural
    return found


def _in_templates(folder: Path) -> Iterator[tuple[str, str | None]]:
    engine = engines["django"]
    for path in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES):
        template: Template = engine.from_string(path.read_text(encoding="utf-8")).template  # type: ignore[attr-defined]
        yield from _in_nodes(template.nodelist)


def _in_nodes(nodes: NodeList) -> Iterator[tuple[str, str | None]]:
    for node in nodes.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            literal = node.filter_expression.var.literal
            if isinstance(literal, str) and literal:
                yield literal.replace("%", "%%"), None
        elif isinstance(node, BlockTranslateNode):
            plural = node.render_token_list(node.plural)[0] if node.plural else None
            yield node.render_token_list(node.singular)[0], plural


def _in_code(folder: Path) -> Iterator[tuple[str, str | None]]:
    for path in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if call.func.id in ONE and texts:
                yield texts[0], None
            elif call.func.id in SEVERAL and len(texts) > 1:
                yield texts[0], texts[1]


def _of_lower_floors() -> Iterator[tuple[str, str | None]]:
    labels = (word.label for words in SHOWN_WORDS for word in words)
    sentences = (error.sentence for error in _errors() if not issubclass(error, SILENT_ERRORS))
    reasons = (reason.sentence.replace("contestant", "model") for reason in Reason)
    features = (name.replace("_", " ") for name in (*FEATURE_NAMES, "side"))
    everything: Iterable[str] = (*labels, *sentences, *reasons, *features, *SENTENCES, *CATEGORIES, *NOTES)
    yield from ((text, None) for text in everything if text)


def _errors() -> Iterator[type[errors.ArenaError]]:
    waiting = [errors.ArenaError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__ == errors.__name__:
            yield error


def translated_languages() -> list[str]:
    """All that the site speaks but the one that it is written in."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
