"""What may one owner not do alone? Exclude many votes, change the rules of a board, make somebody an owner: another one
confirms it, or nobody.

Where the site has one person only (ARENA_SECOND_PERSON=off) such changes are made at once, and noted all the same.
Next file to read: domain/policy.py, models/access.py, ledger.py.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.crypto import salted_hmac

from arena.domain.audit import Actor, ChangeKind, ChangeState, Door
from arena.domain.errors import ArenaError, InvalidInput, NotFound
from arena.domain.policy import MAX_ALONE, POLICY_FIELDS
from arena.domain.roles import Role
from arena.models import Arena, AuditEntry, PendingChange
from arena.queries.clock import database_now
from arena.services import ledger
from arena.services.audit import note_step
from arena.services.roles import give_role

LIFETIME = timedelta(days=7)
ALONE_WITHIN = timedelta(days=1)
METHOD = "staff@1"
STAFF, MODERATED = "staff", "moderated"
"""Why votes are left out, as ledger and boards say it: by a decision of the staff, or for a text that was reported."""
EXCLUDE, REINSTATE = "exclude votes", "count votes again"
OF_VOTES = (ChangeKind.EXCLUSION, ChangeKind.REINSTATEMENT)
ACTIONS = {
    ChangeKind.EXCLUSION: EXCLUDE,
    ChangeKind.REINSTATEMENT: REINSTATE,
    ChangeKind.POLICY: "change policy",
    ChangeKind.OWNER: "make an owner",
}
LET_IN = "staff"  # manage.py staff
PSEUDONYM_LENGTH = 16


class NotForOnePerson(ArenaError):
    """Whoever asked for a change cannot confirm it, nor can anybody twice, nor after its time."""

    code = "not_for_one_person"


@transaction.atomic
def change_policy(*, arena_id: int, values: Mapping[str, Any], by: User, why: str) -> PendingChange | None:
    """Change rules of an arena, by field, rows by their id; what now waits for a second owner, None if it is done.

    Raises InvalidInput for values that the arena refuses, and without a reason.
    """
    arena = Arena.objects.get(pk=arena_id)
    _with_policy(arena, values)
    return _ask(ChangeKind.POLICY, arena, dict(values), by, why, is_alone=not settings.IS_SECOND_PERSON_REQUIRED)


@transaction.atomic
def exclude_votes(
    *, arena_id: int, vote_ids: Collection[int], by: User, why: str, rule: str = STAFF
) -> PendingChange | None:
    """Let these votes count no longer; what waits for a second owner, None if it is done. Raises InvalidInput.

    rule : STAFF or MODERATED.
    """
    values = {"votes": sorted(vote_ids), "rule": rule}
    return _ask_about_votes(ChangeKind.EXCLUSION, arena_id, values, by, why)


@transaction.atomic
def reinstate_votes(*, arena_id: int, vote_ids: Collection[int], by: User, why: str) -> PendingChange | None:
    """Let excluded votes count again; the same, since many would move a board as much. Raises InvalidInput."""
    return _ask_about_votes(ChangeKind.REINSTATEMENT, arena_id, {"votes": sorted(vote_ids)}, by, why)


def is_owner(user: User) -> bool:
    """Whether this account may confirm what another owner asked for."""
    return user.is_active and user.is_staff and user.groups.filter(name=Role.OWNER).exists()


def may_appoint_alone(by: User) -> bool:
    """Whether there is nobody to ask before somebody becomes an owner, and never was: else one owner could send all
    others away, and bring back whom they like."""
    others = User.objects.filter(is_active=True, is_staff=True, groups__name=Role.OWNER).exclude(pk=by.pk)
    return not settings.IS_SECOND_PERSON_REQUIRED or not (others.exists() or _were_others(by))


@transaction.atomic
def appoint_owner(*, user: User, by: User, why: str) -> PendingChange | None:
    """Make somebody an owner: whoever could do that alone would be two people. Raises InvalidInput without a reason."""
    values = {"user": user.pk, "login": user.get_username()}
    return _ask(ChangeKind.OWNER, None, values, by, why, is_alone=may_appoint_alone(by))


@transaction.atomic
def confirm_change(*, change_id: int, by: User) -> None:
    """Make a change that somebody else asked for. Raises NotFound, NotForOnePerson; InvalidInput if it is not possible
    any more."""
    change = _waiting(change_id, by)
    _decide(change, ChangeState.APPLIED, by)
    _apply(ChangeKind(change.kind), change.arena, change.values, change.asked_by, change.why, by)


@transaction.atomic
def refuse_change(*, change_id: int, by: User) -> None:
    """Drop a change, one's own too. Raises NotFound, NotForOnePerson if it waits no longer."""
    change = _find(change_id)
    _decide(change, ChangeState.REFUSED, by)
    row = _row(change.arena, change.values)
    note_step(actor=_actor(by), action=f"refuse to {ACTIONS[ChangeKind(change.kind)]}", row=row)


def _were_others(by: User) -> bool:
    """As the trail knows it: made in the admin, or let in by the command that let this one in, too."""
    if AuditEntry.objects.filter(action=ACTIONS[ChangeKind.OWNER]).exists():
        return True
    let_in = [entry.after for entry in AuditEntry.objects.filter(action=LET_IN, door=Door.COMMAND)]
    new = [said for said in let_in if said.get("role", "" if said.get("reset") else Role.OWNER) == Role.OWNER]
    return any(said.get("login") != by.get_username() for said in new)


