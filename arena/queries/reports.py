"""Of which battles may a visitor complain, and what waits for the operators? Next file to read: services/reports.py."""

from uuid import UUID

from arena.domain.battle_state import BattleState
from arena.domain.errors import NotFound
from arena.domain.moderation import ReportAbout, ReportState
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Battle, Report
from arena.queries.battles import battle_of_voter, response_text, shown_responses
from arena.queries.visibility import check_may_see
from arena.queries.voters import still_agrees


def reportable_battle(battle_id: UUID, voter_id: UUID | None, viewer: Viewer = OUTSIDER) -> Battle:
    """One's own battle, and whatever else anybody sees: shared by its voter, or published. Raises NotFound."""
    check_may_see(battle_id, viewer)
    try:
        return battle_of_voter(battle_id, voter_id)
    except NotFound:
        battle = Battle.objects.select_related("arena", "prompt").filter(id=battle_id, state=BattleState.VOTED).first()
    is_public = battle is not None and (battle.is_shared or _is_published(battle))
    if battle is None or not is_public:
        raise NotFound
    return battle


def reported_text(battle: Battle, about: ReportAbout) -> str:
    """What the complaint is about, turn after turn."""
    responses = shown_responses(battle)
    if about is ReportAbout.PROMPT:
        further = [response.prompt_text for response in responses if response.side == ReportAbout.A.value]
        return "\n\n".join(text for text in (battle.prompt.text, *further) if text)
    own = [response for response in responses if response.side == about.value]
    return "\n\n".join(response_text(response) for response in own)


def n_open_reports() -> int:
    return Report.objects.filter(state=ReportState.OPEN).count()


def _is_published(battle: Battle) -> bool:
    return battle.may_publish and Battle.objects.filter(still_agrees(), pk=battle.pk).exists()
