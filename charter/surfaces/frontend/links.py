"""Links in mail that prove an address, in the Frontend API.

A button follows a link, opening it alone does nothing: programs that read mail open links but press
no button. Where a link was asked for in the browser that opens it, a script presses it.
"""

from charter.core.instances.origins import origin_of
from charter.core.links import operations as links
from charter.core.links.model import Looked
from charter.surfaces.frontend.pages import Button, page
from charter.surfaces.frontend.shapes import Page, Paged, Redirect, Redirecting
from charter.wire.call import Call, In, View
from charter.wire.forms import FormIn

TAG = "Sign Ins"


class OpenedLink(In):
    """The token of a link."""

    token: str


class FollowLink(FormIn):
    """The token of a link whose button was pressed."""

    token: str


def asking(looked: Looked, view: View) -> Page | Redirect:
    """The page of a link that can be used here; another leads on at once, with the reason."""
    if looked.status is not None:
        return Redirect(looked.location)
    leads_to = origin_of(looked.redirect_url)
    button = Button("verify", looked.token, is_pressed_by_itself=True, leads_to=leads_to)
    return page(view, "follow", button)


CALLS = [
    Call("GET", "/verify", links.look, Paged(asking), query=OpenedLink, tag=TAG),
    Call("POST", "/verify", links.follow, Redirecting(303), body=FollowLink, tag=TAG),
]
