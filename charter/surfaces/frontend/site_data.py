"""The cookies and the data of a browser: given in development, and taken away when asked."""

from typing import Any

from charter.core.clients import making
from charter.core.instances import health
from charter.surfaces.frontend.shapes import Page, Paged
from charter.wire.call import Call, In, View

NAMED_ALREADY = "the browser itself says in a header which page asks"


class Origin(In):
    """The page that asks."""

    origin: str | None = None


def cleared(_result: Any, _view: View) -> Page:
    """Nothing, with the header that makes a browser forget this site."""
    return Page("", {"clear-site-data": '"*"'})


CALLS = [
    Call(
        "GET",
        "/dev_browser/init",
        making.create_by_cookie,
        query=Origin,
        ignores={"origin": NAMED_ALREADY},
        tag="Dev Browser",
    ),
    Call("POST", "/dev_browser/set_first_party_cookie", making.create_by_cookie, tag="Dev Browser"),
    Call("GET", "/clear-site-data", health.check, Paged(cleared), tag="Client"),
]
