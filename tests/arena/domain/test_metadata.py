"""Are the value lists those of CONTRACT.md section 3, and are the field's spellings understood?"""

import pytest

from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType, VoterKind, read_word


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (
            TrainingType,
            ["pretrained", "continuously-pretrained", "fine-tuned", "chat", "merged", "multimodal", "other", "unknown"],
        ),
        (Precision, ["fp32", "bf16", "fp16", "int8", "int4", "gptq", "other", "unknown"]),
        (Openness, ["fully-open", "open-weights", "proprietary", "unknown"]),
        (EntryStatus, ["draft", "testing", "active", "paused", "retired"]),
        (VoterKind, ["human", "judge"]),
    ],
)
def test_list_is_that_of_the_contract(words, codes):
    assert [word.value for word in words] == codes
    assert [code for code, _ in words.choices()] == codes


@pytest.mark.parametrize(
    ("words", "spelling", "code"),
    [
        (Precision, "float16", "fp16"),
        (Precision, "bfloat16", "bf16"),
        (Precision, " BFloat16 ", "bf16"),
        (Precision, "float32", "fp32"),
        (Precision, "8bit", "int8"),
        (Precision, "4bit", "int4"),
        (Precision, "GPTQ", "gptq"),
        (Openness, "api-only", "proprietary"),
        (Openness, "open-weights", "open-weights"),
        (TrainingType, "fine-tuned on domain-specific datasets", "fine-tuned"),
        (TrainingType, "chat models (RLHF, DPO, IFT, ...)", "chat"),
        (TrainingType, "base merges and moerges", "merged"),
        (TrainingType, None, "unknown"),
        (Precision, "", "unknown"),
    ],
)
def test_spelling_is_read(words, spelling, code):
    assert read_word(words, spelling) is words(code)


def test_unknown_spelling_is_refused_with_the_words_that_would_do():
    with pytest.raises(ValueError, match=r"^'closed' is not one of fully-open, open-weights, proprietary, unknown$"):
        read_word(Openness, "closed")


def test_word_is_its_code_and_has_a_label():
    assert (Precision.GPTQ, str(Precision.GPTQ), Precision.GPTQ.label) == ("gptq", "gptq", "GPTQ")
