"""How do operators make an arena after the pattern of another? Next file to read: services/templates.py."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.domain.errors import InvalidInput
from arena.models import Arena
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.templates import duplicate_arena

MAX_SLUG_LENGTH = 50


class PatternMixin:
    """An action on arenas; each copy is unlisted and is called a copy until somebody names it."""

    actions = ("duplicate",)

    @admin.action(description="Duplicate as a template: settings and models, no votes", permissions=["add"])
    def duplicate(self, request: HttpRequest, arenas: QuerySet[Arena]) -> None:
        for arena in arenas:
            slug = _free_slug(arena.slug)
            name = f"Copy of {arena.name}"[:MAX_NAME_LENGTH]
            try:
                copy = duplicate_arena(arena_id=arena.pk, slug=slug, name=name, by=request.user.get_username())
            except InvalidInput as error:
                messages.error(request, f"{arena}: {' '.join(error.sentences)}")
                continue
            self.log_addition(request, copy, f"After the pattern of {arena.slug}.")
            messages.success(request, f"{copy} is at {slug}, unlisted. Its pool of prompts is empty.")


def _free_slug(slug: str) -> str:
    """The first of demo-copy, demo-copy-2, ... that nobody has."""
    taken = set(Arena.objects.filter(slug__startswith=slug[:20]).values_list("slug", flat=True))
    for n in range(1, len(taken) + 2):
        ending = "-copy" if n == 1 else f"-copy-{n}"
        free = f"{slug[: MAX_SLUG_LENGTH - len(ending)]}{ending}"
        if free not in taken:
            return free
    raise AssertionError("one of more names than are taken is free")
