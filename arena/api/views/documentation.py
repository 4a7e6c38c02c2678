"""Where is the API described for machines and for people? Made from the views, so it cannot fall behind them."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    authentication_classes = ()


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI styles its page inline; scripts stay limited to our own files."""

    authentication_classes = ()
    url_name = "api:schema"


class VoterSessionScheme(OpenApiAuthenticationExtension):
    """How the schema names the two cookies and the header of a browser."""

    target_class = "arena.api.authentication.VoterSessionAuthentication"
    name = ["sessionCookie", "csrfToken"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "csrf_token of GET session/."},
        ]


class ScriptTokenScheme(OpenApiAuthenticationExtension):
    """The header of a script."""

    target_class = "arena.api.authentication.ScriptTokenAuthentication"
    name = "scriptToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token fg_...`"}
