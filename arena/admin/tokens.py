"""Which scripts may come in? Tokens are made here, shown once, and revoked. Next file to read: services/tokens.py."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as NO_PASSWORD
from django.contrib.auth.models import User
from django.db.models import ForeignKey, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from arena.admin.base import KeptAdmin
from arena.models import ApiToken
from arena.services.tokens import make_token, revoke_token
from arena.staff.trail import note


class TokenForm(forms.ModelForm):
    class Meta:
        model = ApiToken
        fields = ("user", "name", "role", "expires_at")


@admin.register(ApiToken)
class ApiTokenAdmin(KeptAdmin):
    form = TokenForm
    list_display = ("name", "hint", "user", "role", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("role", "revoked_at")
    search_fields = ("name", "user__username", "hint")
    list_select_related = ("user",)
    actions = ("revoke",)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """What a token may do never changes: revoke it and make another."""
        made = ("user", "name", "role", "hint", "created_at", "expires_at", "last_used_at", "revoked_at")
        return made if obj else ()

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return self.get_readonly_fields(request, obj) or TokenForm.Meta.fields

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        """Nobody acts in the name of a colleague: a token is one's own, or of an account that nobody signs in to."""
        options["queryset"] = User.objects.filter(Q(pk=request.user.pk) | Q(password__startswith=NO_PASSWORD))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: ModelForm, change: bool) -> None:
        if change:
            return
        said = form.cleaned_data
        token, request.token_text = make_token(  # type: ignore[attr-defined]
            user=said["user"], name=said["name"], role=said["role"], expires_at=said["expires_at"]
        )
        obj.pk, obj.hint, obj.digest = token.pk, token.hint, token.digest

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """Shown in the answer itself: not in a message, which would be kept for the next page."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy the token now",
            "opts": self.opts,
            "token": obj,
            "text": request.token_text,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/arena/apitoken/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke: opens nothing from now on", permissions=["change"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        for token in tokens:
            if revoke_token(token_id=token.pk):
                note(request, "revoke", token)
        messages.success(request, "Revoked.")
