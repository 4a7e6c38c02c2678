"""Which address shows which page? Next file to read: page.py, then the views beside it."""

from django.urls import path

from arena.web import (
    about,
    battles,
    board_urls,
    catalog,
    challenges,
    health,
    leaderboards,
    media,
    reports,
    shares,
    voters,
)

app_name = "web"
urlpatterns = [
    path("", catalog.home, name="home"),
    path("a/<slug:arena>/", catalog.start, name="arena"),
    path("a/<slug:arena>/b/<uuid:battle>/", battles.battle, name="battle"),
    path("a/<slug:arena>/b/<uuid:battle>/report/", reports.report, name="report"),
    path("a/<slug:arena>/b/<uuid:battle>/card.png", battles.card, name="card"),
    path("a/<slug:arena>/leaderboard/", leaderboards.leaderboard, name="leaderboard"),
    *board_urls.patterns,
    path("ledger/<slug:arena>/shares/", shares.shares, name="shares"),
    path("models/", catalog.models, name="models"),
    path("snapshots/<int:pk>/", leaderboards.snapshot, name="snapshot"),
    path("challenge/", challenges.challenge, name="challenge"),
    path("me/", voters.me, name="me"),
    path("me/votes.json", voters.download, name="my-votes"),
    path("privacy/", about.privacy, name="privacy"),
    path("methods/", about.methods, name="methods"),
    path("data/", about.data, name="data"),
    path("media/<path:name>", media.file, name="media"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
