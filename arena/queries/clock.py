"""What time is it? The database's clock, so that no web host with a wrong clock can expire or revive a battle."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database's own time, aware, UTC."""
    sql = "SELECT now()" if connection.vendor == "postgresql" else "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (moment,) = cursor.fetchone()
    if isinstance(moment, str):
        return datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment.astimezone(UTC)
