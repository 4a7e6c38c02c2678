"""`python3 manage.py catalogues`: bring the translations in step with the code, and compile them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from arena.management.message_files import NAME, compile_mo, folder_of, read_po, write_po
from arena.management.message_ids import find_messages, translated_languages


class Command(BaseCommand):
    help = "Collects all texts into locale/*.po, keeps what is translated, drops what is no longer said, compiles .mo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        messages = find_messages(settings.BASE_DIR)
        for language in translated_languages():
            folder = folder_of(settings.BASE_DIR, language)
            catalogue = read_po(folder / f"{NAME}.po", language).only(messages)
            write_po(folder / f"{NAME}.po", catalogue, messages)
            (folder / f"{NAME}.mo").write_bytes(compile_mo(catalogue, messages))
            n_missing = len(catalogue.missing(messages))
            self.stdout.write(f"{language}: {len(messages) - n_missing} of {len(messages)} texts translated")
