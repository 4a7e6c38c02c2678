"""How is a picture that a voter brought written?"""

from rest_framework import serializers


class UploadFileSerializer(serializers.Serializer):
    """For the description only: the body is read by files.py."""

    file = serializers.FileField(help_text="A picture: PNG, JPEG or WebP, at most 8 MB and 25 million pixels.")


class UploadSerializer(serializers.Serializer):
    id = serializers.UUIDField(help_text="To name in attachments.")
    url = serializers.CharField(source="file.url")
    media_type = serializers.CharField(help_text="Of the picture as it was written anew.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
