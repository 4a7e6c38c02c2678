"""How does text of strangers become safe HTML? Clean the characters, parse the markdown, sanitise what came out.

A leaf: it knows nothing of battles. The same pipeline serves both sides of a battle; what is stored stays as it was.
Three walls stand one behind the other: the parser knows no raw HTML, nh3 lets through what is listed here and nothing
else, and the site's content security policy loads and runs nothing from elsewhere. Next file to read: web/answers.py.
"""

import re
import unicodedata
from functools import cache
from html import escape
from itertools import zip_longest
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from latex2mathml.converter import convert as convert_latex
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

MAX_MARKDOWN_LENGTH = 64_000  # longer texts are shown as they are: parsing them would hold up a web process
MAX_HIGHLIGHTED_LENGTH = 12_000
MAX_FORMULA_LENGTH = 1_000
MAX_COMBINING_MARKS = 8  # more on one letter is a tower that paints over its neighbours
FIRST_HEADING = 3  # the page has level 1, each answer level 2
LAST_HEADING = 6

# Lexers are regular expressions; only well-kept ones of the languages that answers really use.
LANGUAGES = """bash c c++ cpp c# csharp css diff go html ini java javascript js json kotlin latex lua makefile perl php
    python py python3 r ruby rust scala sh shell sql swift toml ts typescript xml yaml"""
MATH_TAGS = """math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd
    mtext mtr munder munderover"""
TEXT_TAGS = """a blockquote br code div em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul"""
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
HIGHLIGHTED_LANGUAGES = frozenset(LANGUAGES.split())
TAGS = frozenset(MATH_TAGS.split()) | frozenset(TEXT_TAGS.split())
CODE_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)

ANSI_ESCAPES = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]|[@-Z\\^_])|\x9b[0-?]*[ -/]*[@-~]")
INVISIBLE_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)
LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def render_markdown(text: str) -> SafeString:
    """An answer as HTML that can be put into a page."""
    cleaned = clean_characters(text)
    if len(cleaned) > MAX_MARKDOWN_LENGTH:
        return mark_safe(f'<div class="verbatim">{escape(cleaned)}</div>')
    return mark_safe(_sanitiser().clean(_parser().render(cleaned)))


def clean_characters(text: str) -> str:
    """The text without characters that steer terminals, turn the reading order, or cannot be seen; NFC."""
    text = ANSI_ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = LONE_SURROGATES.sub("\ufffd", INVISIBLE_CONTROLS.sub("", text))
    return text if text.isascii() else _limit_marks(unicodedata.normalize("NFC", text))


