"""How do operators keep the catalogue? Arenas, models, entries, endpoints, prompts, outputs."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import JSONField, Model, TextField
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import URLPattern

from arena.admin import dashboard, onboarding, versions
from arena.admin.base import UNSAID, URLS_ARE_HTTPS, KeptAdmin, ReadOnlyInline
from arena.admin.breakers import BreakerMixin
from arena.admin.entering import EnterMixin
from arena.admin.patterns import PatternMixin
from arena.admin.tables import (
    ContestantTable,
    EndpointTable,
    EndpointTableToRead,
    PromptTable,
    Table,
    TableMixin,
)
from arena.admin.versions import version_link
from arena.domain.ballot import all_outcomes, all_reasons
from arena.domain.labels import Labels
from arena.domain.policy import POLICY_FIELDS
from arena.domain.reasons import VoteReason
from arena.models import Arena, Contestant, Endpoint, Entry, Labelling, Output, Prompt
from arena.models.access import MAX_WHY_LENGTH
from arena.services.catalog import save_arena, save_contestant, set_exposure
from arena.services.labels import correct_labels
from arena.services.second_person import change_policy

admin.site.site_header = "Fairground"
admin.site.site_title = "Fairground"
admin.site.index_title = "Run the arena"


def reads_parameters(request: HttpRequest) -> bool:
    """Who keeps endpoints, and who audits; to all others they are nobody's business."""
    return request.user.has_perm("arena.change_endpoint") or request.user.has_perm("arena.view_auditentry")


class EndpointInline(admin.StackedInline):
    model = Endpoint
    extra = 0
    can_delete = False
    formfield_overrides = URLS_ARE_HTTPS

    def get_exclude(self, request: HttpRequest, obj: Contestant | None = None) -> tuple[str, ...]:
        return () if reads_parameters(request) else ("parameters",)


