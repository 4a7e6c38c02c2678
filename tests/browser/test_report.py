"""A complaint from a phone by keyboard, the operator's queue, and the text is gone for everybody."""

import pytest
from playwright.sync_api import expect

from arena.domain.roles import Role
from arena.models import Battle, Response
from arena.services.roles import give_role, write_roles
from arena.services.votes import cast_vote
from tests.factories import make_battle, make_stored_arena

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Words that nobody should have to read."


@pytest.fixture
def battle():
    """Voted and shared, with an answer to complain of."""
    arena = make_stored_arena()
    battle = make_battle(arena, "quillon-1", "brevant-2")
    Response.objects.filter(battle=battle, side="b").update(text=WORDS)
    cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="a")
    Battle.objects.update(is_shared=True)
    return battle


def test_from_the_complaint_to_the_redaction(
    page, phone_page, live_server_url, battle, assert_accessible, operator_signed_in
):
    place = f"{live_server_url}/a/text/b/{battle.id}/"
    phone_page.goto(place)
    expect(phone_page.get_by_text(WORDS)).to_be_visible()

    phone_page.get_by_role("link", name="Report").press("Enter")
    phone_page.get_by_role("radio", name="Answer B").press("Space")
    phone_page.get_by_role("radio", name="It is hateful").press("Space")
    phone_page.get_by_label("Anything to add?").fill("Please look.")
    assert_accessible(phone_page)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    phone_page.get_by_role("button", name="Report it").press("Enter")
    expect(phone_page.get_by_text("Thank you.")).to_be_visible()

    operator_signed_in(page)
    page.goto(f"{live_server_url}/admin/arena/report/")
    expect(page.get_by_role("cell", name=WORDS)).to_be_visible()
    page.get_by_role("row", name="Please look.").get_by_role("checkbox").check()
    page.get_by_role("combobox", name="Action").select_option("redact")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_text("1 decided: texts removed.")).to_be_visible()

    phone_page.goto(place)
    expect(phone_page.get_by_text("[erased]")).to_be_visible()
    expect(phone_page.get_by_text(WORDS)).to_have_count(0)


@pytest.fixture
def operator_signed_in(live_server_url, django_user_model, client):
    """Let a page act as an operator: the session is made here, the sign-in has tests of its own."""

    def sign_in(page):
        write_roles()
        user = django_user_model.objects.create_user("ada")
        give_role(user=user, role=Role.OPERATOR)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server_url}
        page.context.add_cookies([cookie])

    return sign_in
