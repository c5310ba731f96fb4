"""The page where a person types the code that a device shows, and decides whether it comes in."""

from charter.core.account_tokens import devices
from charter.core.account_tokens.devices import LENGTH
from charter.web.portal.pages import Answer, Fields, Page, Shown, Who
from charter.web.portal.visits import Visit

ALLOW, DENY = "allow", "deny"
LONGEST = 2 * LENGTH


async def show_device(visit: Visit) -> Answer:
    """Ask for the code; one that stands in the address is still to be sent by the person."""
    return Shown(
        "connect_device", {"code": visit.query.get("user_code", "")[:LONGEST], "asks": None}
    )


async def send_device(visit: Visit, fields: Fields) -> Answer:
    """Show which device a code is of, or let it in, or not."""
    code, done = fields["user_code"], fields["do"]
    if done not in (ALLOW, DENY):
        asks = await visit.act(devices.claim, user_code=code)
        return Shown("connect_device", {"code": code, "asks": asks})
    await visit.act(devices.decide, user_code=code, is_allowed=done == ALLOW)
    return Shown("connect_device_decided", {"is_allowed": done == ALLOW})


PAGES = (Page("connect-device", show_device, send_device, ("user_code", "do"), who=Who.SIGNED_IN),)
