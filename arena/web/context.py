"""What does every page know about the site?"""

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"site_name": "Fairground"}
