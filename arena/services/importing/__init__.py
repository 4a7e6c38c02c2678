"""How do arenas and votes of others come in? Folders by import_arena, vote files by import_votes; all or nothing.

What is read is checked whole before anything is written. The parts follow that order: files;
contestants, vote_rows and the formats; folder_check; catalog, vote_catalog, battles; report.
Next file to read: folder_import.py, then vote_import.py.
"""

from arena.services.importing.folder_import import import_arena
from arena.services.importing.folders import FOLDER_FORMATS
from arena.services.importing.report import ImportReport
from arena.services.importing.vote_formats import VOTE_FORMATS
from arena.services.importing.vote_import import import_votes

__all__ = ["FOLDER_FORMATS", "VOTE_FORMATS", "ImportReport", "import_arena", "import_votes"]
