"""Which address shows which page? Next file to read: the views beside it."""

app_name = "web"
urlpatterns: list = []
