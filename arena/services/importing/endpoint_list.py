"""How do the models of a FastChat arena come in? Its api_endpoints.json, without the keys that stand in it.

Everything is read and checked before anything is written. Next file to read: services/onboarding.py, which adds one
model with its endpoint in the same shape.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from arena.domain.errors import ImportFault
from arena.domain.model_names import read_name
from arena.models import Arena, Contestant, Endpoint, Entry
from arena.models.catalog import MAX_NAME_LENGTH

MAX_BYTES = 4 * 1024 * 1024
MAX_MODELS = 2_000
# Types of FastChat whose makers also answer as OpenAI does, and where.
ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "openai_custom": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com/v1",
    "anthropic_message": "https://api.anthropic.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta/openai",
    "gemini_no_stream": "https://generativelanguage.googleapis.com/v1beta/openai",
    "mistral": "https://api.mistral.ai/v1",
    "mistral_api": "https://api.mistral.ai/v1",
    "deepseek": "https://api.deepseek.com/v1",
    "xai": "https://api.x.ai/v1",
}
SAMPLING = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty")
TYPE_ENDINGS = re.compile(r"_(custom|message|api|no_stream)$")


@dataclass
class EndpointReport:
    """new : slugs that were added.   known : slugs that were there and stay as they are.   left_out : name and why."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    key_names: list[str] = field(default_factory=list)
    n_keys_ignored: int = 0

    def lines(self) -> list[str]:
        """As an operator reads it."""
        return [
            f"New models, each a draft: {', '.join(self.new) or 'none'}.",
            *([f"Known already, and left as they are: {', '.join(self.known)}."] if self.known else []),
            *(f"Left out: {name}: {why}." for name, why in self.left_out),
            *(
                [f"Keys in the file: {self.n_keys_ignored}. None was taken: a key never goes into the database."]
                if self.n_keys_ignored
                else []
            ),
            *([f"Set these, in the environment or in the keys file: {', '.join(self.key_names)}."] if self.new else []),
        ]


def read_endpoint_list(path: Path) -> dict[str, Any]:
    """The object of the file. Raises ImportFault."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportFault(path.name, None, f"it is larger than {MAX_BYTES // 1024**2} MiB")
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportFault(path.name, None, f"it cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise ImportFault(path.name, error.lineno, f"no JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise ImportFault(path.name, None, "no JSON in UTF-8") from None
    if not isinstance(values, dict):
        raise ImportFault(path.name, None, "an object of models by name is expected")
    if len(values) > MAX_MODELS:
        raise ImportFault(path.name, None, f"more than {MAX_MODELS:,} models")
    return values


@transaction.atomic
def import_endpoint_list(*, values: Mapping[str, Any], file: str, arena_slug: str | None = None) -> EndpointReport:
    """Contestants with their endpoints; entries, as drafts, where an arena is named. Raises ImportFault."""
    arena = Arena.objects.filter(slug=arena_slug).first() if arena_slug else None
    if arena_slug and arena is None:
        raise ImportFault(file, None, f"there is no arena {arena_slug}")
    report, key_names = EndpointReport(), set()
    for name, said in values.items():
        if not isinstance(said, dict):
            raise ImportFault(file, None, f"{name}: an object is expected")
        report.n_keys_ignored += bool(said.get("api_key"))
        contestant, endpoint, why = _rows(file, name, said)
        if why:
            report.left_out.append((name, why))
        elif Contestant.objects.filter(slug=contestant.slug).exists():
            report.known.append(contestant.slug)
        else:
            _save(file, name, contestant, endpoint, arena)
            report.new.append(contestant.slug)
            key_names.add(endpoint.key_name)
    report.key_names = sorted(key_names)
    return report


def _rows(file: str, name: str, said: dict[str, Any]) -> tuple[Contestant, Endpoint, str]:
    """What the file says of one model; the last is why it is left out, empty where it is not."""
    api_name, api_type = said.get("model_name") or name, str(said.get("api_type") or "openai")
    base_url = said.get("api_base") or ADDRESSES.get(api_type, "")
    for field_name, value in (("model_name", api_name), ("api_base", base_url)):
        if not isinstance(value, str):
            raise ImportFault(file, None, f"{name}: {field_name} is a text")
    found = read_name(api_name).facts
    facts = {key: value for key, value in found.items() if key not in ("name", "slug")}
    sampling = said.get("recommended_config") if isinstance(said.get("recommended_config"), dict) else {}
    contestant = Contestant(slug=read_name(name).facts.get("slug", ""), name=name[:MAX_NAME_LENGTH], **facts)
    endpoint = Endpoint(
        contestant=contestant,
        provider="openai",
        base_url=base_url.rstrip("/"),
        model_name=api_name,
        key_name=_key_name(api_type),
        parameters={key: sampling[key] for key in SAMPLING if key in sampling},
    )
    why = "" if base_url else f"its type {api_type!r} needs an address that speaks as OpenAI does, in api_base"
    return contestant, endpoint, why


def _key_name(api_type: str) -> str:
    """A name to set the key under: one for each maker."""
    word = re.sub(r"[^A-Z0-9]+", "_", TYPE_ENDINGS.sub("", api_type).upper()).strip("_")
    return f"ARENA_KEY_{word or 'OPENAI'}"


def _save(file: str, name: str, contestant: Contestant, endpoint: Endpoint, arena: Arena | None) -> None:
    try:
        contestant.full_clean()
        contestant.save()
        endpoint.contestant = contestant
        endpoint.full_clean()
    except ValidationError as error:
        field_name, sentences = next(iter(error.message_dict.items()))
        raise ImportFault(file, None, f"{name}: {field_name}: {sentences[0]}") from None
    endpoint.save()
    if arena is not None:
        Entry.objects.create(arena=arena, contestant=contestant)
