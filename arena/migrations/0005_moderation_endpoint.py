from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("arena", "0004_consent_of_arenas"),
    ]

    operations = [
        migrations.AlterField(
            model_name="arena",
            name="moderation_base_url",
            field=models.CharField(
                blank=True,
                help_text="Base URL, such as https://api.openai.com/v1 or http://moderator:8000/v1.",
                max_length=200,
                verbose_name="moderation endpoint",
            ),
        ),
    ]
