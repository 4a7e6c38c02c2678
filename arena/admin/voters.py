"""What can operators see of voters? Their kind and origin; never the secret behind their pseudonyms."""

from django.contrib import admin

from arena.admin.base import KeptAdmin
from arena.models import Voter


@admin.register(Voter)
class VoterAdmin(KeptAdmin):
    list_display = ("__str__", "kind", "origin", "is_flagged", "created_at")
    list_filter = ("kind", "is_flagged", "origin")
    search_fields = ("id", "label")
    fields = ("kind", "origin", "label", "is_flagged", "created_at")
    readonly_fields = ("kind", "origin", "label", "created_at")

    def has_add_permission(self, request: object) -> bool:
        return False
