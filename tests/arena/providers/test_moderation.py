"""The moderation API of OpenAI, against a real server: verdicts, pictures, faults."""

import base64

import pytest
from pytest_django import Settings

from arena.providers import moderation
from arena.providers.base import Attachment, ProviderError
from arena.providers.moderation import is_flagged
from tests.fake_models import FLAGGED, fake_models


@pytest.fixture(scope="module")
def base_url():
    with fake_models() as url:
        yield url


@pytest.fixture
def ask(base_url, settings: Settings):
    settings.EGRESS_ALLOW = ("127.0.0.1",)

    async def ask(text, model="good", **more):
        return await is_flagged(base_url=base_url, model=model, key_name="", text=text, **more)

    return ask


@pytest.mark.parametrize(("text", "verdict"), [("fine", False), (f"a {FLAGGED}", True)])
async def test_a_verdict(ask, text, verdict):
    assert await ask(text) is verdict


async def test_pictures_go_along(ask):
    # Base64 of these bytes holds the word, which only shows that the picture was there.
    data = base64.b64decode(FLAGGED + "AAA")

    assert await ask("fine", pictures=[Attachment("image/png", data)])


@pytest.mark.parametrize("model", ["status-500", "status-400", "html-200", "wrong-schema", "no-verdict", "odd-verdict"])
async def test_no_verdict_is_an_error_and_never_a_pass(ask, model):
    with pytest.raises(ProviderError):
        await ask("fine", model)


async def test_waiting_has_an_end(ask, monkeypatch):
    monkeypatch.setattr(moderation, "TIMEOUT_S", 0.0)

    with pytest.raises(ProviderError, match="in time"):
        await ask("fine")


async def test_a_key_that_is_not_there_is_an_error(base_url, settings):
    settings.EGRESS_ALLOW = ("127.0.0.1",)

    with pytest.raises(ProviderError, match="ARENA_KEY_NONE is not set"):
        await is_flagged(base_url=base_url, model="good", key_name="ARENA_KEY_NONE", text="fine")
