"""The pages of a sign-in that waits for a link in mail, at its first step or at its second."""

from dataclasses import dataclass
from functools import partial

from charter.core.checks.model import Check
from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ins.model import Offer, SignInStatus, SignInView
from charter.core.sign_ins.ways.codes import RESETS
from charter.web.portal import mail_links, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Over, Page, Shown, Went
from charter.web.portal.sign_in_places import elsewhere, running
from charter.web.portal.visits import Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a sign-in that a link may prove. statuses: what it is in; page: where it waits."""

    statuses: tuple[SignInStatus, ...]
    page: str
    ways: str
    is_second: bool = False

    def check(self, view: SignInView | None) -> Check | None:
        """The link that a sign-in waits for."""
        if view is None or view.sign_in.status not in self.statuses:
            return None
        found = view.sign_in.second_check if self.is_second else view.sign_in.first_check
        return found if found is not None and found.strategy == EMAIL_LINK else None

    def offers(self, view: SignInView) -> tuple[Offer, ...]:
        """What else the step may be taken by."""
        return view.second_factors if self.is_second else view.first_factors


FIRST = Step((SignInStatus.NEEDS_FIRST_FACTOR,), "sign-in/link", "sign-in/ways")
SECOND = Step(
    (SignInStatus.NEEDS_SECOND_FACTOR, SignInStatus.NEEDS_CLIENT_TRUST),
    "sign-in/second/link",
    "sign-in/second/ways",
    is_second=True,
)


def way_back(visit: Visit, step: Step) -> str:
    """Where a link of a step leads back to."""
    return mail_links.return_url(visit, f"{step.page}/opened")


def sent(view: SignInView, step: Step) -> Went:
    """Go on to wait for a link. view: the sign-in as it was before."""
    return Went(step.page, done="link_sent" if step.check(view) is not None else None)


async def _wait(visit: Visit, step: Step) -> Told:
    """Wait until the link was opened. Where it has been, the sign-in is elsewhere or over."""
    view = running(visit)
    check = step.check(view)
    if view is None or check is None:
        return Over() if view is None and visit.user is not None else elsewhere(visit)
    offer = ways.offer_of(check, step.offers(view))
    others = {each.strategy for each in step.offers(view)} & set(ways.ICONS) - RESETS
    return mail_links.waiting(
        visit,
        path=step.page,
        resend=step.ways,
        ends_at=check.expires_at,
        sent_to=offer.safe_identifier if offer else view.sign_in.identifier,
        target=check.target_id or "",
        ways=step.ways if len(others) > 1 else "sign-in",
    )


async def _opened(visit: Visit, step: Step) -> Told:
    """Go on where a link was of use; else say why it was not."""
    view = running(visit)
    following = step.page if step.check(view) is not None else elsewhere(visit).path
    if view is None:
        following = "continue" if visit.user is not None else ""
    refused: Shown | None = mail_links.refusal(visit, following=following, beginning="sign-in")
    return await _wait(visit, step) if refused is None else refused


PAGES = tuple(
    page
    for step in (FIRST, SECOND)
    for page in (
        Page(step.page, partial(_wait, step=step)),
        Page(f"{step.page}/opened", partial(_opened, step=step)),
    )
)
