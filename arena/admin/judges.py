"""How do operators keep automatic judges? Set one up, try it on a battle, enable it, and see how it does."""

import numpy as np
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from arena.admin.base import KeptAdmin, ReadOnlyAdmin
from arena.domain.errors import ArenaError
from arena.models import Judge, Judgement
from arena.providers.keys import has_key
from arena.queries.clock import database_now
from arena.queries.judging import JudgeFigures, exhibits_of, figures_of
from arena.services.judging import save_judge, try_judge
from arena.staff.trail import note

FIGURES = ("votes", "order", "no_vote", "agreement", "spent")


@admin.register(Judge)
class JudgeAdmin(KeptAdmin):
    list_display = ("name", "arena", "model_name", "is_enabled", "has_its_key", "resumes_at", "last_error")
    list_filter = ("arena", "is_enabled")
    list_select_related = ("arena",)
    actions = ("try_it",)

    def get_readonly_fields(self, request: HttpRequest, obj: Judge | None = None) -> tuple[str, ...]:
        return ("arena", "name", *FIGURES, "n_failures", "resumes_at", "last_error") if obj else ()

    def save_model(self, request: HttpRequest, obj: Judge, form: ModelForm, change: bool) -> None:
        save_judge(judge=obj)

    @admin.display(description="key is set", boolean=True)
    def has_its_key(self, judge: Judge) -> bool:
        return has_key(judge.key_name)

    @admin.display(description="votes")
    def votes(self, judge: Judge) -> str:
        figures = _figures(judge)
        return f"{figures.n_voted:,}; {figures.n_today:,} battles today, of {judge.max_battles_a_day:,}"

    @admin.display(description="verdict hung on the order")
    def order(self, judge: Judge) -> str:
        figures = _figures(judge)
        if figures.disagreed_percent is None:
            return "unknown: no vote yet"
        what = "verdicts, which are ties or no votes" if figures.n_undecided else "votes, which are ties"
        return (
            f"{figures.disagreed_percent:.1f} % of its {what}; the first place won both times in "
            f"{figures.n_first:,}, the second in {figures.n_second:,}"
        )

    @admin.display(description="no vote")
    def no_vote(self, judge: Judge) -> str:
        figures = _figures(judge)
        undecided = f"{figures.n_undecided:,} undecided where no tie is offered, " if figures.n_undecided else ""
        rest = f"{figures.n_unreadable:,} unreadable, {figures.n_too_long:,} too long, {figures.n_failed:,} failed"
        return undecided + rest

    @admin.display(description="agrees with people")
    def agreement(self, judge: Judge) -> str:
        with_people = _figures(judge).with_people
        if with_people.percent is None:
            return "unknown: nobody has judged the same answers"
        return f"{with_people.percent:.1f} % of {with_people.n_pairs:,} pairs of votes on the same two answers"

    @admin.display(description="spent today")
    def spent(self, judge: Judge) -> str:
        return f"{_figures(judge).today.used_usd:.4f} USD, of {judge.cap_usd:.2f}"

    @admin.action(description="Try on one battle (costs two calls, casts no vote)", permissions=["change"])
    def try_it(self, request: HttpRequest, queryset: QuerySet[Judge]) -> HttpResponse | None:
        if queryset.count() != 1:
            messages.error(request, "Choose one judge.")
            return None
        judge = queryset.get()
        try:
            trial = try_judge(judge_id=judge.pk, rng=np.random.default_rng())
        except ArenaError as error:
            messages.error(request, str(error))
            return None
        note(request, "try", judge, after={"battle": str(trial.battle.pk), "cost_usd": str(trial.cost_usd)})
        context = {
            **self.admin_site.each_context(request),
            "title": f"{judge} on one battle",
            "judge": judge,
            "trial": trial,
            "exhibits": exhibits_of(trial.battle),
        }
        return TemplateResponse(request, "operators/judge_trial.html", context)


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "judge", "original", "result", "verdict_ab", "verdict_ba", "battle")
    list_filter = ("judge", "result")
    list_select_related = ("judge", "original", "battle")
    raw_id_fields = ("original", "battle")
    show_full_result_count = False


def _figures(judge: Judge) -> JudgeFigures:
    """Counted once for a page."""
    if not hasattr(judge, "figures"):
        judge.figures = figures_of(judge, database_now())  # type: ignore[attr-defined]
    return judge.figures  # type: ignore[attr-defined]
