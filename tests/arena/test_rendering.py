"""Is what strangers write inert when it is shown, and is honest markdown still markdown?"""

import re
import time
from html.parser import HTMLParser

import pytest

from arena.rendering import (
    MAX_MARKDOWN_LENGTH,
    TAGS,
    clean_characters,
    is_safe_link,
    render_markdown,
)
from tests.arena.payloads import PAYLOADS

ALLOWED_ATTRIBUTES = {
    "a": {"href", "rel", "target", "title"},
    "pre": {"tabindex"},
    "ol": {"start"},
    "math": {"display"},
    "span": {"class"},
    "div": {"class"},
    "code": {"class"},
}
GENERIC_ATTRIBUTES = {"title", "lang"}
SLOW_S = 3.0  # of this process's own time: the machine may be busy with something else
LENGTH = 12_000


class Elements(HTMLParser):
    """Collects every element with its attributes, as a browser would see them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.found.append(("comment", {}))

    def handle_decl(self, decl):
        self.found.append(("declaration", {}))

    def handle_pi(self, data):
        self.found.append(("instruction", {}))


def unexpected(html):
    """Elements and attributes that nothing we render has."""
    return [
        (tag, name, value)
        for tag, attributes in Elements(html).found
        for name, value in [(None, None), *attributes.items()]
        if tag not in TAGS
        or (name is not None and name not in ALLOWED_ATTRIBUTES.get(tag, set()) | GENERIC_ATTRIBUTES)
        or (name == "href" and not is_safe_link(value))
    ]


def test_corpus_is_large_and_has_no_doubles():
    assert len(PAYLOADS) >= 120
    assert len(set(PAYLOADS)) == len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_inert(payload):
    assert unexpected(render_markdown(payload)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_inert_inside_other_markdown(payload):
    nested = f"> - {payload}\n\n**{payload}**\n\n| a |\n|---|\n| {payload} |\n\n[{payload}](https://example.org)"

    assert unexpected(render_markdown(nested)) == []


def test_check_sees_what_is_not_inert():
    html = "<p onclick=x><script>1</script><a href='javascript:1'>x</a><!-- x --></p>"

    assert unexpected(html) == [
        ("p", "onclick", "x"),
        ("script", None, None),
        ("a", "href", "javascript:1"),
        ("comment", None, None),
    ]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("", ""),
        ("Hello **you**, _and_ ~~not~~ you.", "<p>Hello <strong>you</strong>, <em>and</em> <s>not</s> you.</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("3. x\n4. y", '<ol start="3">\n<li>x</li>\n<li>y</li>\n</ol>\n'),
        ("one\\\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("`x<y`", "<p><code>x&lt;y</code></p>\n"),
        ("```\nx < y\n```", '<pre tabindex="0"><code>x &lt; y\n</code></pre>\n'),
        ("```js\n1\n```", '<pre tabindex="0"><code><span class="mf">1</span>\n</code></pre>\n'),
        ("```nonsense\n1\n```", '<pre tabindex="0"><code>1\n</code></pre>\n'),
        (
            "[x](https://example.org/a?b=c)",
            '<p><a href="https://example.org/a?b=c" target="_blank" rel="noopener nofollow ugc">x</a></p>\n',
        ),
        (
            "see https://example.org.",
            '<p>see <a href="https://example.org" target="_blank" rel="noopener nofollow ugc">'
            "https://example.org</a>.</p>\n",
        ),
        ("see example.org", "<p>see example.org</p>\n"),
        (
            "![a cat](https://example.org/cat.png)",
            '<p><span class="image-note">[image: a cat -&gt; example.org]</span></p>\n',
        ),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
        ("It costs $5 or $6.", "<p>It costs $5 or $6.</p>\n"),
        (
            "$x^2$",
            '<p><math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math></p>\n',
        ),
        (r"\(x\)", '<p><math display="inline"><mrow><mi>x</mi></mrow></math></p>\n'),
        ("\\[\nx\n\\]", '<p><math display="block"><mrow><mi>x</mi></mrow></math></p>\n'),
        (r"\( never closed", "<p>( never closed</p>\n"),
        (r"$\frac{$", '<p><code class="formula">\\frac{</code></p>\n'),
    ],
)
def test_markdown_is_rendered(markdown, html):
    assert render_markdown(markdown) == html


def test_headings_start_below_the_answer_and_skip_no_level():
    html = render_markdown("# one\n\n#### two\n\n## three\n\n###### four\n\n#\n\n# five")

    assert re.findall(r"<(h\d)>(\w+)", html) == [
        ("h3", "one"),
        ("h4", "two"),
        ("h4", "three"),
        ("h5", "four"),
        ("h3", "five"),
    ]
    assert "></h" not in html


def test_empty_header_cell_is_a_plain_cell():
    html = render_markdown("| | a |\n|---|---|\n| b | c |")

    assert re.findall(r"<(th|td)>(\w*)", html) == [("td", ""), ("th", "a"), ("td", "b"), ("td", "c")]


def test_link_without_a_text_shows_its_address():
    assert ">https://example.org</a>" in render_markdown("[](https://example.org)")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c\x7fd\x85e", "abcde"),
        ("tab\tand\nline\r\nand\rline", "tab\tand\nline\nand\nline"),
        ("\x1b[1;31mred\x1b[0m and \x1b]8;;https://evil.example\x07link\x1b]8;;\x1b\\", "red and link"),
        ("\x1b]0;title\x07x", "x"),
        ("\x9b31mx", "x"),
        ("a\u202eb\u2066c\u2069d\u202c", "abcd"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("\ufff9x\ufffb\ufeff\ufffe", "x"),
        ("half \ud83d surrogate", "half \ufffd surrogate"),
        ("e\u0301", "\u00e9"),
        ("x" + "\u0301" * 20, "x" + "\u0301" * 8),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("กิ่งก้าน हिन्दी Việt", "กิ่งก้าน हिन्दी Việt"),
    ],
)
def test_characters_that_steer_or_hide_are_removed(text, cleaned):
    assert clean_characters(text) == cleaned


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://example.org", True),
        ("http://example.org:8080/a?b#c", True),
        ("mailto:ada@example.org", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        ("//example.org", False),
        ("/admin/", False),
        ("https://good.example@evil.example", False),
        ("https://", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_whole_addresses_are_links(url, is_safe):
    assert is_safe_link(url) == is_safe


def test_very_long_text_is_shown_as_it_is():
    text = "**x** <b> " * (MAX_MARKDOWN_LENGTH // 10 + 1)

    html = render_markdown(text)

    assert html.startswith('<div class="verbatim">**x** &lt;b&gt; ')


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "> ", "- ", "*", "**a", "`", "``` \n", "$", "\\(", "\\[", "<", "|a", "&#", "_a ", "$a$ ", "\\", "(("],
)
def test_repeated_marks_do_not_hold_up_the_site(piece):
    began = time.process_time()

    render_markdown(piece * (LENGTH // len(piece)))

    assert time.process_time() - began < SLOW_S


def test_thirty_thousand_openings_of_a_formula_are_read_once():
    began = time.process_time()

    render_markdown("\\(" * 30_000)

    assert time.process_time() - began < SLOW_S


@pytest.mark.parametrize("language", ["python", "js", "html", "perl", "yaml", "latex", "c++", "sql"])
def test_repeated_marks_in_code_do_not_hold_up_the_site(language):
    began = time.process_time()

    for mark in ("'", "/*", "<a ", "- ", "s/", "$(", "\\"):
        render_markdown(f"```{language}\n{mark * 2_000}\n```")

    assert time.process_time() - began < SLOW_S
