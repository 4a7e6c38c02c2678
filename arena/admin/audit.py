"""What did the staff do? The trail, to read, to filter, and to take away as a file. Next file: staff/trail.py."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from arena.admin.base import ReadOnlyAdmin
from arena.csv_files import csv_answer
from arena.models import AuditEntry
from arena.staff.trail import note

COLUMNS = ("at", "actor", "door", "token", "action", "row_type", "row_id", "row_name", "before", "after", "why")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "row_type", "row_name", "why", "door")
    list_filter = ("door", "action", "row_type", "actor")
    search_fields = ("actor", "row_name", "row_id", "why", "token")
    date_hierarchy = "at"
    actions = ("export_csv",)
    show_full_result_count = False

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> HttpResponse:
        """The chosen ones, or all that the filters leave, oldest first."""
        rows = [_row(entry) for entry in entries.order_by("id")]
        note(request, "export", after={"rows": len(rows)})
        return csv_answer(COLUMNS, rows, "trail.csv")


def _row(entry: AuditEntry) -> dict[str, Any]:
    said = {name: getattr(entry, name) for name in COLUMNS}
    return said | {
        "at": entry.at.isoformat(timespec="seconds"),
        "before": json.dumps(entry.before, ensure_ascii=False),
        "after": json.dumps(entry.after, ensure_ascii=False),
    }
