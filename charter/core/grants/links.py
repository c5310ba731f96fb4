"""Links that carry a ticket to the app: built from configured addresses and checked targets."""

from enum import StrEnum, auto
from urllib.parse import urlencode, urlsplit

from charter.core.mail.model import UnsafeLink, refuse_unsafe_link
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context

MAX_LENGTH = 2048
TICKET = "__clerk_ticket"
STATUS = "__clerk_status"


class TicketStatus(StrEnum):
    """What the app has to do with a ticket."""

    SIGN_IN = auto()
    SIGN_UP = auto()
    COMPLETE = auto()


def checked_redirect_url(url: str | None) -> str | None:
    """Where a link shall lead: an absolute http or https address, without a name or password in it.

    Raises: InvalidInput.
    """
    if url is None:
        return None
    try:
        refuse_unsafe_link(url)
        parts = urlsplit(url)
        _ = parts.port  # read because an impossible one is found only then
    except (UnsafeLink, ValueError):
        raise InvalidInput(
            "redirect_url", reason="it must be an absolute http or https address"
        ) from None
    if "@" in parts.netloc:
        raise InvalidInput("redirect_url", reason="it must not hold a user name")
    if len(url) > MAX_LENGTH:
        raise InvalidInput("redirect_url", reason=f"it must not exceed {MAX_LENGTH} characters")
    return url


def ticket_link(ctx: Context, ticket: str, redirect_url: str | None, status: TicketStatus) -> str:
    """The link to open: the checked target, or the app's own address, with the ticket."""
    parts = urlsplit(redirect_url or ctx.platform.addresses.app_url + "/")
    carried = urlencode({TICKET: ticket, STATUS: status.value})
    return parts._replace(query=f"{parts.query}&{carried}" if parts.query else carried).geturl()
