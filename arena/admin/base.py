"""What do all our admin pages have in common? What was counted is never deleted; some rows are only read."""

from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, URLField
from django.http import HttpRequest

from arena.staff.trail import AuditedAdmin

# An address typed without a scheme is meant as https.
UNSAID = "not said"  # where a reason may be left out, and the trail wants one
URLS_ARE_HTTPS = {URLField: {"assume_scheme": "https"}}


class KeptAdmin(AuditedAdmin):
    """Rows that are retired, switched off or taken out of the pool, never deleted."""

    formfield_overrides = URLS_ARE_HTTPS

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that nobody changes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(InlineModelAdmin):
    """Rows that are shown on the page of another row, and nothing else."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
