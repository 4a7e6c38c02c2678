"""What do the numbers mean, and where does the data come from? Two pages of text."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.queries.catalog import listed_arenas
from arena.web.page import page


@page("GET")
def methods(request: HttpRequest) -> HttpResponse:
    return render(request, "arena/methods.html")


@page("GET")
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "arena/data.html", {"arenas": listed_arenas()})
