"""What do the numbers mean, and where does the data come from? And what becomes of what voters type? Pages of text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.domain.consent import SENTENCES, VERSION
from arena.queries.catalog import listed_arenas
from arena.visitors import viewer_of
from arena.web.page import page


@page("GET", is_for_readers=True)
def methods(request: HttpRequest) -> HttpResponse:
    return render(request, "arena/methods.html")


@page("GET", is_for_readers=True)
def privacy(request: HttpRequest) -> HttpResponse:
    asking = listed_arenas(viewer_of(request)).exclude(consent_text="")
    return render(request, "arena/privacy.html", {"version": VERSION, "sentences": SENTENCES, "asking": asking})


@page("GET", is_for_readers=True)
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "arena/data.html", {"arenas": listed_arenas(viewer_of(request))})
