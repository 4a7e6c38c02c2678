"""How does a client play? Start a battle, look at it, vote or skip. Next file to read: services/battles.py."""

from typing import Any
from uuid import UUID

import numpy as np
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.bodies import read_body
from arena.api.errors import answer
from arena.api.serializers.battles import (
    BattleSerializer,
    BattleStartSerializer,
    NothingSerializer,
    ShareSerializer,
    VoteCastSerializer,
    VoteSerializer,
    battle_body,
)
from arena.api.views.answers import OF_A_BODY, voter_answers
from arena.api.views.base import VoterView
from arena.api.voters import ensure_voter, known_voter
from arena.domain.errors import AlreadyVoted, ChallengeNeeded
from arena.queries.reveals import revealed_vote, seen_battle
from arena.services.battles import share_battle, skip_battle, start_battle
from arena.services.challenges import issue_challenge
from arena.services.replays import start_replay
from arena.services.votes import cast_vote
from arena.visitors import network_of

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Taken and ignored: the battle is the key. At most 255 characters.",
)


class BattleStartView(VoterView):
    @extend_schema(
        operation_id="start_battle",
        tags=["battles"],
        request=BattleStartSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses=voter_answers({201: BattleSerializer}, 404, 429, *OF_A_BODY),
    )
    def post(self, request: Request) -> Response:
        """Draw two models and a prompt."""
        wanted = read_body(request, BattleStartSerializer)
        voter_id = ensure_voter(request)
        try:
            battle_id = self._start(request, wanted, voter_id)
        except ChallengeNeeded as error:
            return answer(403, error.code, str(error), challenge=issue_challenge(voter_id=voter_id).as_dict())
        return Response(battle_body(seen_battle(battle_id, voter_id)), status=201)

    def _start(self, request: Request, wanted: dict[str, Any], voter_id: UUID) -> UUID:
        caller: dict[str, Any] = {
            "voter_id": voter_id,
            "viewer": self.viewer,
            "network": network_of(request._request),
            "solution": wanted.get("solution", ""),
        }
        if wanted.get("queue"):
            return start_replay(arena_slug=wanted["arena"], rng=np.random.default_rng(), **caller)
        return start_battle(
            arena_slug=wanted["arena"],
            rng=np.random.default_rng(),
            prompt_key=wanted.get("prompt_id"),
            prompt_text=wanted.get("prompt"),
            attachments=wanted.get("attachments", ()),
            pair=wanted.get("pair"),
            is_private=wanted.get("private", False),
            **caller,
        )


class BattleView(VoterView):
    @extend_schema(operation_id="battle", tags=["battles"], responses=voter_answers({200: BattleSerializer}, 404))
    def get(self, request: Request, battle: UUID) -> Response:
        """The battle as it is now, to its voter only."""
        return Response(battle_body(seen_battle(battle, known_voter(request))))


class ShareView(VoterView):
    @extend_schema(
        operation_id="share_battle",
        tags=["battles"],
        request=ShareSerializer,
        responses=voter_answers({200: BattleSerializer}, 404, 409, *OF_A_BODY),
    )
    def post(self, request: Request, battle: UUID) -> Response:
        """Open a finished battle to everybody, or close it again."""
        said = read_body(request, ShareSerializer)
        voter_id = known_voter(request)
        share_battle(voter_id=voter_id, battle_id=battle, is_shared=said["shared"])
        return Response(battle_body(seen_battle(battle, voter_id)))


class SkipView(VoterView):
    @extend_schema(
        operation_id="skip_battle",
        tags=["battles"],
        request=NothingSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses=voter_answers({200: BattleSerializer}, 404, 409, 410, *OF_A_BODY),
    )
    def post(self, request: Request, battle: UUID) -> Response:
        """Pass, with no mark against anybody. Skipping again changes nothing."""
        read_body(request, NothingSerializer)
        voter_id = known_voter(request)
        try:
            skip_battle(voter_id=voter_id, battle_id=battle)
        except AlreadyVoted as error:
            return _already_voted(error, battle, voter_id)
        return Response(battle_body(seen_battle(battle, voter_id)))


class VoteView(VoterView):
    @extend_schema(
        operation_id="vote",
        tags=["battles"],
        request=VoteCastSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses=voter_answers(
            {
                201: VoteSerializer,
                200: OpenApiResponse(VoteSerializer, "The same vote again; Idempotent-Replay: true."),
            },
            404,
            409,
            410,
            *OF_A_BODY,
        ),
    )
    def post(self, request: Request, battle: UUID) -> Response:
        """The one vote of a battle, and who the two were."""
        said = read_body(request, VoteCastSerializer)
        voter_id = known_voter(request)
        try:
            cast = cast_vote(voter_id=voter_id, battle_id=battle, **said)
        except AlreadyVoted as error:
            return _already_voted(error, battle, voter_id)
        body = VoteSerializer(revealed_vote(battle, voter_id)).data
        return Response(body, headers={"Idempotent-Replay": "true"}) if cast.is_replay else Response(body, status=201)


def _already_voted(error: AlreadyVoted, battle_id: UUID, voter_id: UUID | None) -> Response:
    vote = revealed_vote(battle_id, voter_id)
    return answer(409, error.code, str(error), outcome=vote.outcome, reveal=vote.reveal)
