"""Which formats of vote files are known? One file a format. Next file to read: base.py, then any format beside it."""

from arena.services.importing.vote_formats.alpaca_eval import ALPACA_EVAL
from arena.services.importing.vote_formats.base import VoteFormat
from arena.services.importing.vote_formats.chatbot_arena import CHATBOT_ARENA_33K
from arena.services.importing.vote_formats.clean_battle import CLEAN_BATTLE
from arena.services.importing.vote_formats.kaggle import KAGGLE_55K
from arena.services.importing.vote_formats.lmarena import LMARENA_140K
from arena.services.importing.vote_formats.plain import PLAIN

VOTE_FORMATS: dict[str, VoteFormat] = {
    format.name: format for format in (LMARENA_140K, CHATBOT_ARENA_33K, KAGGLE_55K, CLEAN_BATTLE, ALPACA_EVAL, PLAIN)
}

__all__ = ["VOTE_FORMATS", "VoteFormat"]
