"""How are weekly shares of battles written? Next file to read: queries/shares.py."""

from rest_framework import serializers

from arena.api.serializers.leaderboards import FORMATS, Points
from arena.api.serializers.strict import StrictChoice, StrictSerializer
from arena.domain.shares import ModelGroup


class SharesParameters(StrictSerializer):
    format = StrictChoice(choices=FORMATS, default="json")


class WeeklyShareSerializer(serializers.Serializer):
    """One model, organisation, licence or weight class in one week; the columns of the CSV too, after the week."""

    by = serializers.ChoiceField(choices=ModelGroup.choices(), source="group")
    name = serializers.CharField(help_text="Slug of a model, or the organisation, licence or weight class.")
    battles = serializers.IntegerField(source="n_battles", help_text="Drawn battles with it on one side or both.")
    share = Points(help_text="Of all drawn battles of the week, 0 to 1; those of all models add up to 2.")
    cap = Points(help_text="Largest share that was promised; null where none was.")
    alarm = serializers.BooleanField(source="is_alarm", help_text="Above the cap, and not by chance.")


class WeekSerializer(serializers.Serializer):
    week = serializers.DateField(source="start", help_text="Its Monday, UTC.")
    battles = serializers.IntegerField(source="n_drawn", help_text="Drawn by the sampler.")
    directed = serializers.IntegerField(source="n_directed", help_text="Whose pair was asked for; in no share.")
    shares = WeeklyShareSerializer(many=True)
