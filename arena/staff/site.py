"""Who comes into the admin? Active staff in a session that is young and strong enough; every write is noted.

Next file to read: sign_in.py, which says what a session lacks; trail.py, which notes what was written.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from arena.sign_in import Lack, lack_of
from arena.staff.trail import note_other_write, note_refusal


class ArenaAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and lack_of(request) is None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Never a form of its own: the sign-in of the site, or whatever the session lacks."""
        return secure_admin_login(self._go_on)(request)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """What a page wrote without noting it is noted here, if only by its address; and so is what was refused."""

        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except PermissionDenied:
                note_refusal(request)
                raise
            note_other_write(request, response)
            return response

        return super().admin_view(noted, cacheable)

    def _go_on(self, request: HttpRequest) -> HttpResponse:
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = reverse("admin:index", current_app=self.name)
        lack = lack_of(request)
        if lack is None:
            return redirect(target)
        if lack is Lack.AGE:
            logout(request)
        messages.warning(request, lack.label)
        if lack is Lack.AGE:
            return redirect_to_login(target)
        page = "mfa_index" if lack is Lack.ENROLMENT else "mfa_reauthenticate"
        return redirect(f"{reverse(page)}?{urlencode({REDIRECT_FIELD_NAME: target})}")
