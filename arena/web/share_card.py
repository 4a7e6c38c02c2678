"""What does a shared battle look like as a picture? Names and verdict on paper, 1200 by 630.

Next file to read: battles.py, which serves it.
"""

import io

from PIL import Image, ImageDraw, ImageFont

from arena.rendering import clean_characters

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
PAPER, INK, SOFT, SIDE_A, SIDE_B = "#fdfcf8", "#1a1916", "#5c574c", "#0b5d52", "#8a3ffc"
MAX_PROMPT_LENGTH = 110
MAX_NAME_LENGTH = 34


def draw_card(arena: str, prompt: str, name_a: str, name_b: str, verdict: str) -> bytes:
    """A PNG. Text of scripts that the packaged font lacks shows as boxes; the page itself has it all."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((MARGIN, 64), f"Fairground · {arena}", SOFT, ImageFont.load_default(30))
    pen.text((MARGIN, 130), _shortened(prompt, MAX_PROMPT_LENGTH), INK, ImageFont.load_default(32))
    pen.line((MARGIN, 210, WIDTH - MARGIN, 210), INK, 3)
    for top, side, name, colour in ((260, "A", name_a, SIDE_A), (370, "B", name_b, SIDE_B)):
        pen.text((MARGIN, top), side, colour, ImageFont.load_default(64))
        pen.text((MARGIN + 90, top), _shortened(name, MAX_NAME_LENGTH), INK, ImageFont.load_default(58))
    pen.text((MARGIN, 510), verdict, INK, ImageFont.load_default(40))
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _shortened(text: str, length: int) -> str:
    line = " ".join(clean_characters(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
