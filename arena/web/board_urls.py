"""Which address shows what is known of boards and models besides the table? Part of urls.py."""

from django.urls import path

from arena.web import compare, embeds, history, model_cards, overview, picture_files, pictures

patterns = [
    path("compare/", compare.choose, name="compare-choose"),
    path("compare/<str:a>/<str:b>/", compare.compare, name="compare"),
    path("a/<slug:arena>/history/", history.history, name="history"),
    path("a/<slug:arena>/pictures/", pictures.pictures, name="pictures"),
    path("a/<slug:arena>/pictures/<slug:name>.csv", picture_files.picture_file, name="picture-file"),
    path("a/<slug:arena>/overview/", overview.overview, name="overview"),
    path("a/<slug:arena>/feed.atom", embeds.feed, name="feed"),
    path("embed/<slug:arena>/", embeds.table, name="embed"),
    path("embed/<slug:arena>/<str:slug>.svg", embeds.badge, name="badge"),
    path("snapshots/<int:pk>/diff/<int:other>/", history.diff, name="diff"),
    path("models/<str:slug>/", model_cards.model, name="model"),
]
