"""Which API call is answered where? Next file to read: the views beside it."""

app_name = "api"
urlpatterns: list = []