def _ask_about_votes(
    kind: ChangeKind, arena_id: int, values: dict[str, Any], by: User, why: str
) -> PendingChange | None:
    User.objects.select_for_update().get(pk=by.pk)  # two requests at once would each count without the other
    is_few = len(values["votes"]) + _n_moved_lately(by) <= MAX_ALONE
    is_alone = is_few or not settings.IS_SECOND_PERSON_REQUIRED
    return _ask(kind, Arena.objects.get(pk=arena_id), values, by, why, is_alone=is_alone)


def _ask(
    kind: ChangeKind, arena: Arena | None, values: dict[str, Any], by: User, why: str, *, is_alone: bool
) -> PendingChange | None:
    if not why.strip():
        raise InvalidInput({"why": ["Say why: the reason is kept, and public where the ledger names it."]})
    if is_alone:
        _apply(kind, arena, values, by, why, None)
        return None
    now = database_now()
    change = PendingChange.objects.create(
        kind=kind, arena=arena, values=values, why=why, asked_by=by, asked_at=now, expires_at=now + LIFETIME
    )
    row = _row(arena, values)
    note_step(actor=_actor(by), action=f"ask to {ACTIONS[kind]}", row=row, after=_told(kind, values), why=why)
    return change


def _apply(kind: ChangeKind, arena: Arena | None, values: dict[str, Any], by: User, why: str, by2: User | None) -> None:
    before = _policy_of(arena, values) if arena and kind is ChangeKind.POLICY else {}
    if arena is None:
        give_role(user=User.objects.get(pk=values["user"]), role=Role.OWNER)
    elif kind is ChangeKind.POLICY:
        _with_policy(arena, values).save(update_fields=[_attribute(name).removesuffix("_id") for name in values])
        sha = hashlib.sha256(json.dumps(_policy_of(arena, POLICY_FIELDS), sort_keys=True).encode()).hexdigest()
        ledger.record_event(arena_id=arena.pk, kind="policy", id=f"s{sha[:8]}", sha=sha)
    else:
        move = ledger.annul_votes if kind is ChangeKind.EXCLUSION else ledger.reinstate_votes
        move(
            arena_id=arena.pk,
            vote_ids=values["votes"],
            why=values.get("rule", STAFF),
            method=METHOD,
            by=_pseudonym(by),
            by2=_pseudonym(by2) if by2 else "",
        )
    after = _told(kind, values) | ({"asked by": by.get_username()} if by2 else {})
    row = _row(arena, values)
    note_step(actor=_actor(by2 or by), action=ACTIONS[kind], row=row, before=before, after=after, why=why)


def _with_policy(arena: Arena, values: Mapping[str, Any]) -> Arena:
    """Raises InvalidInput."""
    unknown = [name for name in values if name not in POLICY_FIELDS]
    if unknown:
        raise InvalidInput({name: ["That is no rule of a board."] for name in unknown})
    for name, value in values.items():
        setattr(arena, _attribute(name), value)
    try:
        arena.full_clean()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from None
    return arena


def _policy_of(arena: Arena, names: Collection[str]) -> dict[str, Any]:
    return {name: getattr(arena, _attribute(name)) for name in names}


def _attribute(name: str) -> str:
    return "prior_arena_id" if name == "prior_arena" else name


def _waiting(change_id: int, by: User) -> PendingChange:
    change = _find(change_id)
    if change.asked_by_id == by.pk:
        raise NotForOnePerson("Whoever asked for a change cannot confirm it.")
    if change.expires_at <= database_now():
        raise NotForOnePerson("This change has expired. Ask for it anew.")
    return change


def _find(change_id: int) -> PendingChange:
    change = PendingChange.objects.select_related("arena", "asked_by").filter(pk=change_id).first()
    if change is None:
        raise NotFound
    return change


def _decide(change: PendingChange, state: ChangeState, by: User) -> None:
    waiting = PendingChange.objects.filter(pk=change.pk, state=ChangeState.WAITING)
    if not waiting.update(state=state, decided_by=by, decided_at=database_now()):
        raise NotForOnePerson("Somebody has decided on this change already.")


def _n_moved_lately(by: User) -> int:
    """Also by many small steps nobody gets past the limit."""
    since = database_now() - ALONE_WITHIN
    steps = AuditEntry.objects.filter(actor=by.get_username(), action__in=(EXCLUDE, REINSTATE), at__gt=since)
    return sum(entry.after.get("votes", 0) for entry in steps)


def _row(arena: Arena | None, values: Mapping[str, Any]) -> Model:
    """What a change is about."""
    return arena or User.objects.get(pk=values["user"])


def _told(kind: ChangeKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """For the trail: how many votes, not which."""
    return {"votes": len(values["votes"])} if kind in OF_VOTES else dict(values)


def _actor(user: User) -> Actor:
    return Actor(user.get_username(), Door.ADMIN)


def _pseudonym(user: User) -> str:
    """The ledger is public: it says that it was the same person, not who."""
    return salted_hmac("arena.staff", str(user.pk), algorithm="sha256").hexdigest()[:PSEUDONYM_LENGTH]
