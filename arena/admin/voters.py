"""What can operators see of voters? Their kind and origin; never the secret behind their pseudonyms."""

from django.contrib import admin
from django.http import HttpRequest

from arena.admin.base import KeptAdmin
from arena.models import Voter


@admin.register(Voter)
class VoterAdmin(KeptAdmin):
    list_display = ("__str__", "kind", "origin", "is_flagged", "created_at")
    list_filter = ("kind", "is_flagged", "origin")
    search_fields = ("id", "label")
    fields = ("kind", "origin", "label", "is_flagged", "created_at")
    readonly_fields = ("kind", "origin", "label", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """A filter on the secret would tell it letter by letter."""
        return not lookup.startswith("secret") and super().lookup_allowed(lookup, value, request)
