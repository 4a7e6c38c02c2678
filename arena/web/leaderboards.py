"""How is a board shown? Chosen, filtered and sorted by its address. Next files to read: board_address.py, facets.py."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, ngettext

from arena.domain.errors import TooThin
from arena.domain.metadata import VoterKind
from arena.domain.slices import Shrinkage, Slice
from arena.domain.visibility import Viewer
from arena.models import Arena, Entry, Snapshot
from arena.queries.board_checks import advice_on
from arena.queries.board_limits import ages_on
from arena.queries.board_stamps import KEPT_FOR_S, board_stamp
from arena.queries.catalog import arena_by_slug
from arena.queries.facets import kept_facet_counts, public_entries
from arena.queries.leaderboards import (
    Board,
    board_as_of,
    board_of,
    current_snapshot,
    current_snapshot_ids,
    shown_voter_kind,
    snapshot_by_id,
)
from arena.queries.planning import plan_of
from arena.queries.relatives import differences_to_bases
from arena.services.slices import Computing, ask_for_board
from arena.visitors import viewer_of
from arena.web.board import in_words_of_the_page
from arena.web.board_address import (
    BOARD_PARAMETERS,
    EVERY_ROW,
    REPEATABLE,
    SNAPSHOT_PARAMETERS,
    BoardAddress,
    parameters_of,
)
from arena.web.board_table import table_of
from arena.web.embeds import bibtex
from arena.web.facets import row_facets, slice_facets, slice_in_words
from arena.web.limits import limits_in_words
from arena.web.numbers import count, percent, plus_minus, signed, signed_interval
from arena.web.page import around_tokens, page, with_own_tokens
from arena.web.plan import show_plan
from arena.web.words import note_in_words

ACCEPTED = 202


@dataclass(frozen=True)
class Answer:
    """A board, or why there is none: it is being computed, the slice is too thin, or nothing was published yet."""

    board: Board | None = None
    retry_after_s: int | None = None
    refusal: str = ""


@page("GET", query=BOARD_PARAMETERS, repeatable=REPEATABLE, is_for_readers=True)
def leaderboard(request: HttpRequest, arena: str) -> HttpResponse:
    """The board that is current; opens on the judges' board while people's ranks nobody, and says so.

    What was made since the last publication is shown again as it stands.
    """
    stamp = board_stamp(arena)
    key = stamp.key("page", request.get_full_path(), get_language() or "") if stamp else ""
    if stamp and (kept := caches["boards"].get(key)):
        return HttpResponse(with_own_tokens(request, kept))
    context, status = _live_context(request, arena_by_slug(arena, viewer_of(request)))
    html = render_to_string("arena/leaderboard.html", context, request).encode()
    if stamp and status == 200 and context["board"] is not None:
        caches["boards"].set(key, around_tokens(html), KEPT_FOR_S)
    return HttpResponse(html, status=status)


def _live_context(request: HttpRequest, found: Arena) -> tuple[dict[str, Any], int]:
    """What the main part of the page shows, and the status of the answer."""
    # Before the board is read: what is published meanwhile is news to the page.
    after = max(current_snapshot_ids([found.pk])[found.pk], default=0)
    unsaid = VoterKind.HUMAN if "voters" in request.GET else shown_voter_kind(found)
    address = BoardAddress.from_parameters(parameters_of(request), unsaid)
    answer = _ask(found, address, viewer_of(request))
    kind = address.slice.voters
    entries = public_entries(found)
    context = _context(found, address, answer.board, entries) | {
        "is_live": True,
        "after": after,
        "is_stand_in": kind == VoterKind.JUDGE and "voters" not in request.GET,
        "refusal": answer.refusal,
        "retry_after_s": answer.retry_after_s,
        "slice_facets": slice_facets(address.slice, entries, kept_facet_counts(found, kind)),
        "row_facets": row_facets(address.rows, entries, *_numbers_to_hide(answer.board)),
    }
    return context, 200 if answer.retry_after_s is None else ACCEPTED


@page("GET", query=SNAPSHOT_PARAMETERS, repeatable=REPEATABLE, is_for_readers=True)
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One published board as it was and will stay."""
    found = snapshot_by_id(pk, viewer_of(request))
    stored = Slice.from_parameters(found.slice | {"voters": [found.voter_kind]})
    address = replace(
        BoardAddress.from_parameters(parameters_of(request), stored.voters), slice=stored, is_snapshot=True
    )
    context = _context(found.arena, address, board_of(found), public_entries(found.arena))
    return render(
        request,
        "arena/snapshot.html",
        context
        | {
            "root": bytes(found.ledger_root).hex(),
            "choice_of_pairs": " ".join(advice_on(found.meta)),
            "bibtex": bibtex(found, request.build_absolute_uri(found.get_absolute_url())),
        },
    )


def _ask(arena: Arena, address: BoardAddress, viewer: Viewer) -> Answer:
    if address.as_of is not None:
        return Answer(board_as_of(arena.slug, address.slice.voters, address.as_of, address.slice.key, viewer))
    try:
        board = ask_for_board(arena_slug=arena.slug, slice_=address.slice, viewer=viewer)
    except TooThin as thin:
        return Answer(refusal=str(thin))
    return Answer(retry_after_s=board.retry_after_s) if isinstance(board, Computing) else Answer(board)


