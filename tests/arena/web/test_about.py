import pytest

from tests.arena.web.visitors import words

pytestmark = pytest.mark.django_db


def test_methods_say_how_it_works_and_what_it_cannot_tell(visitor):
    html = visitor.get("/methods/").content.decode()

    for anchor in ("blindness", "seal", "ratings", "intervals", "ranks", "preliminary", "judges", "limits"):
        assert f'id="{anchor}"' in html
    for limit in ("Contamination.", "Closed models change.", "Few votes."):
        assert limit in html


def test_data_links_every_board(visitor, arena):
    html = visitor.get("/data/").content.decode()

    assert "/api/v1/leaderboards/text/?format=csv" in html
    assert "python -m ratings fit votes.csv" in html


def test_data_links_lead_somewhere(visitor, arena):
    paths = ["/api/v1/docs/", "/api/v1/schema/"]

    assert [visitor.get(path).status_code for path in paths] == [200, 200]


def test_no_page_shouts(visitor, arena):
    for path in ("/", "/a/text/", "/a/text/leaderboard/", "/models/", "/methods/", "/data/", "/me/", "/nothing/"):
        assert "!" not in words(visitor.get(path))
