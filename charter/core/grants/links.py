"""Links that carry a ticket to the app: built from configured addresses and checked targets."""

from collections.abc import Mapping
from enum import StrEnum, auto
from urllib.parse import unquote_plus, urlencode, urlsplit

from charter.core.instances.model import Instance
from charter.core.instances.origins import is_own, origin_of, parsed
from charter.core.mail.model import UnsafeLink, refuse_unsafe_link
from charter.core.redirect_urls.normal_form import href_of
from charter.kernel.errors import DomainError, InvalidInput, Kind
from charter.kernel.operation import Context
from charter.kernel.platform import Addresses

MAX_LENGTH = 2048
MAX_RETURN_LENGTH = 4096
"""Pages name themselves with all that stands behind their question mark."""
TICKET = "__clerk_ticket"
STATUS = "__clerk_status"


class TicketStatus(StrEnum):
    """What the app has to do with a ticket."""

    SIGN_IN = auto()
    SIGN_UP = auto()
    COMPLETE = auto()


class ReturnUrlNotAllowed(DomainError):
    """The address lies outside the instance's sites, and is no redirect URL of it."""

    kind, code = Kind.UNPROCESSABLE, "return_url_not_allowed"
    message = "{parameter} does not lie within the allowed origins of this instance."
    parameter = "redirect_url"


def checked_return_url(
    instance: Instance, addresses: Addresses, url: str, *, parameter: str = "redirect_url"
) -> str:
    """Where a browser shall be sent back to: within the instance's sites, or to a redirect URL.

    Returns: the address as browsers read it, so that nothing else can be read in it.
    Raises: ReturnUrlNotAllowed.
    """
    href = href_of(url) if len(url) <= MAX_RETURN_LENGTH else None
    if href is not None and href in instance.redirect_urls:
        return href
    return checked_site_url(instance, addresses, url, parameter=parameter)


def checked_site_url(
    instance: Instance, addresses: Addresses, url: str, *, parameter: str = "redirect_url"
) -> str:
    """Where a browser may be sent with what its person is known by: within the instance's sites.

    Returns: the address as browsers read it.
    Raises: ReturnUrlNotAllowed.
    """
    found = parsed(url) if len(url) <= MAX_RETURN_LENGTH else None
    if found is None or not is_own(instance, addresses, found):
        raise ReturnUrlNotAllowed(parameter)
    return str(found.href)


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """An address with these parameters in its query, in place of others of their names."""
    parts = urlsplit(url)
    kept = [
        piece
        for piece in parts.query.split("&")
        if piece and unquote_plus(piece.partition("=")[0]) not in parameters
    ]
    return parts._replace(query="&".join([*kept, urlencode(parameters)])).geturl()


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


def ticket_link(
    ctx: Context, ticket: str, redirect_url: str | None, status: TicketStatus, *, app_url: str
) -> str:
    """The link to open: the checked target, or the app's own address, with the ticket.

    app_url: the app's own address.
    Where nobody said where the app is, a page of ours asks the person.
    """
    addresses = ctx.platform.addresses
    own = app_url + "/"
    if origin_of(own) == origin_of(addresses.frontend_url):
        own = f"{addresses.frontend_url}/account/i/{ctx.actor.instance_id}/invitation"
    parts = urlsplit(redirect_url or own)
    carried = urlencode({TICKET: ticket, STATUS: status.value})
    return parts._replace(query=f"{parts.query}&{carried}" if parts.query else carried).geturl()