def _context(arena: Arena, address: BoardAddress, board: Board | None, entries: list[Entry]) -> dict[str, Any]:
    slice_ = address.slice
    context = {
        "arena": arena,
        "kind": slice_.voters,
        "kinds": [(kind, replace(address, slice=replace(slice_, voters=kind)).to_query()) for kind in VoterKind],
        "address": address,
        "as_of": "" if address.as_of is None else str(address.as_of),
        "board": board,
        "slice_words": slice_in_words(slice_),
        "links": {
            "all_rows": address.to_query(rows=EVERY_ROW, search=""),
            "whole": address.to_query(slice=Slice(voters=slice_.voters)),
            "now": address.to_query(as_of=None),
            "alone": address.to_query(slice=replace(slice_, shrinkage=Shrinkage.NONE)),
            "shrunk": address.to_query(slice=replace(slice_, shrinkage=Shrinkage.AUTO)),
            "grouped": address.to_query(group="" if address.group else "family"),
        },
        "hidden_beside_search": address.hidden_fields("q"),
        "hidden_beside_facets": address.hidden_fields(*FACET_FORM_FIELDS),
    }
    if board is None:
        return context
    statuses = {entry.contestant_id: entry.status for entry in entries}
    return context | {
        "pair_models": [row.contestant for row in (*board.ranked, *board.preliminary)],
        "pair_chosen": [row.contestant.slug for row in (*board.ranked, *board.preliminary)[:2]],
        "table": table_of(board, address, statuses, _notes(board) if address.group else {}),
        "facts": _facts(board.snapshot),
        "limits": limits_in_words(board.snapshot, (*board.ranked, *board.preliminary)),
        "whole_limits": _limits_of_whole_board(arena, board) if board.snapshot.slice_key else [],
        "plan": show_plan(plan_of(board.snapshot), board.ranked, board.preliminary),
        "notes": [note_in_words(in_words_of_the_page(note)) for note in board.snapshot.meta.get("notes", [])],
        "style": _style_effects(board.snapshot),
        "shrinkage": _shrinkage(board.snapshot, slice_),
    }


def _numbers_to_hide(board: Board | None) -> tuple[int, int]:
    """Models that are preliminary, and that may know the prompts."""
    if board is None:
        return 0, 0
    return len(board.preliminary), sum(ages.is_mostly_older for ages in ages_on(board.snapshot).values())


def _limits_of_whole_board(arena: Arena, part: Board) -> list[str]:
    whole = current_snapshot(arena, VoterKind(part.snapshot.voter_kind))
    return limits_in_words(whole, (*part.ranked, *part.preliminary)) if whole else []


def _notes(board: Board) -> dict[int, str]:
    """Below the name of a fine-tune: how far it is from its base."""
    contestants = [row.contestant for row in board.ranked]
    return {
        pk: "; ".join(
            gettext("%(difference)s against its base %(base)s")
            % {"difference": plus_minus(found.difference, (found.ci_high - found.ci_low) / 2), "base": base.name}
            for base, found in bases
        )
        for pk, bases in differences_to_bases(board.snapshot, contestants).items()
    }


FACET_FORM_FIELDS = tuple(
    name for name in BOARD_PARAMETERS if name not in ("voters", "sort", "q", "group", "shrinkage")
)


def _facts(snapshot: Snapshot) -> dict[str, str]:
    meta = snapshot.meta
    n_ranked, n_excluded = meta["n_ranked"], meta.get("n_excluded", 0)
    return {
        "votes": _votes_in_words(meta["n_votes"], meta["n_voters"], VoterKind(snapshot.voter_kind)),
        "ranked": ngettext("%(n)s model ranked", "%(n)s models ranked", n_ranked) % {"n": count(n_ranked)},
        "excluded": ngettext(
            "%(n)s further vote does not count by a published rule.",
            "%(n)s further votes do not count by a published rule.",
            n_excluded,
        )
        % {"n": count(n_excluded)}
        if n_excluded
        else "",
        "confidence": percent(snapshot.spec["confidence"]),
    }


def _votes_in_words(n_votes: int, n_voters: int, kind: VoterKind) -> str:
    votes = ngettext("%(n)s vote", "%(n)s votes", n_votes) % {"n": count(n_votes)}
    if kind == VoterKind.JUDGE:
        return gettext("%(votes)s of automatic judges") % {"votes": votes}
    return ngettext("%(votes)s of %(n)s person", "%(votes)s of %(n)s people", n_voters) % {
        "votes": votes,
        "n": count(n_voters),
    }


def _shrinkage(snapshot: Snapshot, slice_: Slice) -> dict[str, str] | None:
    """How far a slice was drawn to the votes outside; None for a board without an outside."""
    shrinkage = snapshot.meta.get("shrinkage")
    if shrinkage is None or not slice_.is_part:
        return None
    is_shrunk = shrinkage["mode"] == "auto"
    return {
        "amount": percent(shrinkage["amount"]) if is_shrunk else "",
        "n_votes_outside": count(shrinkage["n_votes_outside"]),
        "was_asked_alone": "yes" if slice_.shrinkage is Shrinkage.NONE else "",
    }


def _style_effects(snapshot: Snapshot) -> list[dict[str, str]]:
    """What one standard deviation more of each feature is worth, in points."""
    return [
        {
            "name": gettext(effect["name"].replace("_", " ")),
            "effect": signed(effect["effect"]),
            "interval": signed_interval(effect["ci_low"], effect["ci_high"]),
        }
        for effect in snapshot.meta.get("style", [])
    ]
