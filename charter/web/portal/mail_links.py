"""What the pages of links in mail have in common: the one that waits, and the one led back to."""

from dataclasses import replace
from datetime import datetime

from charter.core.grants.links import STATUS, TICKET
from charter.core.instances.origins import frontend_base, origin_of
from charter.core.links.model import LinkStatus
from charter.web.portal.pages import Shown
from charter.web.portal.visits import Visit

REFUSED = frozenset({LinkStatus.EXPIRED, LinkStatus.FAILED, LinkStatus.CLIENT_MISMATCH})
"""What a link may be told to have become, where nothing goes on."""


def return_url(visit: Visit, path: str) -> str:
    """Where a link leads back to: a page of ours, on the host that the link itself is on.

    A ticket is not handed on: the address is kept readable, and the flow has the ticket already.
    """
    here = origin_of(frontend_base(visit.instance, visit.platform.addresses))
    return f"{here}{replace(visit, carried=_kept(visit)).to(path)}"


def waiting(
    visit: Visit,
    *,
    path: str,
    resend: str,
    ends_at: datetime | None,
    sent_to: str | None = None,
    identifier: str | None = None,
    changes_at: str = "",
    target: str = "",
    ways: str | None = None,
    instead: str | None = None,
) -> Shown:
    """The page that waits until a link was opened.

    path: its own. resend: the page that sends another link. ends_at: when the link has expired.
    sent_to: the address as it may be told; or `identifier`, which can be changed at `changes_at`.
    ways: the page of the other ways; instead: another strategy that `resend` takes.
    """
    now = visit.platform.clock()
    seconds = int((ends_at - now).total_seconds()) if ends_at is not None else 0
    facts = {
        "page": path,
        "resend": resend,
        "seconds": max(seconds, 0),
        "sent_to": sent_to,
        "identifier": identifier,
        "changes_at": changes_at,
        "target": target,
        "ways": ways,
        "instead": instead,
        "is_asked": bool(visit.query.get("opened")),
    }
    return Shown("link", facts)


def refusal(visit: Visit, *, following: str, beginning: str) -> Shown | None:
    """The page that says why a link was of no use; None for one that was.

    following: the page to go on at where the flow runs in this browser, empty where it does not;
    beginning: that on which it begins.
    """
    status = visit.query.get(STATUS, "")
    onward = replace(visit, carried=_kept(visit))
    if status not in REFUSED:
        visit.carried = onward.carried
        return None
    facts = {"status": status, "is_here": bool(following), "url": onward.to(following or beginning)}
    return Shown("link_opened", facts, 422)


def _kept(visit: Visit) -> dict[str, str]:
    return {name: text for name, text in visit.carried.items() if name not in (TICKET, STATUS)}
