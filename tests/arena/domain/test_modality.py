"""Are the modalities those that arenas have?"""

from arena.domain.modality import Modality


def test_modalities():
    assert Modality.choices() == [("text", "text"), ("image", "images"), ("audio", "audio"), ("video", "video")]
