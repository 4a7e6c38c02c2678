"""What has this voter done so far? Next file to read: queries/votes.py."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.queries.votes import n_votes_of_voter, votes_of_voter
from arena.visitors import ensure_voter_id
from arena.web.outcomes import outcome_sentence
from arena.web.page import page

N_SHOWN = 100


@page("GET")
def me(request: HttpRequest) -> HttpResponse:
    voter_id = ensure_voter_id(request)
    votes = votes_of_voter(voter_id)[:N_SHOWN]
    context = {
        "n_votes": n_votes_of_voter(voter_id),
        "n_shown": N_SHOWN,
        "votes": [
            {
                "battle": vote.battle,
                "created_at": vote.created_at,
                "sentence": outcome_sentence(
                    vote.outcome, vote.battle.contestant_a.name, vote.battle.contestant_b.name
                ),
            }
            for vote in votes
        ],
    }
    return render(request, "arena/me.html", context)
