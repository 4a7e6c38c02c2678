"""Judges are set up, tried and watched in the admin; what could not ask is refused when it is saved."""

import pytest
from django.urls import reverse

from arena.domain.judging import DEFAULT_TEMPLATE
from arena.domain.metadata import VoterKind
from arena.models import AuditEntry, Judge, Vote
from arena.services.judging import save_judge
from arena.tasks import judge_battles
from tests.factories import SLUGS, make_arena, make_prompt, make_vote
from tests.fake_models import fake_models

pytestmark = pytest.mark.django_db

ADD, LIST = reverse("admin:arena_judge_add"), reverse("admin:arena_judge_changelist")


@pytest.fixture(scope="module")
def base_url():
    with fake_models() as url:
        yield url


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings):
    settings.EGRESS_ALLOW = ("127.0.0.1",)


@pytest.fixture
def arena():
    arena = make_arena(modality="text")
    prompt = make_prompt(arena, "pool", text="Which is <b>best</b>?")
    make_vote(arena, *SLUGS[:2], "a", prompt=prompt)
    return arena


@pytest.fixture
def judge(arena, base_url):
    judge = Judge(arena=arena, name="Jury", base_url=base_url, model_name="judge-first", is_enabled=True)
    save_judge(judge=judge)
    return judge


def form(arena, **fields):
    return {
        "arena": arena.pk,
        "name": "Jury",
        "base_url": "https://judges.example/v1",
        "model_name": "judge-good",
        "parameters": '{"temperature": 0}',
        "template": DEFAULT_TEMPLATE,
        "cap_usd": "1",
        "max_battles_a_day": "50",
        "only_voted": "on",
        **fields,
    }


def try_it(client, judge):
    return client.post(LIST, {"action": "try_it", "_selected_action": [judge.pk]}, follow=True)


def test_a_judge_that_is_added_has_a_voter_and_is_off(operator, arena):
    page = operator.post(ADD, form(arena))

    judge = Judge.objects.get()
    assert page.status_code == 302
    assert (judge.voter.kind, judge.voter.label, judge.is_enabled) == (VoterKind.JUDGE, "Jury", False)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"template": "{prompt} {answer_a}"}, "{answer_b} is missing"),
        ({"template": "{prompt} {answer_a} {answer_b} {names}"}, "There is no {names}."),
        ({"base_url": "http://169.254.169.254/v1"}, "The arena does not call this address"),
        ({"parameters": '{"system_prompt": "x"}'}, "belongs into the template"),
        ({"parameters": '{"api_key": "sk-1234567890abcdef"}'}, "Keys do not belong here"),
        ({"parameters": "[]"}, "This is an object"),
        ({"key_name": "sk-1234567890abcdef"}, "ARENA_KEY_NAME"),
        ({"cap_usd": "-1"}, "greater than or equal to 0"),
        ({"cap_usd": "NaN"}, "Enter a number"),
        ({"max_battles_a_day": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_could_not_ask_is_refused(operator, arena, fields, complaint):
    page = operator.post(ADD, form(arena, **fields))

    assert (page.status_code, Judge.objects.count()) == (200, 0)
    assert complaint in page.content.decode()


def test_judges_read_text_only(operator):
    page = operator.post(ADD, form(make_arena("pictures", modality="image")))

    assert "Automatic judges read text only." in page.content.decode()
    assert not Judge.objects.exists()


def test_a_judge_is_tried_on_one_battle_without_a_vote(operator, judge):
    page = try_it(operator, judge).content.decode()

    assert "It would vote <strong>tie</strong>" in page
    assert "The first is clearer." in page
    assert "Which is &lt;b&gt;best&lt;/b&gt;?" in page
    assert Vote.objects.count() == 1
    assert AuditEntry.objects.filter(action="try").count() == 1


def test_a_trial_that_cannot_be_says_why(operator, judge):
    Vote.objects.get().battle.responses.update(is_done=False)

    assert "No finished battle of this arena waits for this judge." in try_it(operator, judge).content.decode()


def test_how_it_does_stands_on_its_page(operator, judge):
    judge_battles()

    page = operator.get(reverse("admin:arena_judge_change", args=[judge.pk])).content.decode()

    assert "1; 1 battles today, of 100" in page
    assert "100.0 % of its votes, which are ties; the first place won both times in 1, the second in 0" in page
    assert "0.0 % of 1 pairs of votes on the same two answers" in page
    assert "0.0000 USD, of 1.00" in page


def test_once_it_has_judged_it_stays_the_same_judge(operator, arena, judge):
    page = reverse("admin:arena_judge_change", args=[judge.pk])
    operator.post(page, form(arena, base_url=judge.base_url, model_name="judge-good"))
    judge.refresh_from_db()
    assert judge.model_name == "judge-good"
    Judge.objects.update(is_enabled=True)
    judge_battles()

    as_browsers_send_it = DEFAULT_TEMPLATE.replace("\n", "\r\n")
    kept = operator.post(page, form(arena, base_url=judge.base_url, template=as_browsers_send_it, cap_usd="2"))
    refused = operator.post(page, form(arena, base_url=judge.base_url, template=f"{DEFAULT_TEMPLATE} Be kind."))

    judge.refresh_from_db()
    assert (kept.status_code, judge.cap_usd) == (302, 2)
    assert "This judge has a history under the old value." in refused.content.decode()


def test_a_viewer_tries_nothing(staff, judge, django_user_model):
    assert try_it(staff, judge).status_code == 403
