"""How do models, endpoints, entries and prompts go in and out as tables? CSV and JSON; a preview, then all or nothing.

Keys are no part of any table. Next file to read: catalog.py, whose pages offer it.
"""

import csv
import io
from typing import Any

import tablib
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from import_export import fields, resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON
from import_export.forms import ExportForm
from import_export.results import Result, RowResult
from import_export.tmp_storages import CacheStorage

from arena.csv_files import FORMULA_STARTS
from arena.domain.audit import Actor, Door
from arena.domain.labels import Labels
from arena.domain.secrets import SECRET_NAMES
from arena.models import Arena, Contestant, Endpoint, Entry, Prompt
from arena.services.audit import note_step
from arena.services.catalog import save_contestant, set_exposure
from arena.services.labels import correct_labels
from arena.staff.trail import spoke_for_itself

MAX_ROWS = 20_000
LABELS = ("language", "category")
NOTED = {RowResult.IMPORT_TYPE_NEW: "add", RowResult.IMPORT_TYPE_UPDATE: "change"}
MANY = widgets.ManyToManyWidget


class SpreadsheetCSV(CSV):
    """No cell that a spreadsheet would compute: such texts carry a quote outside, and lose it on the way in."""

    encoding = "utf-8-sig"  # some programs begin with a mark of order

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(dataset.headers)
        writer.writerows([_guarded(cell) for cell in row] for row in dataset)
        return out.getvalue()

    def create_dataset(self, in_stream: str | bytes, **kwargs: Any) -> tablib.Dataset:
        found = super().create_dataset(in_stream, **kwargs)
        return tablib.Dataset(*([_unguarded(cell) for cell in row] for row in found), headers=found.headers)


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


class Table(resources.ModelResource):
    """Rows are checked as a form would, told apart by their public names, and saved together or not at all."""

    class Meta:
        use_transactions = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        store_instance = True

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Raises ValidationError for the file as a whole."""
        headers = [str(header or "") for header in dataset.headers or ()]
        if secret := [header for header in headers if SECRET_NAMES.fullmatch(header.strip())]:
            raise ValidationError(
                f"The column {secret[0]} would hold keys. Name the key in key_name; the key itself stays outside."
            )
        known = {field.column_name for field in self.fields.values()}
        if strange := [header for header in headers if header not in known]:
            raise ValidationError(f"Unknown columns: {', '.join(strange)}. Known: {', '.join(sorted(known))}.")
        if missing := [name for name in self.get_import_id_fields() if self.fields[name].column_name not in headers]:
            raise ValidationError(
                f"A column is missing: {', '.join(self.fields[name].column_name for name in missing)}."
            )
        if len(dataset) > MAX_ROWS:
            raise ValidationError(f"{len(dataset):,} rows are too many at once; {MAX_ROWS:,} are not.")

    def after_import_row(self, row: Any, row_result: RowResult, *, user: User, **kwargs: Any) -> None:
        """Each row that changes is a step of its own in the trail; a preview takes it back with everything else."""
        if row_result.import_type in NOTED:
            before = self._said(row_result.original) if row_result.original else {}
            after = self._said(row_result.instance)
            note_step(
                actor=Actor(user.get_username(), Door.ADMIN),
                action=f"import: {NOTED[row_result.import_type]}",
                row=row_result.instance,
                before={name: value for name, value in before.items() if value != after[name]},
                after={name: value for name, value in after.items() if name not in before or value != before[name]},
            )

    def _said(self, instance: Model) -> dict[str, Any]:
        plain = {name: field for name, field in self.fields.items() if not isinstance(field.widget, MANY)}
        return {name: field.get_value(instance) for name, field in plain.items()}


class JSONWidget(widgets.JSONWidget):
    """JSON in its own writing, in a cell as in a file of JSON."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return value if isinstance(value, dict | list) else super().clean(value, row, **kwargs)


class ContestantTable(Table):
    base_models = fields.Field("base_models", "base_models", widgets.ManyToManyWidget(Contestant, ",", "slug"))
    aliases = fields.Field("aliases", "aliases", JSONWidget(), default=list)

    class Meta(Table.Meta):
        model = Contestant
        import_id_fields = ("slug",)
        fields = (
            "slug",
            "name",
            "organisation",
            "version",
            "family",
            "base_models",
            "total_params_b",
            "active_params_b",
            "precision",
            "training_type",
            "openness",
            "licence",
            "release_date",
            "knowledge_cutoff",
            "input_price_usd",
            "output_price_usd",
            "answer_price_usd",
            "context_tokens",
            "kind",
            "aliases",
            "description",
            "link",
        )

    def do_instance_save(self, instance: Contestant, is_create: bool) -> None:
        save_contestant(contestant=instance)


class EndpointTableToRead(Table):
    """Without what is none of a viewer's business."""

    model = fields.Field("contestant", "model", widgets.ForeignKeyWidget(Contestant, "slug"))

    class Meta(Table.Meta):
        model = Endpoint
        import_id_fields = ("model",)
        fields: tuple[str, ...] = ("model", "provider", "base_url", "model_name", "key_name", "is_enabled")


class EndpointTable(EndpointTableToRead):
    parameters = fields.Field("parameters", "parameters", JSONWidget(), default=dict)

    class Meta(EndpointTableToRead.Meta):
        fields = ("model", "provider", "base_url", "model_name", "key_name", "parameters", "is_enabled")


class EntryTable(Table):
    """Which models stand in which arenas. New ones are drafts: steps are taken on the page, with a reason."""

    model = fields.Field("contestant", "model", widgets.ForeignKeyWidget(Contestant, "slug"))
    arena = fields.Field("arena", "arena", widgets.ForeignKeyWidget(Arena, "slug"))

    class Meta(Table.Meta):
        model = Entry
        import_id_fields = ("model", "arena")
        fields = ("model", "arena", "exposure")

    def do_instance_save(self, instance: Entry, is_create: bool) -> None:
        """Of a known entry only the exposure can change."""
        if is_create:
            instance.save()
        else:
            set_exposure(entry_id=instance.pk, exposure=instance.exposure, reason="by an import")


class PromptTable(Table):
    arena = fields.Field("arena", "arena", widgets.ForeignKeyWidget(Arena, "slug"))

    class Meta(Table.Meta):
        model = Prompt
        import_id_fields = ("arena", "key")
        fields = ("arena", "key", "text", "language", "category", "source", "is_in_pool")

    def do_instance_save(self, instance: Prompt, is_create: bool) -> None:
        """Another label of a known prompt goes the way of all labels."""
        if is_create:
            instance.save()
            return
        known = Prompt.objects.values(*LABELS).get(pk=instance.pk)
        said = {name: getattr(instance, name) for name in LABELS if getattr(instance, name) != known[name]}
        for name in said:
            setattr(instance, name, known[name])
        instance.save()
        if said:
            correct_labels(prompt_id=instance.pk, labels=Labels(**said), by="an import")


class TableMixin(ImportExportMixin):
    """An admin page whose rows go in and out as tables."""

    formats = (SpreadsheetCSV, JSON)
    export_form_class = ExportForm  # the other one ticks its boxes by a script within the page
    tmp_storage_class = CacheStorage  # no file with what was uploaded stays behind

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        spoke_for_itself(request)
        return super().process_result(result, request)
