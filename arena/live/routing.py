"""Which WebSocket address leads to which consumer? Next file to read: consumers.py."""

from django.urls import path, re_path

from arena.live.consumers import NOT_YOURS, BattleConsumer, LeaderboardConsumer, QuietConsumer


class NothingHere(QuietConsumer):
    """Any other address."""

    async def connect(self) -> None:
        await self.refuse(NOT_YOURS)


websocket_urlpatterns = [
    path("ws/battles/<uuid:battle_id>/", BattleConsumer.as_asgi()),
    path("ws/leaderboards/<slug:arena>/", LeaderboardConsumer.as_asgi()),
    re_path("", NothingHere.as_asgi()),
]
