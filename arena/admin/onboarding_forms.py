"""What does an operator say of a new model, and what is wrong with it? Next file to read: onboarding.py."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from arena.domain.model_names import slug_of
from arena.domain.secrets import holds_secret
from arena.models import Arena, Contestant, Endpoint
from arena.models.catalog import is_key_name
from arena.models.lifecycle import MAX_REASON_LENGTH

PROVIDER_CHOICES = (
    ("openai", "Chat (any OpenAI-compatible server)"),
    ("openai-images", "Pictures (OpenAI-compatible)"),
    ("openai-speech", "Speech (OpenAI-compatible)"),
    ("demo", "Built-in summarisers of the demo"),
)
ENDINGS = ("/chat/completions", "/completions", "/models", "/images/generations", "/audio/speech")
FIELDS_OF_ENDPOINT = ("provider", "base_url", "model_name", "key_name", "parameters")
FURTHER_FIELDS = ("version", "answer_price_usd", "release_date", "knowledge_cutoff", "link", "aliases", "description")
TEST_PROMPT = "Explain in three sentences why the sky is blue."
NOT_KEPT = ("csrfmiddlewaretoken", "do", "draft")


class EndpointForm(forms.ModelForm):
    provider = forms.ChoiceField(choices=PROVIDER_CHOICES, initial="openai", label="Kind of server")

    class Meta:
        model = Endpoint
        fields = FIELDS_OF_ENDPOINT
        labels = {"model_name": "Name of the model there", "key_name": "Name of the key"}
        help_texts = {
            "base_url": "As the server is called, such as https://models.example/v1 or http://127.0.0.1:4000/v1.",
            "key_name": "ARENA_KEY_ and a name of your choice. The key itself stays in the environment or in the keys "
            "file, which is read again when it changes. Leave empty for a server that wants none.",
            "parameters": 'Such as {"temperature": 0.7, "max_tokens": 2048, "system_prompt": "Answer briefly."}.',
        }
        widgets = {
            "base_url": forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://models.example/v1"}),
            "model_name": forms.TextInput(attrs={"list": "model-names", "autocomplete": "off"}),
            "key_name": forms.TextInput(attrs={"list": "key-names", "autocomplete": "off"}),
            "parameters": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        }

    def clean_base_url(self) -> str:
        """The address without what an operator pastes along with it."""
        url = self.cleaned_data["base_url"].strip().rstrip("/")
        for ending in ENDINGS:
            url = url.removesuffix(ending)
        return url

    def clean_parameters(self) -> Any:
        return self.cleaned_data["parameters"] or {}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("provider", "").startswith("openai"):
            for name in ("base_url", "model_name"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "The server cannot be called without it.")
        return values


class ContestantForm(forms.ModelForm):
    slug = forms.CharField(max_length=100, required=False, label="Address", help_text="Public, and never changes.")
    link = forms.URLField(required=False, assume_scheme="https", max_length=200, widget=forms.URLInput)

    class Meta:
        model = Contestant
        fields = (
            "name",
            "slug",
            "organisation",
            "family",
            "version",
            "total_params_b",
            "active_params_b",
            "precision",
            "training_type",
            "openness",
            "licence",
            "input_price_usd",
            "output_price_usd",
            "answer_price_usd",
            "context_tokens",
            "release_date",
            "knowledge_cutoff",
            "link",
            "aliases",
            "description",
        )
        widgets = {
            "licence": forms.TextInput(attrs={"list": "licences"}),
            "release_date": forms.DateInput(attrs={"type": "date"}),
            "knowledge_cutoff": forms.DateInput(attrs={"type": "date"}),
            "description": forms.Textarea(attrs={"rows": 3}),
            "aliases": forms.TextInput(attrs={"placeholder": '["another name"]'}),
        }

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What boards and comparisons need."""
        return [field for field in self if field.name not in FURTHER_FIELDS]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FURTHER_FIELDS]

    @property
    def has_further_problems(self) -> bool:
        return any(self.has_error(name) for name in FURTHER_FIELDS)

    def clean_slug(self) -> str:
        slug = typed_slug(self.cleaned_data)
        if not slug:
            raise forms.ValidationError("Say an address of lower-case letters, digits, dots and hyphens.")
        return slug


def typed_slug(values: Mapping[str, str]) -> str:
    """As it was typed, or as the name makes it."""
    return values.get("slug", "").strip() or slug_of(values.get("name", ""))


class PlacesForm(forms.Form):
    arenas = forms.ModelMultipleChoiceField(
        queryset=Arena.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    exposure = forms.FloatField(
        initial=1,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text="How often it is shown compared to the others. 1 is normal; public.",
    )
    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH, required=False, help_text="Why it comes in. Public, in its history."
    )
    untested = forms.BooleanField(required=False, label="Let it in although this set-up has not passed a test")


def typed_values(posted: QueryDict) -> dict[str, str | list[str]]:
    """What may be kept of what was typed: all of it, but never what could be a key."""
    values: dict[str, str | list[str]] = {
        name: posted.getlist(name) if name == "arenas" else posted.get(name, "")
        for name in posted
        if name not in NOT_KEPT
    }
    if not is_name_of_key(str(values.get("key_name", ""))):
        values.pop("key_name", None)
    if set("@?#") & set(str(values.get("base_url", ""))):  # a login or a key within an address
        values.pop("base_url")
    if EndpointForm(posted).has_error("parameters"):
        values.pop("parameters", None)
    return {name: value for name, value in values.items() if not holds_secret(value)}


def is_name_of_key(text: str) -> bool:
    try:
        is_key_name(text)
    except forms.ValidationError:
        return False
    return True


def as_posted(values: Mapping[str, str | list[str]]) -> QueryDict:
    """Kept values as a form reads them."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data
