"""`python3 manage.py doctor`: what is configured, what is missing, what degrades; exit 1 if something is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from arena.queries.health import Weight, examine

STYLES = {Weight.GOOD: "SUCCESS", Weight.NOTE: "NOTICE", Weight.DEGRADED: "WARNING", Weight.BROKEN: "ERROR"}


class Command(BaseCommand):
    help = "Says which mode is on, what is missing and what degrades. Exit 1 if something needed is broken."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        for finding in findings:
            style = getattr(self.style, STYLES[finding.weight])
            self.stdout.write(f"{style(finding.weight.ljust(8))}  {finding.about.ljust(8)}  {finding.sentence}")
        if any(finding.weight is Weight.BROKEN for finding in findings):
            sys.exit(1)
