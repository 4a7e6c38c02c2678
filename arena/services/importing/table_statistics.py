"""What does PostgreSQL know about tables into which many rows came at once? Next file to read: folder_import.py.

It counts rows only now and then. A count taken while an import was under way says that its tables are empty, and with
such a count the first publication took minutes instead of seconds. SQLite does not guess from counts.
"""

from django.db import connection

from arena.models import Battle, Contestant, Output, PendingVote, Prompt, Response, Vote, Voter

FILLED = (Contestant, Prompt, Output, Voter, Battle, Response, Vote, PendingVote)


def renew_statistics() -> None:
    """At the end of an import's transaction, which alone sees the new rows."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in FILLED)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
