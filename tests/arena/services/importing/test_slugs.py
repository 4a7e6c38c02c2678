"""Which slug does a name get, and what if two want the same?"""

import pytest

from arena.domain.errors import ImportFault
from arena.services.importing.files.places import Place
from arena.services.importing.slugs import Slugs, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("claude-1.2", "claude-1.2"),
        ("Meta/Llama 2 (70B)", "meta-llama-2-70b"),
        ("imagenhub_SDXL_generation", "imagenhub_sdxl_generation"),
        ("Zaffré", "zaffre"),
        ("-._x_.-", "x"),
        ("模型", ""),
    ],
)
def test_slug_of(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_two_names_with_one_slug_are_both_named() -> None:
    slugs = Slugs()
    assert slugs.add("GPT 4", Place("m.jsonl", 3)) == slugs.add("GPT 4", Place("m.jsonl", 4)) == "gpt-4"

    with pytest.raises(ImportFault) as caught:
        slugs.add("gpt-4", Place("m.jsonl", 9))

    assert str(caught.value) == (
        "m.jsonl, line 9: model 'gpt-4' would have the same address, 'gpt-4', as 'GPT 4' in m.jsonl, line 3"
    )


@pytest.mark.parametrize("name", ["模型", "x" * 101])
def test_a_name_without_a_slug_is_refused(name: str) -> None:
    with pytest.raises(ImportFault, match=r"m\.jsonl, line 3: no address can be made of the model name"):
        Slugs().add(name, Place("m.jsonl", 3))
