"""What stands between a voter who looks like a program and the next battle? A page that works while one waits.

Next file to read: services/challenges.py, which makes and checks the work; static/arena/challenge.js.
"""

import json
from urllib.parse import urljoin

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext

from arena.domain.errors import ArenaError
from arena.models import Arena
from arena.services.challenges import issue_challenge
from arena.visitors import ensure_voter_id
from arena.web.errors import status_of
from arena.web.page import page

SOLUTION = "altcha"  # field of the form; the widget fills it
NOT_REPEATED = (SOLUTION, "csrfmiddlewaretoken")
# The widget brings its style in a <style> element; its hash lets in this one and no other. What the browser asks for is
# what tests/browser/test_challenge.py finds out after an update of django-altcha.
WIDGET_STYLE = "'sha256-pg+oQARqMq4wCazyrsMt8HY89BJkXkEFkwNWxg2iPdg='"


@page("GET")
def challenge(request: HttpRequest) -> HttpResponse:
    """A fresh challenge, for this voter alone."""
    return JsonResponse(issue_challenge(voter_id=ensure_voter_id(request)).as_dict())


@csp_update({"style-src": WIDGET_STYLE})  # type: ignore[arg-type]
def show_challenge(request: HttpRequest, arena: Arena, error: ArenaError) -> HttpResponse:
    """The page that repeats what was asked for, once the work is done."""
    context = {
        "arena": arena,
        "sentence": str(error),
        "fields": [(name, value) for name in request.POST for value in request.POST.getlist(name)],
        "not_repeated": NOT_REPEATED,
        "solution": SOLUTION,
        "worker": urljoin(request.build_absolute_uri("/"), static("arena/challenge-worker.js")),
        "strings": json.dumps(
            {
                "ariaLinkLabel": "ALTCHA",
                "label": gettext("Solve the task"),
                "verifying": gettext("Your browser works on it …"),
                "verified": gettext("Solved"),
                "error": gettext("That did not work. Please try again."),
                "expired": gettext("That took too long. Please try again."),
                "waitAlert": gettext("One moment, your browser still works on it."),
            }
        ),
    }
    return render(request, "arena/challenge.html", context, status=status_of(error))
