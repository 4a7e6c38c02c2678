"""Which WebSocket address leads to which consumer?"""

websocket_urlpatterns: list = []
