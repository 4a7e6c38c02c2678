"""How are translations kept and compiled? As .po for people and .mo for the site; no gettext programs are needed.

Only what our own files hold is read: msgid, msgid_plural, msgstr. Next file to read: commands/catalogues.py.
"""

import ast
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arena.management.message_ids import Messages

PLURAL_FORMS = {
    "de": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "ja": "nplurals=1; plural=0;",
}
N_FORMS = {"ja": 1}
MO_MAGIC = 0x950412DE  # little-endian
DRAFT = "A machine's draft; nobody has read it yet."
NAME = "django"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[s1-9]|\{\w+\}")


@dataclass
class Catalogue:
    """Translations of one language, the forms of each text; one form where there is no plural."""

    language: str
    forms: dict[str, list[str]] = field(default_factory=dict)

    @property
    def header(self) -> str:
        lines = {
            "Language": self.language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": PLURAL_FORMS[self.language],
            "X-Status": DRAFT,
        }
        return "".join(f"{name}: {value}\n" for name, value in lines.items())

    def missing(self, messages: Messages) -> list[str]:
        """Texts without a translation, or with too few forms of it."""
        return [text for text, plural in messages.items() if not self._is_whole(text, plural)]

    def only(self, messages: Messages) -> "Catalogue":
        """What is still said, in the order of the alphabet."""
        return Catalogue(self.language, {text: self.forms[text] for text in sorted(messages) if text in self.forms})

    def _is_whole(self, text: str, plural: str | None) -> bool:
        forms = self.forms.get(text, [])
        n_forms = 1 if plural is None else N_FORMS.get(self.language, 2)
        return len(forms) == n_forms and all(forms)


def folder_of(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES"


def read_po(path: Path, language: str) -> Catalogue:
    """Raises ValueError for a line that is none of ours."""
    catalogue = Catalogue(language)
    entry: dict[str, str] = {}
    key = ""
    for line in [*(path.read_text(encoding="utf-8").splitlines() if path.exists() else []), ""]:
        if not line.strip():
            if entry.get("msgid"):
                catalogue.forms[entry["msgid"]] = [value for name, value in entry.items() if name.startswith("msgstr")]
            entry = {}
        elif line.startswith('"'):
            entry[key] += ast.literal_eval(line)
        elif not line.startswith("#"):
            key, _, quoted = line.partition(" ")
            if not key.startswith("msg") or not quoted.startswith('"'):
                raise ValueError(f"{path}: {line}")
            entry[key] = ast.literal_eval(quoted)
    return catalogue


def write_po(path: Path, catalogue: Catalogue, messages: Messages) -> None:
    """Every text; those without a translation stand with an empty one."""
    parts = [f'# {DRAFT}\nmsgid ""\nmsgstr ""\n' + "".join(f"{_quoted(line)}\n" for line in _lines(catalogue.header))]
    for text in sorted(messages):
        plural = messages[text]
        n_forms = 1 if plural is None else N_FORMS.get(catalogue.language, 2)
        forms = (catalogue.forms.get(text, []) + [""] * n_forms)[:n_forms]
        lines = [f"msgid {_quoted(text)}"]
        if plural is None:
            lines.append(f"msgstr {_quoted(forms[0])}")
        else:
            lines.append(f"msgid_plural {_quoted(plural)}")
            lines += [f"msgstr[{k}] {_quoted(form)}" for k, form in enumerate(forms)]
        parts.append("\n".join(lines) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")


def compile_mo(catalogue: Catalogue, messages: Messages) -> bytes:
    """The format of GNU gettext, without a hash table."""
    missing = set(catalogue.missing(messages))
    texts: dict[str, str] = {"": catalogue.header}
    for text, plural in messages.items():
        if text not in missing:
            texts[text if plural is None else f"{text}\0{plural}"] = "\0".join(catalogue.forms[text])
    ordered = sorted((key.encode(), value.encode()) for key, value in texts.items())
    start = 7 * 4
    ids_at, values_at = start, start + 8 * len(ordered)
    offset = start + 16 * len(ordered)
    tables: list[bytes] = []
    for part in (0, 1):
        for entry in ordered:
            tables.append(struct.pack("<II", len(entry[part]), offset))
            offset += len(entry[part]) + 1
    head = struct.pack("<IIIIIII", MO_MAGIC, 0, len(ordered), ids_at, values_at, 0, 0)
    return head + b"".join(tables) + b"".join(e[part] + b"\0" for part in (0, 1) for e in ordered)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _lines(text: str) -> Iterable[str]:
    return text.splitlines(keepends=True)


def placeholders(text: str) -> Mapping[str, int]:
    """What is put into a text, by name, so that a translation can be checked to have the same."""
    found = PLACEHOLDER.findall(text.replace("%%", ""))
    return {name: found.count(name) for name in found}
