"""How does a script of the staff add to the catalogue? Whole rows or none, each step noted in the trail.

Next file to read: catalog.py, onboarding.py; api/views/staff.py, which calls this.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from arena.domain.audit import Actor
from arena.domain.errors import ImportFault, InvalidInput, NotFound
from arena.domain.lifecycle import IllegalStep
from arena.domain.metadata import EntryStatus
from arena.domain.visibility import STAFF
from arena.models import Arena, Contestant, Endpoint, Entry, Output, Prompt
from arena.models.catalog import random_key
from arena.queries.catalog import arena_by_slug
from arena.services.audit import note_step
from arena.services.catalog import set_entry_status
from arena.services.endpoints import ask_again
from arena.services.importing.vote_import import import_votes
from arena.services.onboarding import add_model

SAID_OF_ENDPOINT = ("provider", "base_url", "model_name", "key_name", "parameters")
PRICES = ("input_price_usd", "output_price_usd")


@transaction.atomic
def add_model_by_script(
    *,
    actor: Actor,
    values: Mapping[str, Any],
    endpoint: Mapping[str, Any] | None = None,
    arena_slugs: Sequence[str] = (),
    status: EntryStatus = EntryStatus.DRAFT,
    reason: str = "",
) -> Contestant:
    """A new model with its endpoint and entries. Raises InvalidInput, by field; NotFound for an arena."""
    arenas = [arena_by_slug(slug, STAFF) for slug in dict.fromkeys(arena_slugs)]
    prices = {name: Decimal(str(values[name])) for name in PRICES if values.get(name) is not None}
    contestant = Contestant(**values | prices)
    _check(contestant)
    where = _endpoint(endpoint) if endpoint is not None else None
    try:
        add_model(
            contestant=contestant,
            endpoint=where,
            arena_ids=[arena.pk for arena in arenas],
            status=status,
            exposure=1.0,
            by=actor.who,
            reason=reason,
        )
    except IllegalStep as error:
        raise InvalidInput({"status": [str(error)]}) from None
    after = {**values, "arenas": list(arena_slugs), "status": status.value, "endpoint": dict(endpoint or {})}
    note_step(actor=actor, action="add", row=contestant, after=after, why=reason)
    return contestant


@transaction.atomic
def set_endpoint(*, actor: Actor, model_slug: str, values: Mapping[str, Any]) -> None:
    """Where a model is called from now on, and at once; what is not said is as for a new one.

    Raises NotFound, InvalidInput.
    """
    contestant = _contestant(model_slug)
    said = _endpoint(values)
    endpoint = Endpoint.objects.select_for_update().filter(contestant=contestant).first()
    if endpoint is None:
        said.contestant = contestant
        said.save()
        note_step(actor=actor, action="add", row=said, after=values)
        return
    before = {name: getattr(endpoint, name) for name in SAID_OF_ENDPOINT}
    for name in SAID_OF_ENDPOINT:
        setattr(endpoint, name, getattr(said, name))
    endpoint.save(update_fields=SAID_OF_ENDPOINT)
    # What failed was another address, or another key: its pause ends as one that an operator ends.
    ask_again(contestant_id=contestant.pk, by=actor.who)
    note_step(actor=actor, action="change", row=endpoint, before=before, after=values)


@transaction.atomic
def set_status(*, actor: Actor, model_slug: str, arena_slug: str, status: EntryStatus, reason: str) -> None:
    """Enter a model into an arena, or move it there. Raises NotFound; InvalidInput for a step that cannot be taken."""
    contestant, arena = _contestant(model_slug), arena_by_slug(arena_slug, STAFF)
    entry, is_new = Entry.objects.get_or_create(arena=arena, contestant=contestant)
    before = "" if is_new else entry.status
    try:
        set_entry_status(entry_id=entry.pk, status=status, by=actor.who, reason=reason)
    except IllegalStep as error:
        raise InvalidInput({"status": [str(error)]}) from None
    note_step(
        actor=actor, action="set status", row=entry, before={"status": before}, after={"status": status}, why=reason
    )


@transaction.atomic
def add_prompts(*, actor: Actor, arena_slug: str, prompts: Sequence[Mapping[str, str]]) -> int:
    """Prompts of the pool; those whose name is known already stay as they are. How many are new."""
    arena = arena_by_slug(arena_slug, STAFF)
    rows = [_prompt(arena, said, position) for position, said in enumerate(prompts)]
    known = set(arena.prompts.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    new = {row.key: row for row in rows if row.key not in known}
    Prompt.objects.bulk_create(new.values())
    note_step(actor=actor, action="add prompts", row=arena, after={"added": len(new), "known": len(rows) - len(new)})
    return len(new)


@transaction.atomic
def add_outputs(*, actor: Actor, arena_slug: str, outputs: Sequence[Mapping[str, str]]) -> int:
    """Stored answers; those that are there already stay as they are. How many are new. Raises InvalidInput."""
    arena = arena_by_slug(arena_slug, STAFF)
    prompts = {p.key: p for p in arena.prompts.filter(key__in={said["prompt_id"] for said in outputs})}
    models = {c.slug: c for c in Contestant.objects.filter(slug__in={said["model"] for said in outputs})}
    new: dict[tuple[int, int], Output] = {}
    for position, said in enumerate(outputs):
        prompt, model = prompts.get(said["prompt_id"]), models.get(said["model"])
        if prompt is None or model is None:
            what = "prompt_id" if prompt is None else "model"
            raise InvalidInput({"outputs": [f"Row {position}: there is no {what} {said[what][:100]!r} here."]})
        new.setdefault((prompt.pk, model.pk), Output(prompt=prompt, contestant=model, text=said["text"]))
    there = Output.objects.filter(prompt__in=prompts.values(), contestant__in=models.values())
    for pair in there.values_list("prompt_id", "contestant_id"):
        new.pop(pair, None)
    Output.objects.bulk_create(new.values())
    note_step(actor=actor, action="add outputs", row=arena, after={"added": len(new)})
    return len(new)


def import_vote_file(*, actor: Actor, arena_slug: str, data: bytes, vote_format: str, file_type: str) -> list[str]:
    """The votes of a file, all or none; what the import has to say. Raises NotFound, InvalidInput."""
    arena = arena_by_slug(arena_slug, STAFF)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"votes.{file_type}"
        path.write_bytes(data)
        try:
            report = import_votes(path=path, arena_slug=arena.slug, vote_format=vote_format, progress=_quiet)
        except ImportFault as fault:
            raise InvalidInput({"file": [str(fault)]}) from None
    lines = list(report.lines())
    note_step(actor=actor, action="import votes", row=arena, after={"format": vote_format, "report": lines})
    return lines


def _endpoint(values: Mapping[str, Any]) -> Endpoint:
    endpoint = Endpoint(**values)
    _check(endpoint, exclude=["contestant"], prefix="endpoint.")
    return endpoint


def _prompt(arena: Arena, said: Mapping[str, str], position: int) -> Prompt:
    prompt = Prompt(
        arena=arena,
        key=said.get("prompt_id") or random_key(),
        text=said["text"],
        language=said.get("language", ""),
        category=said.get("category", ""),
        source="script",
        is_in_pool=True,
    )
    _check(prompt, exclude=["arena"], prefix=f"prompts.{position}.", is_unique_checked=False)
    return prompt


def _contestant(slug: str) -> Contestant:
    contestant = Contestant.objects.filter(slug=slug).first()
    if contestant is None:
        raise NotFound
    return contestant


def _check(row: Model, exclude: Sequence[str] = (), prefix: str = "", is_unique_checked: bool = True) -> None:
    """Raises InvalidInput for what the form of this row would refuse."""
    try:
        row.full_clean(exclude=set(exclude), validate_unique=is_unique_checked, validate_constraints=is_unique_checked)
    except ValidationError as error:
        raise InvalidInput({f"{prefix}{name}": said for name, said in error.message_dict.items()}) from None


def _quiet(sentence: str) -> None:
    """Nobody is watching."""
