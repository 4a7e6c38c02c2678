"""How does a client go on before the vote? Another turn, stop, the same again. Next file to read: services/turns.py."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.bodies import read_body
from arena.api.serializers.battles import BattleSerializer, NothingSerializer, TurnStartSerializer, battle_body
from arena.api.views.answers import OF_A_BODY, voter_answers
from arena.api.views.base import VoterView
from arena.api.voters import known_voter
from arena.queries.reveals import seen_battle
from arena.services.turns import add_turn, regenerate, stop_answers

ANSWERS = voter_answers({200: BattleSerializer}, 404, 409, 410, *OF_A_BODY)


class TurnsView(VoterView):
    @extend_schema(operation_id="add_turn", tags=["battles"], request=TurnStartSerializer, responses=ANSWERS)
    def post(self, request: Request, battle: UUID) -> Response:
        """Ask both sides something further."""
        said = read_body(request, TurnStartSerializer)
        voter_id = known_voter(request)
        add_turn(
            voter_id=voter_id, battle_id=battle, prompt_text=said["prompt"], attachments=said.get("attachments", ())
        )
        return Response(battle_body(seen_battle(battle, voter_id)))


class StopView(VoterView):
    @extend_schema(operation_id="stop_answers", tags=["battles"], request=NothingSerializer, responses=ANSWERS)
    def post(self, request: Request, battle: UUID) -> Response:
        """Both answers end where they are; a battle that is not answering stays as it is."""
        read_body(request, NothingSerializer)
        voter_id = known_voter(request)
        stop_answers(voter_id=voter_id, battle_id=battle)
        return Response(battle_body(seen_battle(battle, voter_id)))


class RegenerateView(VoterView):
    @extend_schema(operation_id="regenerate", tags=["battles"], request=NothingSerializer, responses=ANSWERS)
    def post(self, request: Request, battle: UUID) -> Response:
        """Both sides answer the newest turn again. What they said is kept; the vote will not be ranked."""
        read_body(request, NothingSerializer)
        voter_id = known_voter(request)
        regenerate(voter_id=voter_id, battle_id=battle)
        return Response(battle_body(seen_battle(battle, voter_id)))
