"""Where does an operator see which alarms rang, and whether anybody was told? Rows that are only read."""

from django.contrib import admin

from arena.admin.base import ReadOnlyAdmin
from arena.models import AlarmMessage, AlarmNotice


@admin.register(AlarmNotice)
class AlarmNoticeAdmin(ReadOnlyAdmin):
    list_display = ("name", "about", "sentence", "raised_at", "ended_at")
    list_filter = ("name", "ended_at")


@admin.register(AlarmMessage)
class AlarmMessageAdmin(ReadOnlyAdmin):
    list_display = ("notice", "event", "channel", "created_at", "sent_at", "n_tries", "failure")
    list_filter = ("channel", "event")
    list_select_related = ("notice",)
