"""Links in mail that take a change of an email address back, in the Frontend API."""

from charter.core.email_addresses import undoing
from charter.core.email_addresses.undoing import Undo
from charter.core.instances.origins import app_url
from charter.surfaces.frontend.links import FollowLink, OpenedLink
from charter.surfaces.frontend.pages import Button, page
from charter.surfaces.frontend.shapes import Page, Paged
from charter.wire.call import Call, View

TAG = "Email Addresses"


def asking(undo: Undo, view: View) -> Page:
    """The page that asks before anything is undone: its button is pressed by a person alone."""
    return page(view, "undo", Button("undo", undo.token), address=undo.address)


def done(undo: Undo, view: View) -> Page:
    """The page that says that it was undone, and leads on to the app."""
    url = app_url(view.instance, view.platform.addresses)
    return page(view, "undone", goes_on=url, address=undo.address)


CALLS = [
    Call("GET", "/undo", undoing.look, Paged(asking), query=OpenedLink, tag=TAG),
    Call("POST", "/undo", undoing.undo, Paged(done), body=FollowLink, tag=TAG),
]
