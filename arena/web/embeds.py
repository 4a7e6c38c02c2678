"""How does a board appear elsewhere? A table to embed, a badge, a feed of changed places, a citation.

Next file to read: queries/leaderboards.py.
"""

from collections.abc import Callable
from functools import wraps
from itertools import pairwise

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from arena.domain.errors import ArenaError
from arena.domain.visibility import Viewer
from arena.models import Snapshot
from arena.queries.catalog import arena_by_slug, contestant_by_slug
from arena.queries.history import PastBoard, past_boards, snapshots_of
from arena.queries.leaderboards import current_board, shown_voter_kind
from arena.visitors import viewer_of
from arena.web.board import axis_of, show_row
from arena.web.errors import show_error
from arena.web.numbers import count, place, points

N_ROWS = 10
N_NEWS = 20
MAX_AGE_S = 60
SVG = "image/svg+xml"
CHARACTER_WIDTH = 7  # of the badge's type at its size, generously

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Without a session, and others may keep a copy for a minute; what only members see nobody else may keep."""

    @wraps(view)
    @require_safe
    def show(request: HttpRequest, **path: object) -> HttpResponse:
        viewer = viewer_of(request)
        try:
            response = view(request, viewer, **path)
        except ArenaError as error:
            response = show_error(request, error)
        if viewer.was_recognised:
            patch_cache_control(response, private=True, no_cache=True)
        else:
            patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        return response

    return show


@xframe_options_exempt
@csp_replace({"default-src": [SELF], "style-src": [SELF], "frame-ancestors": ["*"]})
@public
def table(request: HttpRequest, viewer: Viewer, arena: str) -> HttpResponse:
    """The first rows, to stand in a frame of any site. No script, no form, no cookie."""
    found = arena_by_slug(arena, viewer)
    kind = shown_voter_kind(found)
    board = current_board(found, kind)
    rows = list(board.ranked)[:N_ROWS] if board else []
    axis = axis_of(rows)
    context = {
        "arena": found,
        "kind": kind,
        "board": board,
        "axis": axis,
        "rows": [show_row(row, axis) for row in rows],
    }
    return render(request, "arena/embed.html", context)


@public
def badge(request: HttpRequest, viewer: Viewer, arena: str, slug: str) -> HttpResponse:
    """Place and rating of one model as a small picture with a text alternative."""
    found, contestant = arena_by_slug(arena, viewer), contestant_by_slug(slug, viewer)
    board = current_board(found, shown_voter_kind(found))
    row = next((row for row in board.ranked if row.contestant_id == contestant.pk), None) if board else None
    said = f"#{place(row.rank_low, row.rank_high)} · {points(row.rating)}" if row else gettext("not ranked yet")
    context = {"label": found.name, "said": said, "label_width": _width(found.name), "said_width": _width(said)}
    context |= {"width": context["label_width"] + context["said_width"], "name": contestant.name}
    context |= {"label_x": context["label_width"] / 2, "said_x": context["label_width"] + context["said_width"] / 2}
    return render(request, "arena/badge.svg", context, content_type=SVG)


@public
def feed(request: HttpRequest, viewer: Viewer, arena: str) -> HttpResponse:
    """Changes of places of the last publications, as Atom."""
    found = arena_by_slug(arena, viewer)
    kind = shown_voter_kind(found)
    boards = past_boards(list(snapshots_of(found.slug, kind, viewer=viewer)[: N_NEWS + 1]))
    address = request.build_absolute_uri
    atom = Atom1Feed(
        title=f"{found.name}: {gettext('changed places')}",
        link=address(reverse("web:leaderboard", args=[found.slug])),
        description="",
        feed_url=address(request.path),
        language=get_language() or "en",
    )
    for board, before in pairwise(boards):
        if changes := changed_places(before, board):
            snapshot = board.snapshot
            atom.add_item(
                title=_news_title(changes),
                link=address(reverse("web:diff", args=[before.snapshot.pk, snapshot.pk])),
                description="; ".join(changes),
                pubdate=snapshot.created_at,
                updateddate=snapshot.created_at,
                unique_id=address(snapshot.get_absolute_url()),
            )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _news_title(changes: list[str]) -> str:
    if len(changes) == 1:
        return changes[0]
    return gettext("%(n)s models changed places") % {"n": count(len(changes))}


def changed_places(before: PastBoard, after: PastBoard) -> list[str]:
    """One sentence a model, the best first."""
    ranks = {row.contestant_id: row.rank for row in before.ranked}
    return [
        gettext("%(model)s is %(now)s, was %(before)s")
        % {"model": row.contestant.name, "now": row.rank, "before": ranks[row.contestant_id]}
        if row.contestant_id in ranks
        else gettext("%(model)s is new at %(now)s") % {"model": row.contestant.name, "now": row.rank}
        for row in after.ranked
        if ranks.get(row.contestant_id) != row.rank
    ]


def bibtex(snapshot: Snapshot, url: str) -> str:
    """Names exactly this board: a snapshot never changes."""
    day = snapshot.created_at
    title = snapshot.arena.name.translate(str.maketrans({sign: f"\\{sign}" for sign in "&%$#_{}"}))
    return (
        f"@misc{{fairground-{snapshot.arena.slug}-{snapshot.pk},\n"
        f"  title = {{{title}: leaderboard, snapshot {snapshot.pk}}},\n"
        f"  year = {{{day.year}}},\n"
        f"  month = {{{day.month}}},\n"
        f"  url = {{{url}}},\n"
        f"  note = {{{snapshot.meta['n_votes']:,} votes; ledger root {bytes(snapshot.ledger_root).hex()}}}\n"
        "}"
    )


def _width(text: str) -> int:
    return CHARACTER_WIDTH * len(text) + 14
