"""How do prompts get their labels? From files and voters, offline rules, a classifier; the word of an operator wins.

Every word is kept with its source and version; what holds stands on the prompt, where boards read it.
Next files to read: domain/labels.py for whose word holds, label_rules.py for the rules.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction

from arena.domain.consent import ERASED
from arena.domain.errors import InvalidInput, NotFound
from arena.domain.labels import Classifier, Labels, LabelSource, Said, labels_that_hold
from arena.domain.slices import is_category, is_language
from arena.models import Labelling, Ledger, LedgerEntry, Prompt
from arena.models.votes import LIVE
from arena.queries.clock import database_now
from arena.services.label_rules import RULES_VERSION, OfflineRules
from arena.services.slices import forget_fits

BATCH = 200
MAX_AT_ONCE = 10_000  # prompts of one sweep


def label_prompts() -> int:
    """The sweep: have the offline rules label every prompt that they have not seen; how many."""
    n_labelled = 0
    while n_labelled < MAX_AT_ONCE:
        unseen = Prompt.objects.filter(rules_version__lt=RULES_VERSION).prefetch_related("labellings").order_by("pk")
        if not (batch := list(unseen[:BATCH])):
            break
        for arena_id, prompts in groupby(sorted(batch, key=lambda prompt: prompt.arena_id), lambda p: p.arena_id):
            _label_by_rules(arena_id, list(prompts))
        n_labelled += len(batch)
    return n_labelled


def correct_labels(*, prompt_id: int, labels: Labels, by: str) -> None:
    """What an operator says holds, whatever anybody says later. by : who. Raises NotFound, InvalidInput."""
    record_labels(prompt_id=prompt_id, source=LabelSource.OPERATOR, version=by, labels=labels)


def record_labels(*, prompt_id: int, source: LabelSource, version: str, labels: Labels) -> None:
    """Keep what a source says; an empty text says unknown. Raises NotFound, InvalidInput."""
    _check(labels)
    prompt = Prompt.objects.filter(pk=prompt_id).first()
    if prompt is None:
        raise NotFound
    _record(prompt.arena_id, [(prompt, source, version, labels)])


def classify_prompts(*, arena_id: int, classifier: Classifier, limit: int = MAX_AT_ONCE) -> int:
    """Have a classifier label the prompts of an arena that its version has not seen; how many."""
    unseen = Prompt.objects.filter(arena=arena_id).exclude(text=ERASED)
    unseen = unseen.exclude(labellings__source=LabelSource.CLASSIFIER, labellings__version=classifier.version)
    prompts = list(unseen.order_by("pk")[:limit])
    for start in range(0, len(prompts), BATCH):
        batch = prompts[start : start + BATCH]
        said = classifier.label([prompt.text for prompt in batch])
        for labels in said:
            _check(labels)
        _record(
            arena_id,
            [
                (prompt, LabelSource.CLASSIFIER, classifier.version, labels)
                for prompt, labels in zip(batch, said, strict=True)
            ],
        )
    return len(prompts)


Word = tuple[Prompt, LabelSource, str, Labels]


def _label_by_rules(arena_id: int, prompts: Sequence[Prompt]) -> None:
    rules = OfflineRules()
    labels = rules.label([prompt.text for prompt in prompts])
    with transaction.atomic():
        Ledger.objects.select_for_update().get(arena=arena_id)
        # Of sweeps that read the same prompts, the first one labels them.
        unseen = Prompt.objects.filter(pk__in=[prompt.pk for prompt in prompts], rules_version__lt=RULES_VERSION)
        unseen_ids = set(unseen.values_list("pk", flat=True))
        words: list[Word] = []
        for prompt, said in zip(prompts, labels, strict=True):
            if prompt.pk in unseen_ids:
                words += _said_elsewhere(prompt)
                if prompt.text and prompt.text != ERASED:
                    words.append((prompt, LabelSource.RULE, rules.version, said))
        _record(arena_id, words)
        Prompt.objects.filter(pk__in=unseen_ids).update(rules_version=RULES_VERSION)


def _said_elsewhere(prompt: Prompt) -> list[Word]:
    """What a file or a voter said stands on the prompt before it is kept here; files may say something new later."""
    known = labels_that_hold(_said(prompt.labellings.all()))
    said = Labels(
        language=prompt.language if prompt.language not in ("", known.language) else None,
        category=prompt.category if prompt.category not in ("", known.category) else None,
    )
    if not said.to_values():
        return []
    return [(prompt, LabelSource.VOTER if prompt.source == LIVE else LabelSource.IMPORT, prompt.source[:80], said)]


@transaction.atomic
def _record(arena_id: int, words: Sequence[Word]) -> None:
    """Keep the words, move what holds to the prompts, and have slices fitted anew where votes stand on them."""
    # Under the lock of the arena, so that whoever reads labellings by their ids misses none.
    Ledger.objects.select_for_update().get(arena=arena_id)
    now = database_now()
    Labelling.objects.bulk_create(
        Labelling(
            arena_id=arena_id,
            prompt=prompt,
            source=source,
            version=version,
            values=labels.to_values(),
            created_at=now,
        )
        for prompt, source, version, labels in words
    )
    prompts = {prompt.pk: prompt for prompt, *_ in words}
    changed = [pk for pk, labels in _holding(prompts).items() if _move(prompts[pk], labels)]
    Prompt.objects.bulk_update([prompts[pk] for pk in changed], ["language", "category"], batch_size=BATCH)
    if LedgerEntry.objects.filter(ledger=arena_id, vote__battle__prompt__in=changed).exists():
        forget_fits(arena_id=arena_id)


def _holding(prompt_ids: Iterable[int]) -> dict[int, Labels]:
    said: dict[int, list[Labelling]] = {pk: [] for pk in prompt_ids}
    for labelling in Labelling.objects.filter(prompt__in=said).order_by("id"):
        said[labelling.prompt_id].append(labelling)
    return {pk: labels_that_hold(_said(labellings)) for pk, labellings in said.items()}


def _said(labellings: Iterable[Labelling]) -> list[Said]:
    return [Said(LabelSource(row.source), row.pk, Labels.from_values(row.values)) for row in labellings]


def _move(prompt: Prompt, labels: Labels) -> bool:
    """Whether the prompt is labelled otherwise now."""
    before = prompt.language, prompt.category
    prompt.language, prompt.category = labels.language or "", labels.category or ""
    return (prompt.language, prompt.category) != before


def _check(labels: Labels) -> None:
    problems = {}
    if labels.language and not is_language(labels.language):
        problems["language"] = ["A language has two letters, as in ISO 639-1."]
    if labels.category and not is_category(labels.category):
        problems["category"] = ["A category has letters, digits, hyphens and underscores."]
    if problems:
        raise InvalidInput(problems)
