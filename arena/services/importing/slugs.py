"""Which contestant does a file mean by a name? Names become slugs, and no two names of a file the same one.

Next file to read: contestants.py.
"""

import re
import unicodedata

from arena.services.importing.files.places import Place

MAX_SLUG_LENGTH = 100
NOT_OF_A_SLUG = re.compile(r"[^a-z0-9._-]+")


def slug_of(name: str) -> str:
    """The name in lower case, with what a slug cannot hold turned into hyphens; "" if nothing is left."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return NOT_OF_A_SLUG.sub("-", ascii_name.lower()).strip("-._")


class Slugs:
    """The slugs of one import, each with the name and the place that had it first."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, Place]] = {}
        self._known: dict[str, str] = {}

    def add(self, name: str, place: Place) -> str:
        """The slug of a name. Raises ImportFault if it has none, or if another name has the same."""
        if name in self._known:
            return self._known[name]
        slug = slug_of(name)
        if not 0 < len(slug) <= MAX_SLUG_LENGTH:
            raise place.fault(f"no address can be made of the model name {name!r}")
        first_name, first_place = self._first.setdefault(slug, (name, place))
        if first_name != name:
            raise place.fault(
                f"model {name!r} would have the same address, {slug!r}, as {first_name!r} in {first_place}"
            )
        self._known[name] = slug
        return slug
