"""How do scripts of the staff keep the catalogue? With a token of a role. Next file to read: services/scripts.py."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arena.api.authentication import ScriptTokenAuthentication
from arena.api.bodies import read_body
from arena.api.files import FORM_TYPE, read_file
from arena.api.serializers.staff import (
    AddedSerializer,
    EndpointSerializer,
    EnteredSerializer,
    ImportedSerializer,
    NewModelSerializer,
    NewOutputsSerializer,
    NewPromptsSerializer,
    StatusSerializer,
    VoteFileParameters,
    VoteFileSerializer,
)
from arena.api.views.answers import OF_A_BODY, voter_answers
from arena.api.views.base import VoterView
from arena.domain.audit import Actor, Door
from arena.domain.metadata import EntryStatus
from arena.services.scripts import (
    add_model_by_script,
    add_outputs,
    add_prompts,
    import_vote_file,
    set_endpoint,
    set_status,
)
from arena.services.tokens import may

MAX_VOTE_FILE_BYTES = 8 * 1024 * 1024
TAGS = ["staff"]


class OfStaff(BasePermission):
    """A token whose role, and whose user, may do what the view says."""

    message = "The role of this token does not allow that."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            raise NotAuthenticated("Send a token: Authorization: Token ...")
        return may(token=request.auth, permission=view.permission)  # type: ignore[attr-defined]


class StaffView(VoterView):
    authentication_classes = (ScriptTokenAuthentication,)
    permission_classes = (OfStaff,)
    permission: str

    @property
    def actor(self) -> Actor:
        return Actor(self.request.user.get_username(), Door.API, self.request.auth.name)


class StaffModelsView(StaffView):
    permission = "add_contestant"

    @extend_schema(
        operation_id="add_model",
        tags=TAGS,
        request=NewModelSerializer,
        responses=voter_answers({201: EnteredSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request) -> Response:
        """A new model, with its endpoint and the arenas it enters; all of it or nothing."""
        said = read_body(request, NewModelSerializer)
        status, reason = EntryStatus(said.pop("status")), said.pop("reason")
        contestant = add_model_by_script(
            actor=self.actor,
            endpoint=said.pop("endpoint", None),
            arena_slugs=said.pop("arenas", ()),
            status=status,
            reason=reason,
            values=said,
        )
        return Response({"slug": contestant.slug, "status": status.value}, status=201)


class StaffEndpointView(StaffView):
    permission = "change_endpoint"

    @extend_schema(
        operation_id="set_endpoint",
        tags=TAGS,
        request=EndpointSerializer,
        responses=voter_answers({204: None}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, model: str) -> Response:
        """Where a model is called from now on. Keys are named, never sent."""
        set_endpoint(actor=self.actor, values=read_body(request, EndpointSerializer), model_slug=model)
        return Response(status=204)


class StaffStatusView(StaffView):
    permission = "change_entry"

    @extend_schema(
        operation_id="set_status",
        tags=TAGS,
        request=StatusSerializer,
        responses=voter_answers({200: EnteredSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, model: str) -> Response:
        """Enter a model into an arena, test, activate, pause or retire it there."""
        said = read_body(request, StatusSerializer)
        status = EntryStatus(said["status"])
        set_status(
            actor=self.actor, model_slug=model, arena_slug=said["arena"], status=status, reason=said.get("reason", "")
        )
        return Response({"slug": model, "status": status.value})


class StaffPromptsView(StaffView):
    permission = "add_prompt"

    @extend_schema(
        operation_id="add_prompts",
        tags=TAGS,
        request=NewPromptsSerializer,
        responses=voter_answers({201: AddedSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, arena: str) -> Response:
        """Prompts of the pool; sending them again adds nothing."""
        said = read_body(request, NewPromptsSerializer)
        return _added(add_prompts(actor=self.actor, arena_slug=arena, prompts=said["prompts"]))


class StaffOutputsView(StaffView):
    permission = "add_output"

    @extend_schema(
        operation_id="add_outputs",
        tags=TAGS,
        request=NewOutputsSerializer,
        responses=voter_answers({201: AddedSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, arena: str) -> Response:
        """Stored answers of known models to known prompts; sending them again adds nothing."""
        said = read_body(request, NewOutputsSerializer)
        return _added(add_outputs(actor=self.actor, arena_slug=arena, outputs=said["outputs"]))


class StaffVotesView(StaffView):
    permission = "add_output"
    parameters_class = VoteFileParameters

    @extend_schema(
        operation_id="import_vote_file",
        tags=TAGS,
        parameters=[VoteFileParameters],
        request={FORM_TYPE: VoteFileSerializer},
        responses=voter_answers({201: ImportedSerializer}, 404, *OF_A_BODY),
    )
    def post(self, request: Request, arena: str) -> Response:
        """The votes of a file, all or none; the same file again adds nothing."""
        data = read_file(request, "file", MAX_VOTE_FILE_BYTES)
        lines = import_vote_file(
            actor=self.actor,
            arena_slug=arena,
            data=data,
            vote_format=self.parameters["format"],
            file_type=self.parameters["type"],
        )
        return Response({"report": lines}, status=201)


def _added(n: int) -> Response:
    body: dict[str, Any] = {"added": n}
    return Response(body, status=201)
