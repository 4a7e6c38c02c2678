"""How are rows written for spreadsheets? Under the names of the JSON, and no text taken for a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

CSV = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], file_name: str) -> HttpResponse:
    """A file to download with these columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_inert(row) for row in rows)
    response = HttpResponse(out.getvalue(), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _inert(row: Mapping[str, Any]) -> dict[str, Any]:
    """Texts that a spreadsheet would compute get a quote; numbers stay numbers, negative ones too."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
        for name, value in row.items()
    }
