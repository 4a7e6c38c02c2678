"""What does every page know about the site?"""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    return {"site_name": "Fairground", "has_single_sign_on": settings.SINGLE_SIGN_ON is not None}
