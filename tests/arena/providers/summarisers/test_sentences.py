import pytest

from arena.providers.summarisers.sentences import join_sentences, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n\t ", []),
        ("One only", ["One only"]),
        ("It rains. Stay in! Why? Because.", ["It rains.", "Stay in!", "Why?", "Because."]),
        ("It costs 3.5 euros at 10.30 today. Good.", ["It costs 3.5 euros at 10.30 today.", "Good."]),
        ("Dr. May met J. S. Bach. He smiled.", ["Dr. May met J. S. Bach.", "He smiled."]),
        ("Use salt, e.g. from the U.S. Salt helps.", ["Use salt, e.g. from the U.S. Salt helps."]),
        ("Am 3. Mai kam er. Im Jahr 1973. Dann nicht.", ["Am 3. Mai kam er.", "Im Jahr 1973.", "Dann nicht."]),
        ("Das gilt z.B. Kindern. Gut.", ["Das gilt z.B. Kindern.", "Gut."]),
        ('"Stop!" she said. "Why?" He ran.', ['"Stop!" she said.', '"Why?"', "He ran."]),
        ("i went home. it was late.", ["i went home.", "it was late."]),
        ("Wait... He came. So... what now?", ["Wait...", "He came.", "So... what now?"]),
        ("¿Quién es? ¡Soy yo! Entra.", ["¿Quién es?", "¡Soy yo!", "Entra."]),
        ("猫がいる。犬もいる！本当？はい。", ["猫がいる。", "犬もいる！", "本当？", "はい。"]),
        ("彼は「行く。すぐだ。」と言った。そして出た。", ["彼は「行く。すぐだ。」と言った。", "そして出た。"]),
        ("「行く。」彼は出た。", ["「行く。」", "彼は出た。"]),
        ("「閉じない。次の文。", ["「閉じない。", "次の文。"]),
        (
            "لماذا لا تملأ الفنجان؟ فقال إن القليل، يبقى ساخنًا.",
            ["لماذا لا تملأ الفنجان؟", "فقال إن القليل، يبقى ساخنًا."],
        ),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("A heading\n\nFirst line.\nSecond line.", ["A heading", "First line.", "Second line."]),
        ("The line wraps\nin the middle. End.", ["The line wraps in the middle.", "End."]),
        ("- Eggs\n- Flour\n1. Mix\n2. Bake", ["- Eggs", "- Flour", "1. Mix", "2. Bake"]),
        ("漢字の行が\r\n\r\n続く。", ["漢字の行が", "続く。"]),
        ("...", ["..."]),
    ],
)
def test_split_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_split_sentences_joins_a_long_line_that_a_mail_program_broke() -> None:
    first = "Der Fahrer stieß sich mit beiden Füßen kräftig von der festen"
    text = f"{first}\nErde ab. Er glitt."

    assert split_sentences(text) == [f"{first} Erde ab.", "Er glitt."]


def test_join_sentences_puts_no_space_after_a_cjk_full_stop() -> None:
    assert join_sentences(["It rains.", "Stay in."]) == "It rains. Stay in."
    assert join_sentences(["猫がいる。", "犬もいる。"]) == "猫がいる。犬もいる。"
    assert join_sentences([]) == ""
