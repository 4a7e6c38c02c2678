"""An operator who is signed in, and an arena with at least one row of everything."""

import pytest

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def operator(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("operator"), BACKEND)
    return client


@pytest.fixture
def staff(client, django_user_model):
    """A member of the staff without any permission."""
    client.force_login(django_user_model.objects.create_user("staff", is_staff=True), BACKEND)
    return client


@pytest.fixture
def owner(db):
    from arena.domain.roles import Role
    from tests.arena.admin.staff import signed_in

    return signed_in("olga", Role.OWNER)


@pytest.fixture
def arena():
    # Here and not above: this file is read before Django is set up.
    from arena.models import Endpoint, Entry, Judge, VoteNote
    from arena.services.catalog import set_entry_status
    from arena.services.judging import save_judge
    from arena.services.leaderboards import publish_arena
    from tests.factories import SLUGS, make_stored_arena, make_vote, make_voter, start

    arena = make_stored_arena()
    vote = make_vote(arena, *SLUGS[:2], "a")
    make_vote(arena, *SLUGS[:2], "b")
    make_vote(arena, *SLUGS[:2], "a", make_voter(is_flagged=True))
    VoteNote.objects.create(vote=vote, reasons=["accurate"], comment="ok")
    entry = Entry.objects.first()
    Endpoint.objects.create(contestant=entry.contestant, provider="demo", key_name="ARENA_KEY_DEMO")
    start(arena)
    judge = Judge(arena=arena, name="Jury", base_url="https://judges.example/v1", model_name="jury-1")
    save_judge(judge=judge)
    judge.judgements.create(original=vote.battle, result="unreadable", created_at=vote.created_at)
    set_entry_status(entry_id=arena.entries.last().pk, status="retired", by="operator", reason="superseded")
    publish_arena(arena_id=arena.pk)
    _rows_of_the_staff(arena)
    _rows_of_the_night(vote)
    return arena


def _rows_of_the_staff(arena):
    """A token, a step in the trail, and a change that waits for a second owner."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from arena.domain.audit import Actor, ChangeKind, Door
    from arena.models import PendingChange
    from arena.services.audit import note_step
    from arena.services.tokens import make_token

    user, now = User.objects.create_user("robot"), timezone.now()
    make_token(user=user, name="nightly")
    note_step(actor=Actor("command", Door.COMMAND), action="import", row=arena)
    PendingChange.objects.create(
        kind=ChangeKind.EXCLUSION,
        arena=arena,
        values={"votes": []},
        why="x",
        asked_by=user,
        asked_at=now,
        expires_at=now,
    )


def _rows_of_the_night(vote):
    """A cap, money spent and set aside, a complaint, an alarm and a message about it."""
    from arena.models import AlarmNotice, Report, Reservation, SpendingCap, SpendingTotal

    now, battle = vote.created_at, vote.battle
    SpendingCap.objects.create(scope="day", limit_usd=5)
    SpendingTotal.objects.create(key="day", scope="day", begins=now.date())
    Reservation.objects.create(contestant=battle.contestant_a, day=now.date(), reserved_nano=1, created_at=now)
    Report.objects.create(battle=battle, about="a", reason="other", created_at=now)
    notice = AlarmNotice.objects.create(
        name="worker", about="worker", sentence="Silent.", link="/", raised_at=now, seen_at=now, told_at=now
    )
    notice.messages.create(channel="email", event="raised", created_at=now, next_try_at=now)
