"""The pages of a second factor, and of the proof that a device is the person's."""

from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, SignInStatus
from charter.web.portal import sign_in_links, sign_in_places, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went
from charter.web.portal.sign_in_links import SECOND as LINK
from charter.web.portal.visits import Visit

SECOND = (SignInStatus.NEEDS_SECOND_FACTOR, SignInStatus.NEEDS_CLIENT_TRUST)
PATHS = {"totp": "sign-in/second", "backup_code": "sign-in/second/backup"}
"""Second factors that are typed without anything being sent."""


async def show_second(visit: Visit) -> Told:
    """Ask for a code of the authenticator app; who has none chooses another way."""
    return await _typed(visit, "totp")


async def show_backup(visit: Visit) -> Told:
    """Ask for a backup code."""
    return await _typed(visit, "backup_code")


async def _typed(visit: Visit, strategy: str) -> Told:
    view = sign_in_places.running(visit)
    if view is None or view.sign_in.status is not SignInStatus.NEEDS_SECOND_FACTOR:
        return sign_in_places.elsewhere(visit)
    offered = {offer.strategy for offer in view.second_factors}
    if strategy not in offered:
        return Went("sign-in/second/ways")
    return Shown("second", {"strategy": strategy, "has_others": len(view.second_factors) > 1})


async def send_second(visit: Visit, fields: Fields) -> Told:
    """Try a code that was typed off an app or a paper."""
    view = sign_in_places.waiting(visit, SignInStatus.NEEDS_SECOND_FACTOR)
    answer = Answer(strategy=fields["strategy"], code=ways.code_in(fields))
    return sign_in_places.on(
        visit,
        await visit.ask(sign_ins.attempt_second_factor, sign_in_id=view.sign_in.id, given=answer),
    )


async def show_ways(visit: Visit) -> Told:
    """Show every way to pass the second factor."""
    view = sign_in_places.running(visit)
    if view is None or view.sign_in.status not in SECOND:
        return sign_in_places.elsewhere(visit)
    is_device = view.sign_in.status is SignInStatus.NEEDS_CLIENT_TRUST
    offers = [each for each in view.second_factors if each.strategy in ways.ICONS]
    facts = {
        "texts": "device" if is_device else "second",
        "identifier": None,
        "ways": [ways.shown(each, PATHS) for each in offers],
        "action": "sign-in/second/ways",
        "back": "sign-in",
    }
    return Shown("ways", facts)


async def send_way(visit: Visit, fields: Fields) -> Told:
    """Have a code or a link sent by the chosen way."""
    view = sign_in_places.waiting(visit, *SECOND)
    given = ways.preparation(fields, view.second_factors, sign_in_links.way_back(visit, LINK))
    progress = await visit.ask(
        sign_ins.prepare_second_factor, sign_in_id=view.sign_in.id, given=given
    )
    visit.adopt(progress.client_token)
    if given.strategy == EMAIL_LINK:
        return sign_in_links.sent(view, LINK)
    return Went("sign-in/second/code", done="code_sent")


async def show_code(visit: Visit) -> Told:
    """Ask for the code that was sent."""
    view = sign_in_places.running(visit)
    check = view.sign_in.second_check if view is not None else None
    if view is None or view.sign_in.status not in SECOND or check is None:
        return sign_in_places.elsewhere(visit)
    if check.strategy == EMAIL_LINK:
        return Went(LINK.page)
    offer = ways.offer_of(check, view.second_factors)
    is_device = view.sign_in.status is SignInStatus.NEEDS_CLIENT_TRUST
    facts = {
        "texts": "device_code" if is_device else "code",
        "sent_to": offer.safe_identifier if offer else "",
        "identifier": None,
        "changes_at": "sign-in",
        "action": "sign-in/second/code",
        "resend": "sign-in/second/ways",
        "strategy": check.strategy,
        "target": check.target_id or "",
        "ways": "sign-in/second/ways",
    }
    return Shown("code", facts)


async def send_code(visit: Visit, fields: Fields) -> Told:
    """Try the code."""
    view = sign_in_places.waiting(visit, *SECOND)
    strategy = ways.prepared(view.sign_in.second_check)
    answer = Answer(strategy=strategy, code=ways.code_in(fields))
    return sign_in_places.on(
        visit,
        await visit.ask(sign_ins.attempt_second_factor, sign_in_id=view.sign_in.id, given=answer),
    )


TYPED = ("strategy", "code")
PAGES = (
    Page("sign-in/second", show_second, send_second, TYPED, secret=("code",)),
    Page("sign-in/second/backup", show_backup, send_second, TYPED, secret=("code",)),
    Page("sign-in/second/ways", show_ways, send_way, ("strategy", "target")),
    Page("sign-in/device", show_ways),
    Page("sign-in/second/code", show_code, send_code, ("code",), secret=("code",)),
)
