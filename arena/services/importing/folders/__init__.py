"""Which formats of arena folders are known? One file a format. Next file to read: base.py, then fairground.py."""

from collections.abc import Callable
from pathlib import Path

from arena.services.importing.folders.alpaca_eval import read_alpaca_eval
from arena.services.importing.folders.base import ArenaFolder
from arena.services.importing.folders.fairground import read_fairground
from arena.services.importing.folders.fastchat import read_fastchat

FOLDER_FORMATS: dict[str, Callable[[Path], ArenaFolder]] = {
    "fairground": read_fairground,
    "fastchat": read_fastchat,
    "alpaca-eval": read_alpaca_eval,
}

__all__ = ["FOLDER_FORMATS", "ArenaFolder"]