class EntryForm(forms.ModelForm):
    """An entry that is there stays in its arena: its votes are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["arena"].disabled = True


class EntryInline(admin.TabularInline):
    model = Entry
    form = EntryForm
    extra = 0
    fields = ("arena", "status", "exposure")
    readonly_fields = ("status",)
    verbose_name_plural = "entries (activate, pause or retire them on the page of entries)"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


OUTCOMES = (("a", "A is better"), ("tie", "Tie"), ("both_bad", "Both bad"), ("b", "B is better"))
SMALL = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})


class ArenaForm(forms.ModelForm):
    """With a place for the reason, without which no rule of a board changes."""

    outcomes = forms.MultipleChoiceField(
        label="Outcomes offered",
        choices=OUTCOMES,
        initial=all_outcomes,
        widget=forms.CheckboxSelectMultiple,
        help_text="Buttons of the vote; the first and the last are always there. A rule of the boards.",
    )
    reasons = forms.MultipleChoiceField(
        label="Reasons offered",
        choices=VoteReason.choices(),
        initial=all_reasons,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="What a voter may tick beside a vote, or nothing.",
    )
    why = forms.CharField(
        max_length=MAX_WHY_LENGTH,
        required=False,
        help_text=f"Needed where you change a rule of the boards ({', '.join(POLICY_FIELDS)}). "
        "Another owner confirms such a change, unless this site has one person only.",
    )

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        is_needed = settings.IS_SECOND_PERSON_REQUIRED and self.instance.pk and policy_changes(self)
        if is_needed and not self.cleaned_data.get("why", "").strip():
            self.add_error("why", "Say why you change a rule of the boards.")
        return said


def policy_changes(form: forms.ModelForm) -> list[str]:
    return [name for name in form.changed_data if name in POLICY_FIELDS]


@admin.register(Arena)
class ArenaAdmin(PatternMixin, KeptAdmin):
    form = ArenaForm
    autocomplete_fields = ("members", "member_groups")
    list_display = ("name", "slug", "modality", "visibility", "min_votes", "publish_every_s")
    list_filter = ("modality", "visibility")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = KeptAdmin.formfield_overrides | {TextField: {"widget": SMALL}, JSONField: {"widget": SMALL}}
    fieldsets = (
        (None, {"fields": ("name", "slug", "modality", "description")}),
        ("What voters are asked", {"fields": ("question", "rules", "outcomes", "reasons")}),
        (
            "Prompts",
            {"fields": ("takes_prompts", "takes_images", "prompt_hint", "max_turns", "pacing", "prompt_shares")},
        ),
        ("What may be published", {"fields": ("consent_text", "consent_version")}),
        ("Who may enter", {"fields": ("visibility", "members", "member_groups")}),
        (
            "Checks before anybody reads",
            {
                "fields": (
                    ("moderation", "moderation_words"),
                    ("moderation_base_url", "moderation_model", "moderation_key_name"),
                )
            },
        ),
        ("Who meets whom", {"fields": ("pairing", "prior_arena", "share_caps")}),
        ("Boards", {"fields": ("publish_every_s", "counted_sources", "min_votes", "min_reading_ms")}),
        ("Why", {"fields": ("why",)}),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*dashboard.addresses(), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Arena | None = None) -> tuple[str, ...]:
        """Rules and members are for owners."""
        rules = () if request.user.has_perm("arena.change_policy") else POLICY_FIELDS
        members = () if request.user.has_perm("auth.view_user") else ("members", "member_groups")
        return ("consent_version", *(("slug", "modality", *rules) if obj else ()), *members)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Arena | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else dict(self.prepopulated_fields)

    def save_model(self, request: HttpRequest, obj: Arena, form: ModelForm, change: bool) -> None:
        """Rules go a way of their own, on which a second owner may stand."""
        rules = policy_changes(form) if change else []
        values = {name: form.cleaned_data[name] for name in rules}
        kept = Arena.objects.get(pk=obj.pk) if rules else obj
        for name in rules:
            setattr(obj, name, getattr(kept, name))
        save_arena(arena=obj)
        if rules:
            rows = {name: value.pk if isinstance(value, Arena) else value for name, value in values.items()}
            waiting = change_policy(
                arena_id=obj.pk, values=rows, by=request.user, why=form.cleaned_data["why"] or UNSAID
            )
            if waiting:
                messages.warning(request, f"Waits for a second owner: {', '.join(rules)}.")


@admin.register(Contestant)
class ContestantAdmin(EnterMixin, TableMixin, KeptAdmin):
    resource_classes = [ContestantTable]
    list_display = ("name", "slug", "organisation", "weight_class", "precision", "training_type", "openness")
    list_filter = ("precision", "training_type", "openness", "entries__arena")
    search_fields = ("name", "slug", "organisation", "family")
    autocomplete_fields = ("base_models",)
    inlines = (EntryInline, EndpointInline)
    fieldsets = (
        (None, {"fields": ("slug", "name", "organisation", "version", "description", "link", "aliases")}),
        ("Family", {"fields": ("family", "base_models", "next_version")}),
        (
            "Apples to apples",
            {
                "fields": (
                    ("total_params_b", "active_params_b"),
                    ("precision", "training_type"),
                    ("openness", "licence"),
                    ("release_date", "knowledge_cutoff"),
                    ("input_price_usd", "output_price_usd", "answer_price_usd"),
                    "context_tokens",
                    "kind",
                )
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*onboarding.addresses(), *versions.addresses(), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Contestant | None = None) -> tuple[str, ...]:
        return ("slug", "next_version") if obj else ("next_version",)

    @admin.display(description="next version", empty_value="")
    def next_version(self, contestant: Contestant) -> str:
        return version_link(contestant) if contestant.pk else "Once it is saved."

    def save_model(self, request: HttpRequest, obj: Contestant, form: ModelForm, change: bool) -> None:
        save_contestant(contestant=obj)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """How often a model is shown is public: another exposure goes a way of its own."""
        if formset.model is not Entry:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for entry in formset.new_objects:
            entry.save()
        for entry, _ in formset.changed_objects:
            set_exposure(entry_id=entry.pk, exposure=entry.exposure, by=request.user.get_username())


@admin.register(Endpoint)
class EndpointAdmin(BreakerMixin, TableMixin, KeptAdmin):
    resource_classes = [EndpointTable]
    list_display = ("contestant", "provider", "base_url", "model_name", "key_name", "is_enabled", "paused_at")
    list_filter = ("provider", "is_enabled")
    search_fields = ("contestant__name", "contestant__slug", "model_name")
    autocomplete_fields = ("contestant",)

    def get_readonly_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "contestant") if obj else self.readonly_fields

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[Table]]:
        return [EndpointTable if reads_parameters(request) else EndpointTableToRead]

    def get_exclude(self, request: HttpRequest, obj: Endpoint | None = None) -> tuple[str, ...]:
        return () if reads_parameters(request) else ("parameters",)


class LabellingInline(ReadOnlyInline, admin.TabularInline):
    """Who said what of a prompt; what holds stands above."""

    model = Labelling
    fields = ("source", "version", "values", "created_at")


@admin.register(Prompt)
class PromptAdmin(TableMixin, KeptAdmin):
    resource_classes = [PromptTable]
    list_display = ("key", "arena", "language", "category", "source", "is_in_pool")
    list_filter = ("arena", "is_in_pool", "language", "category")
    search_fields = ("key", "text")
    autocomplete_fields = ("arena",)
    inlines = (LabellingInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Prompt | None = None) -> tuple[str, ...]:
        """Votes stand on what was asked. A text that must go is removed by a complaint (moderation.py)."""
        if obj is None:
            return ()
        return ("arena", "text") if obj.battles.exists() else ("arena",)

    def save_model(self, request: HttpRequest, obj: Prompt, form: ModelForm, change: bool) -> None:
        """Labels go the way of all labels, as the word of this operator."""
        said = {name: form.cleaned_data[name] for name in ("language", "category") if name in form.changed_data}
        for name in said:
            setattr(obj, name, form.initial.get(name, ""))
        super().save_model(request, obj, form, change)
        if said:
            correct_labels(prompt_id=obj.pk, labels=Labels(**said), by=request.user.get_username())


CONTENT = ("text", "file", "media_type", "width", "height", "duration_s", "latency_ms", "sha256")


@admin.register(Output)
class OutputAdmin(KeptAdmin):
    list_display = ("contestant", "prompt", "media_type")
    list_filter = ("prompt__arena", "media_type")
    search_fields = ("contestant__name", "contestant__slug", "prompt__key")
    autocomplete_fields = ("contestant", "prompt")

    def get_readonly_fields(self, request: HttpRequest, obj: Output | None = None) -> tuple[str, ...]:
        """Whose output to what it is never changes, for draws remember who has which; nor what a battle showed."""
        if obj is None:
            return ()
        return ("contestant", "prompt", *CONTENT) if obj.responses.exists() else ("contestant", "prompt")
