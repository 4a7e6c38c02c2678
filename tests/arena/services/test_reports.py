"""Complaints come in once each and never tell of a limit; a decision closes all of them and does what it says."""

import uuid

import pytest
from django.contrib.auth.models import User

from arena.domain.battle_state import BattleState
from arena.domain.consent import ERASED
from arena.domain.errors import InvalidInput, NotFound, NotReady
from arena.domain.moderation import ReportState
from arena.models import Battle, Exclusion, PairCount, PendingChange, Report, Response, Vote, Voter, VoterPairCount
from arena.queries.audit import faults
from arena.queries.reports import n_open_reports
from arena.services.erasure import erase_voter
from arena.services.leaderboards import publish_arena
from arena.services.ledger import annul_votes, sequence_arena
from arena.services.reports import dismiss_report, exclude_reported, redact_reported, report_text
from arena.services.second_person import confirm_change
from tests.concurrency import at_once
from tests.factories import make_battle, make_stored_arena, make_vote, make_voter, make_votes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def ada():
    return User.objects.create_user("ada")


@pytest.fixture
def vote(arena):
    return make_vote(arena, "quillon-1", "brevant-2", "a")


def report(battle, voter_id=None, about="a", reason="hateful", **more):
    report_text(voter_id=voter_id or battle.voter_id, battle_id=battle.id, about=about, reason=reason, **more)


def test_a_complaint_is_kept_once_however_often_it_comes(vote):
    for _ in range(3):
        report(vote.battle, note=" It names me.\x00 ")
    report(vote.battle, about="prompt")

    assert sorted(Report.objects.values_list("about", "reason", "note", "state")) == [
        ("a", "hateful", "It names me.", "open"),
        ("prompt", "hateful", "", "open"),
    ]


def test_whoever_sees_a_text_may_complain_and_nobody_else(vote):
    stranger = uuid.uuid4()
    with pytest.raises(NotFound):
        report(vote.battle, stranger)
    Battle.objects.update(is_shared=True)

    report(vote.battle, stranger)

    assert Report.objects.get().voter_id == stranger


