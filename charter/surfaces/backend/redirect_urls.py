"""Redirect URLs in the Backend API."""

from charter.core.redirect_urls import operations as redirect_urls
from charter.core.redirect_urls.model import RedirectUrl
from charter.surfaces.backend.shapes import Bare, DeletedAs, millis
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/redirect_urls"
ONE = ALL + "/{redirect_url_id}"
TAG = "Redirect URLs"


class RedirectUrlOut(Out):
    """An address that people may be sent back to."""

    object: str
    id: str
    url: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: RedirectUrl, _view: View) -> "RedirectUrlOut":
        """As this API writes it."""
        return cls(
            object="redirect_url",
            id=row.id,
            url=row.url,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateRedirectUrl(In):
    """Where people may be sent back to."""

    url: str


CALLS = [
    Call("GET", ALL, redirect_urls.search, Bare(RedirectUrlOut), lists=Lists(), tag=TAG),
    Call("POST", ALL, redirect_urls.create, RedirectUrlOut, body=CreateRedirectUrl, tag=TAG),
    Call("GET", ONE, redirect_urls.get, RedirectUrlOut, tag=TAG),
    Call("DELETE", ONE, redirect_urls.delete, DeletedAs("redirect_url"), tag=TAG),
]
