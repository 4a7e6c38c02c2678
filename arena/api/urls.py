"""Which API call is answered where? What each takes and gives: docs/api.md. Next file to read: views/base.py."""

from django.urls import path, re_path

from arena.api.views.base import NothingHere
from arena.api.views.battles import BattleStartView, BattleView, ShareView, SkipView, VoteView
from arena.api.views.catalog import ArenaListView, ArenaView, ModelListView, ModelView, PromptListView
from arena.api.views.documentation import DocsView, SchemaView
from arena.api.views.leaderboards import HistoryView, LeaderboardView, SnapshotView
from arena.api.views.pairs import DiffView, PairsView
from arena.api.views.session import ArenaConsentView, ConsentView, EraseView, SessionView
from arena.api.views.shares import SharesView
from arena.api.views.staff import (
    StaffEndpointView,
    StaffModelsView,
    StaffOutputsView,
    StaffPromptsView,
    StaffStatusView,
    StaffVotesView,
)
from arena.api.views.turns import RegenerateView, StopView, TurnsView
from arena.api.views.uploads import UploadsView

app_name = "api"
urlpatterns = [
    path("session/", SessionView.as_view(), name="session"),
    path("session/consent/", ConsentView.as_view(), name="consent"),
    path("session/erase/", EraseView.as_view(), name="erase"),
    path("arenas/", ArenaListView.as_view(), name="arenas"),
    path("arenas/<slug:arena>/", ArenaView.as_view(), name="arena"),
    path("arenas/<slug:arena>/prompts/", PromptListView.as_view(), name="prompts"),
    path("arenas/<slug:arena>/shares/", SharesView.as_view(), name="shares"),
    path("arenas/<slug:arena>/consent/", ArenaConsentView.as_view(), name="arena-consent"),
    path("battles/", BattleStartView.as_view(), name="battles"),
    path("battles/<uuid:battle>/", BattleView.as_view(), name="battle"),
    path("battles/<uuid:battle>/vote/", VoteView.as_view(), name="vote"),
    path("battles/<uuid:battle>/turns/", TurnsView.as_view(), name="turns"),
    path("battles/<uuid:battle>/stop/", StopView.as_view(), name="stop"),
    path("battles/<uuid:battle>/regenerate/", RegenerateView.as_view(), name="regenerate"),
    path("battles/<uuid:battle>/share/", ShareView.as_view(), name="share"),
    path("battles/<uuid:battle>/skip/", SkipView.as_view(), name="skip"),
    path("uploads/", UploadsView.as_view(), name="uploads"),
    path("leaderboards/<slug:arena>/", LeaderboardView.as_view(), name="leaderboard"),
    path("leaderboards/<slug:arena>/history/", HistoryView.as_view(), name="history"),
    path("leaderboards/<slug:arena>/pairs/", PairsView.as_view(), name="pairs"),
    path("snapshots/<int:snapshot>/diff/<int:other>/", DiffView.as_view(), name="diff"),
    path("snapshots/<int:snapshot>/", SnapshotView.as_view(), name="snapshot"),
    path("models/", ModelListView.as_view(), name="models"),
    path("models/<str:model>/", ModelView.as_view(), name="model"),
    path("staff/models/", StaffModelsView.as_view(), name="staff-models"),
    path("staff/models/<str:model>/endpoint/", StaffEndpointView.as_view(), name="staff-endpoint"),
    path("staff/models/<str:model>/status/", StaffStatusView.as_view(), name="staff-status"),
    path("staff/arenas/<slug:arena>/prompts/", StaffPromptsView.as_view(), name="staff-prompts"),
    path("staff/arenas/<slug:arena>/outputs/", StaffOutputsView.as_view(), name="staff-outputs"),
    path("staff/arenas/<slug:arena>/votes/", StaffVotesView.as_view(), name="staff-votes"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path("", NothingHere.as_view()),
]
