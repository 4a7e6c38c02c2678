"""How does an operator add a model in two minutes? One guided page, and the small answers that it asks for meanwhile.

Next file to read: onboarding_forms.py for what is asked, services/endpoint_test.py for what is tried.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from channels.db import database_sync_to_async
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from arena.admin.onboarding_forms import (
    TEST_PROMPT,
    ContestantForm,
    EndpointForm,
    PlacesForm,
    as_posted,
    is_name_of_key,
    typed_slug,
    typed_values,
)
from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.domain.model_families import LICENCES
from arena.domain.model_names import read_name
from arena.domain.weight_class import weight_class_of
from arena.models import Contestant, Endpoint, ModelDraft
from arena.providers.base import Message, ProviderError, Request
from arena.providers.keys import has_key, known_key_names, said_fingerprint
from arena.providers.model_list import list_models
from arena.providers.prices import listed_price
from arena.queries.spending import price_of
from arena.services.endpoint_test import TestResult, try_endpoint
from arena.services.onboarding import (
    AlreadyAdded,
    add_model,
    check_not_added,
    drop_draft,
    keep_draft,
    note_good_test,
    settings_sha,
)

PAGE = "admin:add_model"
LINES = "application/x-ndjson"
ACTIONS = {"testing": EntryStatus.TESTING, "active": EntryStatus.ACTIVE}
NO_KEY_NEEDED = "No key is named: right for a server that wants none."


def addresses() -> list[URLPattern]:
    """Under the models of the admin."""
    views = {
        "": (show, "add_model"),
        "draft/": (keep, "add_model_draft"),
        "key/": (look_for_key, "add_model_key"),
        "models/": (offer_models, "add_model_models"),
        "suggest/": (suggest, "add_model_suggest"),
        "test/": (test, "add_model_test"),
        "card/": (show_card, "add_model_card"),
    }
    return [path(f"guide/{end}", admin.site.admin_view(view), name=name) for end, (view, name) in views.items()]


def show(request: HttpRequest) -> HttpResponse:
    """The page; what it sends is kept as a draft first, so that no wrong input loses anything."""
    _check_permission(request)
    if request.method != "POST":
        draft = _draft(request.GET.get("draft", ""))
        return _page(request, draft, *_forms(as_posted(draft.values) if draft else None), is_new=True)
    if request.POST.get("do") == "discard":
        if draft := _draft(request.POST.get("draft", "")):
            drop_draft(draft_id=draft.pk)
        messages.success(request, "The draft is gone.")
        return redirect(PAGE)
    try:
        return _take(request, _keep(request))
    except AlreadyAdded as error:
        if typed_slug(request.POST) != error.contestant.slug:  # somebody went back, and made another model of it
            return _take(request, _keep(request, uuid4()))
        return _show_added(request, error.contestant)


def _take(request: HttpRequest, draft: ModelDraft) -> HttpResponse:
    """Raises AlreadyAdded."""
    if request.POST.get("do") not in ACTIONS:
        messages.success(request, f"Kept as a draft: {draft}.")
        return redirect(f"{reverse(PAGE)}?draft={draft.pk}")
    return _add(request, draft, ACTIONS[request.POST["do"]])


def _show_added(request: HttpRequest, contestant: Contestant) -> HttpResponse:
    """A second click adds nothing, and has nothing to tell to the trail."""
    request.has_no_such_action = True  # type: ignore[attr-defined]
    messages.info(request, f"{contestant.name} is in already.")
    return redirect("admin:arena_contestant_change", contestant.pk)


def _add(request: HttpRequest, draft: ModelDraft, status: EntryStatus) -> HttpResponse:
    endpoint, contestant, places = _forms(request.POST)
    are_valid = [form.is_valid() for form in (endpoint, contestant, places)]
    if not places.has_error("arenas") and not places.cleaned_data.get("arenas"):
        places.add_error("arenas", "Choose at least one arena.")
    if status is EntryStatus.ACTIVE and are_valid[0] and not _is_tested(draft, endpoint.instance, places):
        places.add_error("untested", "This set-up has not passed a test. Test it above, or tick this box.")
    if endpoint.has_error("key_name"):  # it may be the key itself, which no page shows
        endpoint.data = endpoint.data.copy()
        del endpoint.data["key_name"]
    if not all(are_valid) or places.errors:
        check_not_added(draft_id=draft.pk)  # by a request that came at the same time
        return _page(request, draft, endpoint, contestant, places)
    if status is EntryStatus.ACTIVE and not request.user.has_perm("arena.change_entry"):
        raise PermissionDenied
    try:
        added = add_model(
            contestant=contestant.save(commit=False),
            endpoint=endpoint.save(commit=False),
            arena_ids=[arena.pk for arena in places.cleaned_data["arenas"]],
            status=status,
            exposure=places.cleaned_data["exposure"],
            by=request.user.get_username(),
            reason=places.cleaned_data["reason"],
            draft_id=draft.pk,
        )
    except InvalidInput as error:
        for name, sentences in error.fields.items():
            contestant.add_error(name, sentences)
        return _page(request, draft, endpoint, contestant, places)
    admin.site._registry[Contestant].log_addition(request, added, f"Added by the guide, {status.label}.")
    sentence = "It takes part in new battles from now on." if status is EntryStatus.ACTIVE else "It is being tested."
    messages.success(request, f"{added.name} is in. {sentence}")
    return redirect("admin:arena_contestant_change", added.pk)


def _is_tested(draft: ModelDraft, endpoint: Endpoint, places: Form) -> bool:
    return draft.tested_sha == settings_sha(endpoint) or bool(places.cleaned_data.get("untested"))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    _check_permission(request, only_asks=True)
    try:
        return JsonResponse({"draft": str(_keep(request))})
    except AlreadyAdded as error:
        return JsonResponse({"added": str(error.contestant)})


@require_POST
def look_for_key(request: HttpRequest) -> HttpResponse:
    """Whether the key behind a name is there; never its value."""
    _check_permission(request, only_asks=True)
    name = request.POST.get("key_name", "").strip()
    if not name:
        return JsonResponse({"state": "none", "sentence": NO_KEY_NEEDED})
    if not is_name_of_key(name):
        sentence = "This is no name of a key, and it was not kept. A key itself never goes into this page."
        return JsonResponse({"state": "missing", "sentence": sentence})
    if has_key(name):
        return JsonResponse({"state": "found", "sentence": f"{name} is set{said_fingerprint(name)}."})
    sentence = f"{name} is not set yet. Put a line {name}=... into the keys file; no restart is needed."
    return JsonResponse({"state": "missing", "sentence": sentence})


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """What the name of the model and the public price lists say."""
    _check_permission(request, only_asks=True)
    name, url = request.POST.get("model_name", ""), request.POST.get("base_url", "")
    found = read_name(name)
    fields = {key: {"value": str(value), "why": f"from “{found.why[key]}”"} for key, value in found.facts.items()}
    if prices := listed_price(name, url):
        for key, price in zip(("input_price_usd", "output_price_usd"), prices, strict=True):
            fields[key] = {"value": f"{price.normalize():f}", "why": "from the public price list"}
    weight_class = weight_class_of(found.facts.get("total_params_b"))
    return JsonResponse({"fields": fields, "weight_class": weight_class.label})


@require_POST
def show_card(request: HttpRequest) -> HttpResponse:
    """The public card as it would be, from whatever is right so far."""
    _check_permission(request, only_asks=True)
    form = ContestantForm(request.POST)
    form.is_valid()
    return render(request, "operators/_card.html", {"model": form.instance})


@require_POST
def offer_models(request: HttpRequest) -> HttpResponse:
    _check_permission(request, only_asks=True)
    form = EndpointForm(request.POST)
    form.is_valid()
    problem = next((form.errors[name][0] for name in ("base_url", "key_name") if form.errors.get(name)), "")
    return _lines(_offer(form.cleaned_data.get("base_url", ""), form.cleaned_data.get("key_name", ""), problem))


@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """A real answer as it is written, a line of JSON a piece, and what it shows."""
    _check_permission(request)
    form, about = EndpointForm(request.POST), ContestantForm(request.POST)
    about.is_valid()
    if not form.is_valid():
        return _lines(_problem(" ".join(f"{form[name].label}: {said[0]}" for name, said in form.errors.items())))
    try:
        draft = _keep(request)
    except AlreadyAdded as error:
        return _lines(_problem(f"{error}."))
    prompt = request.POST.get("test_prompt", "").strip() or TEST_PROMPT
    return _lines(_try(form.instance, about.instance, prompt, draft.pk))


async def _offer(base_url: str, key_name: str, problem: str) -> AsyncGenerator[dict[str, Any], None]:
    if problem or not base_url:
        yield {"problem": problem or "Say the base URL first."}
        return
    try:
        yield {"models": await list_models(base_url=base_url, key_name=key_name)}
    except ProviderError as error:
        yield {"problem": f"{str(error)[:1].upper()}{str(error)[1:]}. You can type the name of the model instead."}


async def _problem(sentence: str) -> AsyncGenerator[dict[str, Any], None]:
    yield {"problem": sentence}


async def _try(
    endpoint: Endpoint, contestant: Contestant, prompt: str, draft_id: UUID
) -> AsyncGenerator[dict[str, Any], None]:
    endpoint.contestant = contestant
    names = [contestant.name, contestant.slug, contestant.organisation, endpoint.model_name]
    asked = Request(
        contestant=contestant.slug,
        messages=(Message("user", prompt),),
        base_url=endpoint.base_url,
        model_name=endpoint.model_name,
        key_name=endpoint.key_name,
        parameters=endpoint.parameters,
    )
    parts = try_endpoint(
        provider=endpoint.provider,
        request=asked,
        names=[name for name in [*names, *(contestant.aliases or [])] if name],
        price=price_of(contestant),
    )
    async with aclosing(parts):  # whoever leaves ends the call at once, and it is paid
        async for part in parts:
            if isinstance(part, TestResult):
                if part.is_good:
                    await database_sync_to_async(note_good_test)(draft_id=draft_id, endpoint=endpoint)
                yield {"result": asdict(part) | {"is_good": part.is_good}}
            else:
                yield {"text": part}


def _forms(data: QueryDict | None) -> tuple[EndpointForm, ContestantForm, PlacesForm]:
    return tuple(form(data, label_suffix="") for form in (EndpointForm, ContestantForm, PlacesForm))


def _lines(events: AsyncGenerator[dict[str, Any], None]) -> StreamingHttpResponse:
    async def lines() -> AsyncGenerator[bytes, None]:
        async with aclosing(events):
            async for event in events:
                yield json.dumps(event, default=str).encode() + b"\n"

    return StreamingHttpResponse(lines(), content_type=LINES, headers={"X-Accel-Buffering": "no"})


def _check_permission(request: HttpRequest, *, only_asks: bool = False) -> None:
    """only_asks : nothing that the staff's trail has to name; a draft is nobody's business either."""
    request.has_no_such_action = only_asks  # type: ignore[attr-defined]
    if not request.user.has_perm("arena.add_contestant"):
        raise PermissionDenied


def _keep(request: HttpRequest, draft_id: UUID | None = None) -> ModelDraft:
    """Under the id that the page named it by, unless another is said. Raises AlreadyAdded."""
    draft_id = draft_id or _uuid(request.POST.get("draft", "")) or uuid4()
    return keep_draft(draft_id=draft_id, values=typed_values(request.POST), by=request.user.get_username())


def _draft(text: str) -> ModelDraft | None:
    return ModelDraft.objects.filter(pk=_uuid(text)).first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    draft: ModelDraft | None,
    endpoint: EndpointForm,
    contestant: ContestantForm,
    places: PlacesForm,
    *,
    is_new: bool = False,
) -> HttpResponse:
    forms = (endpoint, contestant, places)
    if is_new:
        for form in forms:
            form._errors = {}  # nothing was sent yet, so nothing is wrong
    context = admin.site.each_context(request) | {
        "title": "Add a model",
        "here": "add_model",
        "draft": draft,
        "draft_id": draft.pk if draft else uuid4(),
        "drafts": ModelDraft.objects.exclude(pk=draft.pk if draft else None)[:8],
        "endpoint": endpoint,
        "contestant": contestant,
        "places": places,
        "n_problems": sum(len(form.errors) for form in forms),
        "test_prompt": TEST_PROMPT,
        "key_names": known_key_names(),
        "licences": LICENCES,
    }
    return render(request, "operators/add_model.html", context, status=200 if not context["n_problems"] else 422)
