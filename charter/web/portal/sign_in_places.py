"""Where a sign-in of the pages stands, and which page it waits on."""

from charter.core.instances.model import Instance
from charter.core.instances.settings import PreferredStrategy
from charter.core.sign_ins.model import (
    Offer,
    Progress,
    SignInNotWaiting,
    SignInStatus,
    SignInView,
)
from charter.core.sign_ins.ways.codes import RESETS
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Over, Went
from charter.web.portal.visits import Visit

PLACES = {
    SignInStatus.NEEDS_IDENTIFIER: "sign-in",
    SignInStatus.NEEDS_SECOND_FACTOR: "sign-in/second",
    SignInStatus.NEEDS_CLIENT_TRUST: "sign-in/device",
    SignInStatus.NEEDS_NEW_PASSWORD: "sign-in/new-password",
}
"""The page of each state but the first factor's, which depends on what is open."""
PASSWORD = "password"  # noqa: S105  # the name of a strategy


def running(visit: Visit) -> SignInView | None:
    """The sign-in that runs in this browser."""
    return visit.state.sign_in if visit.state is not None else None


def place(instance: Instance, view: SignInView) -> str:
    """The page that a sign-in waits on."""
    status = view.sign_in.status
    if status is not SignInStatus.NEEDS_FIRST_FACTOR:
        return PLACES.get(status, "continue")
    prefers_codes = instance.preferred_strategy is PreferredStrategy.CODE
    if takes_password(view) and not (prefers_codes and others(view)):
        return "sign-in/password"
    return "sign-in/ways"


def takes_password(view: SignInView) -> bool:
    """Whether the first factor may be a password; of a stranger nothing else is said."""
    return view.user is None or any(offer.strategy == PASSWORD for offer in view.first_factors)


def others(view: SignInView) -> list[Offer]:
    """The ways to sign in beside a password."""
    return [each for each in view.first_factors if each.strategy not in {PASSWORD, *RESETS}]


def waiting(visit: Visit, *statuses: SignInStatus) -> SignInView:
    """The running sign-in, which waits in one of these states. Raises: SignInNotWaiting."""
    view = running(visit)
    if view is None or view.sign_in.status not in statuses:
        raise SignInNotWaiting
    return view


def on(visit: Visit, progress: Progress) -> Told:
    """Go on to what the sign-in waits for now."""
    visit.adopt(progress.client_token)
    if progress.view.sign_in.status is SignInStatus.COMPLETE:
        return Over()
    return Went(place(visit.instance, progress.view))


def elsewhere(visit: Visit) -> Went:
    """Where somebody belongs who has come to a page that their sign-in does not wait on."""
    view = running(visit)
    return Went("sign-in" if view is None else place(visit.instance, view))
