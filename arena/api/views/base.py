"""What do all calls of the API have in common? One way in, one way out. Next file to read: battles.py beside it."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arena.api.parameters import read_parameters
from arena.api.serializers.catalog import PageParameters
from arena.api.serializers.strict import StrictSerializer
from arena.api.voters import viewer_of_call
from arena.domain.errors import NotFound
from arena.domain.visibility import OUTSIDER, Viewer
from arena.queries.visibility import check_may_see


class ArenaView(APIView):
    """Answers JSON whatever Accept says. Order of refusals: 405, 403, then the query string, then the body."""

    http_method_names = ["get", "head", "post"]
    parameters_class: type[StrictSerializer] = StrictSerializer
    parameters: dict[str, Any]
    viewer: Viewer = OUTSIDER

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        self.viewer = viewer_of_call(request)
        self.parameters = read_parameters(request, self.parameters_class)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type


class VoterView(ArenaView):
    """Of one voter: never cached. A battle is there as long as its voter may enter its arena."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "battle" in kwargs:
            check_may_see(kwargs["battle"], self.viewer)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response


class PublicView(ArenaView):
    """The same for everybody: no session, no cookie, an ETag, and open to pages of other sites.

    What only members of a private arena get is theirs alone; that is the one reason to ask who this is.
    """

    authentication_classes = ()
    max_age_s = 10

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 200:
            response = self._conditional(request, response)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    def _conditional(self, request: HttpRequest, response: Any) -> HttpResponse:
        """304 if the caller has these very bytes already."""
        if hasattr(response, "render"):
            response.render()
        if self.viewer.was_recognised:
            patch_cache_control(response, private=True, no_cache=True)
        else:
            patch_cache_control(response, public=True, max_age=self.max_age_s)
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response


class PublicList(PublicView, ListAPIView):
    """Page by page; `ordering` names the unique field of order."""

    parameters_class: type[StrictSerializer] = PageParameters
    ordering: str


@extend_schema(exclude=True)
class NothingHere(ArenaView):
    """Any other address under /api/v1/, by any method."""

    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
