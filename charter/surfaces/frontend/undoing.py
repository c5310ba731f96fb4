"""Links in mail that take a change of an email address back, in the Frontend API."""

from charter.core.email_addresses import undoing
from charter.core.email_addresses.undoing import Undo
from charter.surfaces.frontend.link_page import Button, page
from charter.surfaces.frontend.links import FollowLink, OpenedLink
from charter.surfaces.frontend.shapes import Page, Paged
from charter.wire.call import Call, View

TAG = "Email Addresses"


def asking(undo: Undo, view: View) -> Page:
    """The page that asks before anything is undone: its button is pressed by a person alone."""
    text = (
        f"{undo.address} becomes the primary email address of your account again. Everybody is"
        " signed out, addresses that were added lately are removed, and you set a new password."
    )
    return page(view, "Undo the change", text, Button("undo", "Undo the change", undo.token))


def done(undo: Undo, view: View) -> Page:
    """The page that says that it was undone."""
    text = f"{undo.address} is the primary email address of your account again. Sign in by it."
    return page(view, "The change was undone", text)


CALLS = [
    Call("GET", "/undo", undoing.look, Paged(asking), query=OpenedLink, tag=TAG),
    Call("POST", "/undo", undoing.undo, Paged(done), body=FollowLink, tag=TAG),
]
