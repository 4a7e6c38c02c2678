"""How does a client bring a picture? Next file to read: services/uploads.py."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.files import FORM_TYPE, read_file
from arena.api.serializers.uploads import UploadFileSerializer, UploadSerializer
from arena.api.views.answers import OF_A_BODY, voter_answers
from arena.api.views.base import VoterView
from arena.api.voters import ensure_voter
from arena.media import MAX_IMAGE_BYTES
from arena.services.uploads import save_upload


class UploadsView(VoterView):
    @extend_schema(
        operation_id="upload",
        tags=["battles"],
        request={FORM_TYPE: UploadFileSerializer},
        responses=voter_answers({201: UploadSerializer}, 429, *OF_A_BODY),
    )
    def post(self, request: Request) -> Response:
        """Keep a picture, to attach it to a prompt. Its metadata is thrown away."""
        data = read_file(request, "file", MAX_IMAGE_BYTES)
        upload = save_upload(voter_id=ensure_voter(request), data=data)
        return Response(UploadSerializer(upload).data, status=201)
