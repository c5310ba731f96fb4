"""Links in mail that prove an address, in the Frontend API."""

from charter.core.links import operations as links
from charter.surfaces.frontend.link_page import draw
from charter.surfaces.frontend.shapes import Paged, Redirecting
from charter.wire.call import Call, In
from charter.wire.forms import FormIn

TAG = "Sign Ins"


class OpenedLink(In):
    """The token of a link."""

    token: str


class FollowLink(FormIn):
    """The token of a link whose button was pressed."""

    token: str


CALLS = [
    Call("GET", "/verify", links.look, Paged(draw), query=OpenedLink, tag=TAG),
    Call("POST", "/verify", links.follow, Redirecting(303), body=FollowLink, tag=TAG),
]
