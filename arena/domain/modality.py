"""What kinds of answer can an arena compare? Next file to read: battle_state.py."""

from arena.domain.words import Word


class Modality(Word):
    TEXT = "text", "text"
    IMAGE = "image", "images"
    AUDIO = "audio", "audio"
    VIDEO = "video", "video"
