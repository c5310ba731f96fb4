"""What is remembered of a request, for every way in."""

from falcon.asgi import Request

from charter.kernel.actor import RequestFacts
from charter.wire.client_address import client_address
from charter.wire.dialect import page_origin

LONGEST_USER_AGENT = 512


def facts_of(request: Request, trusted_proxies: int) -> RequestFacts:
    """Who sent a request and from where, as far as it says so and is believed.

    trusted_proxies: as `client_address` takes it.
    """
    context = request.context
    return RequestFacts(
        id=context.trace_id,
        address=client_address(request, trusted_proxies),
        user_agent=(request.get_header("user-agent") or "")[:LONGEST_USER_AGENT] or None,
        origin=page_origin(request),
        is_testing=is_testing(request),
        satellite=getattr(context, "satellite", None),
        is_native=getattr(context, "is_native", False),
    )


def is_testing(request: Request) -> bool:
    """Whether the door found that the tests of the app itself ask."""
    return getattr(request.context, "is_testing", False) is True