def is_safe_link(url: str) -> bool:
    """Whether a link may lead there: a whole address, of a scheme that only shows something, without a user name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in LINK_SCHEMES:
        return False
    return parts.scheme == "mailto" or bool(parts.hostname and "@" not in parts.netloc)


def _limit_marks(text: str) -> str:
    kept, n_marks = [], 0
    for character in text:
        n_marks = n_marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if n_marks <= MAX_COMBINING_MARKS:
            kept.append(character)
    return "".join(kept)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (the name is markdown-it's)
        return is_safe_link(url)


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])
    parser.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.before("escape", "bracket_math", _find_bracket_math)
    parser.core.ruler.push("outline", _fit_into_page)
    parser.add_render_rule("fence", _render_code)
    parser.add_render_rule("code_block", _render_code)
    parser.add_render_rule("image", _render_image)
    for name, rule in FORMULA_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


@cache
def _sanitiser() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "ol": {"start"}, "math": {"display"}, "td": {"colspan"}, "th": {"colspan"}},
        attribute_filter=_filter_attribute,
        allowed_classes={"span": CODE_CLASSES | {"image-note"}, "div": {"verbatim"}, "code": {"formula"}},
        set_tag_attribute_values={"a": {"target": "_blank"}, "pre": {"tabindex": "0"}},
        link_rel="noopener nofollow ugc",
        url_schemes=set(LINK_SCHEMES),
        url_relative="deny",
    )


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    return None if (tag, name) == ("a", "href") and not is_safe_link(value) else value


def _find_bracket_math(state: StateInline, is_silent: bool) -> bool:
    r"""The rule for \( ... \) and \[ ... \], which many models write instead of dollars."""
    opening = state.src[state.pos : state.pos + 2]
    if opening not in BRACKETS:
        return False
    closing, token_type = BRACKETS[opening]
    # Each kind is looked for once: without this note a text of 30,000 openings would be read 30,000 times to its end.
    if state.env.get(closing) == state.src:
        return False
    end = state.src.find(closing, state.pos + 2)
    if end < 0:
        state.env[closing] = state.src
        return False
    if not is_silent:
        state.push(token_type, "math", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _fit_into_page(state: StateCore) -> None:
    """Keep the outline of the page whole, so that a screen reader can walk through it.

    Headings start below the answer's own and skip no level; empty ones are left out, empty header cells are plain
    cells, and a link without a text shows its address.
    """
    level = FIRST_HEADING - 1
    opened: list[Token] = []
    for token, following in zip_longest(state.tokens, state.tokens[1:]):
        is_blank = following is not None and following.type == "inline" and not following.content.strip()
        if token.type == "heading_open":
            token.hidden = is_blank
            level = level if is_blank else min(int(token.tag[1]) + FIRST_HEADING - 1, level + 1, LAST_HEADING)
            token.tag = f"h{level}"
        elif token.type == "th_open" and is_blank:
            token.tag = "td"
        elif token.type == "inline":
            _name_links(token)
        if token.nesting == 1:
            opened.append(token)
        elif token.nesting == -1:
            token.tag, token.hidden = (opening := opened.pop()).tag, token.hidden or opening.hidden


def _name_links(inline: Token) -> None:
    children = inline.children or []
    for k in range(len(children) - 1, 0, -1):
        if children[k - 1].type == "link_open" and children[k].type == "link_close":
            children.insert(k, Token("text", "", 0, content=str(children[k - 1].attrGet("href"))))


def _render_code(renderer: RendererHTML, tokens: list[Token], position: int, options: OptionsDict, env: EnvType) -> str:
    code = tokens[position].content
    language = tokens[position].info.strip().partition(" ")[0].lower()
    if language in HIGHLIGHTED_LANGUAGES and len(code) <= MAX_HIGHLIGHTED_LENGTH:
        return f"<pre><code>{highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))}</code></pre>\n"
    return f"<pre><code>{escape(code)}</code></pre>\n"


def _render_image(
    renderer: RendererHTML, tokens: list[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    """Nothing is loaded from elsewhere: a picture that the answer only points to is named."""
    host = urlsplit(str(tokens[position].attrGet("src"))).hostname or "elsewhere"
    named = f"[image: {tokens[position].content or 'no description'} -> {host}]"
    return f'<span class="image-note">{escape(named)}</span>'


def _render_inline_formula(
    renderer: RendererHTML, tokens: list[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    return _render_formula(tokens[position].content, "inline")


def _render_display_formula(
    renderer: RendererHTML, tokens: list[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    return _render_formula(tokens[position].content, "block")


def _render_formula(latex: str, display: str) -> str:
    """MathML, which browsers set themselves; a formula that cannot be read is shown as it was written."""
    latex = latex.strip()
    if len(latex) <= MAX_FORMULA_LENGTH:
        try:
            return convert_latex(latex, display=display)
        except Exception:  # its parser raises whatever it trips over, IndexError and RecursionError too
            pass
    return f'<code class="formula">{escape(latex)}</code>'


BRACKETS = {r"\(": (r"\)", "math_inline"), r"\[": (r"\]", "math_inline_double")}
FORMULA_RULES = {
    "math_inline": _render_inline_formula,
    "math_inline_double": _render_display_formula,
    "math_block": _render_display_formula,
    "math_block_label": _render_display_formula,
}