def test_published_texts_too(vote):
    Battle.objects.update(may_publish=True)
    with pytest.raises(NotFound):
        report(vote.battle, uuid.uuid4())
    Voter.objects.update(consent_version="2026-11")

    report(vote.battle, uuid.uuid4())

    assert n_open_reports() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"about": "c"}, "about"),
        ({"about": ""}, "about"),
        ({"reason": "because"}, "reason"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_makes_no_sense_is_refused(vote, said, field):
    with pytest.raises(InvalidInput) as error:
        report(vote.battle, **said)

    assert list(error.value.fields) == [field]
    assert Report.objects.count() == 0


def test_a_flood_changes_nothing_and_is_not_told(arena, settings):
    settings.HAS_LIMITS = True
    voter = make_voter()
    for _ in range(12):
        report(make_battle(arena, "quillon-1", "brevant-2", voter))

    assert Report.objects.count() == 10


def test_a_network_has_a_limit_too(arena, settings, monkeypatch):
    settings.HAS_LIMITS = True
    monkeypatch.setattr("arena.services.reports.OF_NETWORK_AN_HOUR", 2)
    for _ in range(4):
        report(make_battle(arena, "quillon-1", "brevant-2"), network="net")

    assert Report.objects.count() == 2


def test_dismissed_for_all_who_complained(vote, ada):
    Battle.objects.update(is_shared=True)
    for voter_id in (vote.battle.voter_id, uuid.uuid4()):
        report(vote.battle, voter_id)
    report(vote.battle, about="b")
    first = Report.objects.filter(about="a").first()

    assert dismiss_report(report_id=first.pk, by=ada)
    assert not redact_reported(report_id=first.pk, by=User.objects.create_user("bob"))

    decided = Report.objects.filter(about="a").values_list("state", "decided_by")
    assert list(decided) == [("dismissed", "ada")] * 2
    assert n_open_reports() == 1
    assert not vote.battle.responses.filter(text=ERASED).exists()


def test_redacted(arena, vote, ada):
    report(vote.battle, about="prompt")

    assert redact_reported(report_id=Report.objects.get().pk, by=ada)

    assert Battle.objects.get().prompt.text == ERASED
    assert (Report.objects.get().state, Exclusion.objects.count()) == (ReportState.REDACTED, 0)
    sequence_arena(arena_id=arena.pk)
    assert list(faults(arena)) == []


@pytest.mark.parametrize("is_sequenced", [True, False])
def test_excluded_is_out_of_the_counts_and_the_board_can_be_published(arena, vote, ada, is_sequenced):
    make_votes(
        arena, [("quillon-1", "brevant-2", "b"), ("brevant-2", "tessarix-3", "a"), ("ondolar-4", "quillon-1", "a")]
    )
    if is_sequenced:
        sequence_arena(arena_id=arena.pk)
        publish_arena(arena_id=arena.pk)
    report(vote.battle)

    assert exclude_reported(report_id=Report.objects.get().pk, by=ada)

    exclusion = Exclusion.objects.get()
    assert (exclusion.vote, exclusion.rule) == (vote, "moderated")
    assert Vote.objects.count() == 4
    assert list(faults(arena)) == []
    snapshot = publish_arena(arena_id=arena.pk)
    assert snapshot is not None


def test_the_only_vote_of_a_pair_leaves_no_empty_count(arena, vote, ada):
    report(vote.battle)

    exclude_reported(report_id=Report.objects.get().pk, by=ada)

    assert (PairCount.objects.count(), VoterPairCount.objects.count()) == (0, 0)
    assert list(faults(arena)) == []


def test_nothing_is_decided_while_answers_are_written(vote, ada):
    report(vote.battle)
    Battle.objects.update(state=BattleState.ANSWERING)

    with pytest.raises(NotReady):
        redact_reported(report_id=Report.objects.get().pk, by=ada)

    assert Report.objects.get().state == ReportState.OPEN


def test_many_reports_are_no_way_around_the_second_owner(arena, ada, settings, monkeypatch):
    settings.IS_SECOND_PERSON_REQUIRED = True
    monkeypatch.setattr("arena.services.second_person.MAX_ALONE", 2)
    votes = [make_vote(arena, "quillon-1", "brevant-2", "a") for _ in range(3)]
    for vote in votes:
        report(vote.battle)

    decided = [exclude_reported(report_id=row.pk, by=ada) for row in Report.objects.order_by("pk")]

    waiting = PendingChange.objects.get()
    assert decided == [True, True, waiting]
    assert (waiting.values["rule"], waiting.why) == ("moderated", "reported: It is hateful, or threatens somebody.")
    assert Response.objects.filter(text=ERASED).count() == 3
    assert Exclusion.objects.count() == 2
    confirm_change(change_id=waiting.pk, by=User.objects.create_user("bob"))
    assert set(Exclusion.objects.values_list("rule", flat=True)) == {"moderated"}
    assert Exclusion.objects.count() == 3
    assert list(faults(arena)) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_decisions_at_once_one_holds(arena, vote, ada):
    report(vote.battle)
    report_id = Report.objects.get().pk

    results = at_once(*[lambda: exclude_reported(report_id=report_id, by=ada)] * 6)

    assert sorted(results) == [False] * 5 + [True]
    assert Exclusion.objects.count() == 1
    assert list(faults(arena)) == []


def test_annulling_again_counts_nothing_twice(arena, vote):
    said = {"arena_id": arena.pk, "vote_ids": [vote.pk], "why": "moderated", "method": "report@1", "by": "operator"}

    assert [annul_votes(**said), annul_votes(**said)] == [1, 0]
    assert list(faults(arena)) == []


def test_an_erased_voter_leaves_the_complaint_and_not_its_words(arena, vote):
    report(vote.battle, note="I am X.")

    erase_voter(voter_id=vote.battle.voter_id)

    assert list(Report.objects.values_list("note", "voter")) == [("", None)]
