"""Which arenas and models are there, and how does a battle begin? Next file to read: battles.py."""

from operator import attrgetter

import numpy as np
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from arena.domain.errors import ArenaError, AtSpendingCap, ChallengeNeeded, InvalidInput, TooManyStarts
from arena.domain.prompts import MAX_PROMPT_LENGTH
from arena.models import Arena
from arena.queries.battles import open_battle
from arena.queries.catalog import arena_by_slug, listed_arenas, pool_prompts, public_contestants
from arena.queries.replays import n_replayable
from arena.queries.voters import consent_of
from arena.services.battles import start_battle
from arena.services.replays import start_replay
from arena.visitors import ensure_voter_id, network_of, viewer_of
from arena.web.attachments import NO_ATTACHMENTS, Attachments, is_only_about_pictures, read_attachments
from arena.web.board_address import read_search
from arena.web.challenges import SOLUTION, show_challenge
from arena.web.errors import BadQuery, say_when, status_of
from arena.web.facts import pool_sentence
from arena.web.page import page

N_MODELS_SHOWN = 100


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    arenas = list(listed_arenas(viewer_of(request)))
    busiest = max(arenas, key=attrgetter("n_votes"), default=None)
    return render(request, "arena/home.html", {"arenas": arenas, "busiest": busiest})


@page("GET", "POST")
def start(request: HttpRequest, arena: str) -> HttpResponse:
    """Rules and prompt box; only the button, a POST, starts a battle."""
    found = arena_by_slug(arena, viewer_of(request))
    if request.method != "POST":
        return _show_start(request, found)
    typed = request.POST.get("prompt", "")
    voter_id, rng = ensure_voter_id(request), np.random.default_rng()
    attachments = read_attachments(request, found, voter_id)
    if attachments.problem or is_only_about_pictures(request):
        return _show_start(request, found, typed, attachments, attachments.problem)
    if not request.POST.keys() & {"own", "queue"} and not pool_prompts(found).exists():
        return redirect(found)  # a button of another page: the start page takes a prompt, or says that there is none
    caller = {
        "viewer": viewer_of(request),
        "network": network_of(request),
        "solution": request.POST.get(SOLUTION, ""),
    }
    try:
        if "queue" in request.POST:
            battle_id = start_replay(voter_id=voter_id, arena_slug=found.slug, rng=rng, **caller)
        else:
            battle_id = start_battle(
                voter_id=voter_id,
                arena_slug=found.slug,
                rng=rng,
                prompt_text=typed if "own" in request.POST else None,
                is_private="private" in request.POST,
                attachments=attachments.ids,
                **caller,
            )
    except ChallengeNeeded as error:
        return show_challenge(request, found, error)
    except (InvalidInput, AtSpendingCap, TooManyStarts) as error:
        return _show_start(request, found, typed, attachments, error)
    return redirect("web:battle", arena=found.slug, battle=battle_id)


def _show_start(
    request: HttpRequest,
    arena: Arena,
    typed: str = "",
    attachments: Attachments = NO_ATTACHMENTS,
    error: ArenaError | None = None,
) -> HttpResponse:
    voter_id = ensure_voter_id(request)
    context = {
        "arena": arena,
        "pool": pool_sentence(pool_prompts(arena)),
        "open_battle": open_battle(arena.pk, voter_id),
        "consent": consent_of(voter_id, arena),
        "n_finished": n_replayable(arena, voter_id),
        "typed": typed,
        "max_length": MAX_PROMPT_LENGTH,
        "is_private": "private" in request.POST,
        "problems": error.sentences if isinstance(error, InvalidInput) and not attachments.problem else [],
        "attachments": attachments,
        "notice": str(error) if isinstance(error, (AtSpendingCap, TooManyStarts)) else "",
    }
    response = render(request, "arena/start.html", context, status=status_of(error) if error else 200)
    return say_when(response, error)


@page("GET", query=("q", "page"))
def models(request: HttpRequest) -> HttpResponse:
    search = read_search(request.GET.get("q", ""))
    found = public_contestants(viewer_of(request))
    if search:
        found = found.filter(Q(name__icontains=search) | Q(slug__icontains=search) | Q(organisation__icontains=search))
    pages = Paginator(found, N_MODELS_SHOWN)
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= pages.num_pages):
        raise BadQuery(f"page={number}", f"page from 1 to {pages.num_pages}")
    return render(request, "arena/models.html", {"models": pages.page(int(number)), "search": search})
