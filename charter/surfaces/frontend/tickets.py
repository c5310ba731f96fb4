"""Links that carry tickets, in the Frontend API."""

from charter.core.tickets import operations as tickets
from charter.surfaces.frontend.shapes import Redirecting
from charter.wire.call import Call, In

TAG = "Sign Ins"


class AcceptTicket(In):
    """The ticket of a link."""

    ticket: str


CALLS = [
    Call(
        "GET",
        "/tickets/accept",
        tickets.accept,
        Redirecting(303),
        query=AcceptTicket,
        tag=TAG,
    ),
]
