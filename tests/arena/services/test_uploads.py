"""Pictures of voters: kept without metadata, counted, attached, shown to those who judge, gone with their voter."""

import uuid
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from arena.domain.errors import InvalidInput, NotFound, TooManyUploads, UnsupportedUpload, UploadTooLarge
from arena.media import MAX_IMAGE_BYTES
from arena.models import Arena, Battle, TurnAttachment, Upload, Voter
from arena.queries.battles import blind_battle
from arena.queries.media import ServedMedia, served_media
from arena.services import uploads
from arena.services.battles import sweep_battles
from arena.services.erasure import erase_voter
from arena.services.replays import start_replay
from arena.services.uploads import find_attachments, save_upload
from tests.factories import make_battle, make_live_arena, make_voter, start
from tests.media_files import NAME, picture

pytestmark = [pytest.mark.django_db]
WEBP = "image/webp"


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def arena() -> Arena:
    return make_live_arena(takes_images=True)


@pytest.fixture
def voter() -> Voter:
    return make_voter()


def bring(voter: Voter, **size: tuple[int, int]) -> Upload:
    return save_upload(voter_id=voter.id, data=picture("PNG", **size))


def served(upload: Upload, voter_id: uuid.UUID | None) -> ServedMedia | None:
    try:
        return served_media(upload.file.name, lambda: voter_id)
    except NotFound:
        return None


@pytest.mark.both_databases
def test_a_picture_is_kept_without_its_metadata(media_root: Path) -> None:
    upload = save_upload(voter_id=uuid.uuid4(), data=picture("JPEG"))

    data = (media_root / upload.file.name).read_bytes()
    assert (upload.media_type, upload.width, upload.height) == (WEBP, 64, 48)
    assert NAME.encode() not in data
    assert Path(upload.file.name).parent.name == "uploads"
    assert len(Path(upload.file.name).stem) == 32


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"x" * (MAX_IMAGE_BYTES + 1), UploadTooLarge),
        (b"<svg/>", UnsupportedUpload),
        (b"", UnsupportedUpload),
        (picture("PNG")[:-30], InvalidInput),
    ],
)
def test_what_is_no_picture_is_not_kept(data: bytes, error: type[Exception], media_root: Path, voter: Voter) -> None:
    with pytest.raises(error):
        save_upload(voter_id=voter.id, data=data)

    assert (Upload.objects.count(), list(media_root.rglob("*.*"))) == (0, [])


@pytest.mark.both_databases
def test_a_voter_has_a_quota_for_a_day(voter: Voter, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HAS_LIMITS = True
    monkeypatch.setattr(uploads, "MAX_UPLOADS_A_DAY", 2)
    first, _ = bring(voter), bring(voter)

    with pytest.raises(TooManyUploads):
        bring(voter)
    bring(make_voter())
    Upload.objects.filter(id=first.id).update(created_at=first.created_at - timedelta(days=1, minutes=1))
    bring(voter)

    assert voter.uploads.count() == 3


@pytest.mark.both_databases
def test_pictures_go_with_a_prompt_in_their_order_and_both_sides_show_them(arena: Arena, voter: Voter) -> None:
    pictures = [bring(voter), bring(voter)]

    battle = start(arena, voter.id, prompt_text="What is this?", attachments=[p.id for p in reversed(pictures)])

    blind = blind_battle(battle.id, voter.id)
    urls = [p.file.url for p in reversed(pictures)]
    for side in (blind.a, blind.b):
        assert [(media.url, media.media_type) for media in side.turns[0].attachments] == [(url, WEBP) for url in urls]


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ({"prompt_text": "x?", "attachments": [uuid.UUID(int=1)]}, "There is no picture of yours with the id "),
        ({"prompt_text": "x?", "attachments": ["foreign"]}, "There is no picture of yours with the id "),
        ({"prompt_text": "x?", "attachments": ["own"] * 2}, "At most 4 pictures, each once."),
        ({"prompt_text": "x?", "attachments": [uuid.UUID(int=k) for k in range(5)]}, "At most 4 pictures, each once."),
        ({"attachments": ["own"]}, "Pictures go with a prompt of your own."),
        ({"prompt_key": "p1", "attachments": ["own"]}, "Pictures go with a prompt of your own."),
    ],
)
def test_pictures_that_cannot_be_attached(arena: Arena, voter: Voter, choices: dict, problem: str) -> None:
    known = {"own": bring(voter).id, "foreign": bring(make_voter()).id}
    choices = choices | {"attachments": [known.get(name, name) for name in choices["attachments"]]}

    with pytest.raises(InvalidInput) as caught:
        start(arena, voter.id, **choices)

    assert caught.value.fields["attachments"][0].startswith(problem)
    assert Battle.objects.count() == 0


def test_an_arena_says_whether_it_takes_pictures(voter: Voter) -> None:
    arena, upload = make_live_arena(), bring(voter)

    with pytest.raises(InvalidInput, match="not valid"):
        start(arena, voter.id, prompt_text="What is this?", attachments=[upload.id])
    assert find_attachments(arena=arena, voter_id=voter.id, upload_ids=[]) == []


@pytest.mark.both_databases
def test_who_may_see_a_picture(arena: Arena, voter: Voter) -> None:
    upload, stranger, judge = bring(voter), make_voter(), make_voter()
    battle = make_battle(arena, "lead-k3", "hashpick-9", voter, may_publish=True)
    TurnAttachment.objects.create(battle=battle, turn=1, position=0, upload=upload)
    start_replay(voter_id=judge.id, arena_slug=arena.slug, rng=np.random.default_rng(0))
    mine = ServedMedia(WEBP, is_public=False)

    assert [served(upload, who) for who in (voter.id, judge.id, stranger.id, None)] == [mine, mine, None, None]
    Battle.objects.filter(id=battle.id).update(state="voted", is_shared=True)
    assert [served(upload, who) for who in (stranger.id, None)] == [mine, mine]


@pytest.mark.both_databases
def test_pictures_go_with_their_voter(
    arena: Arena, voter: Voter, media_root: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    used, unused, other = bring(voter), bring(voter), bring(make_voter())
    battle = make_battle(arena, "lead-k3", "hashpick-9", voter)
    TurnAttachment.objects.create(battle=battle, turn=1, position=0, upload=used)

    with django_capture_on_commit_callbacks(execute=True):
        erase_voter(voter_id=voter.id)

    assert list(Upload.objects.all()) == [other]
    assert not default_storage.exists(used.file.name)
    assert not default_storage.exists(unused.file.name)
    assert default_storage.exists(other.file.name)
    assert TurnAttachment.objects.count() == 0
    battle.refresh_from_db()
    assert (battle.state, battle.voter) == ("void", None)


@pytest.mark.both_databases
def test_pictures_that_went_with_nothing_go_after_a_day(
    arena: Arena, voter: Voter, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    used, unused = bring(voter), bring(voter)
    battle = make_battle(arena, "lead-k3", "hashpick-9", voter)
    TurnAttachment.objects.create(battle=battle, turn=1, position=0, upload=used)
    Upload.objects.update(created_at=unused.created_at - timedelta(days=1, minutes=1))
    fresh = bring(voter)

    with django_capture_on_commit_callbacks(execute=True):
        sweep_battles()

    assert set(Upload.objects.all()) == {used, fresh}
    assert not default_storage.exists(unused.file.name)
