"""Which address shows what is known of boards and models besides the table? Part of urls.py."""

from django.urls import path

from arena.web import compare, model_cards

patterns = [
    path("compare/", compare.choose, name="compare-choose"),
    path("compare/<str:a>/<str:b>/", compare.compare, name="compare"),
    path("models/<str:slug>/", model_cards.model, name="model"),
]
