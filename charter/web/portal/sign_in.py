"""The pages of a sign-in: who, the first factor, the second, a new password."""

from charter.core.instances import operations as instances
from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import (
    Answer,
    NewSignIn,
    Offer,
    SignInStatus,
    SignInView,
)
from charter.core.sign_ins.ways.codes import RESETS
from charter.web.portal import sign_in_links, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went
from charter.web.portal.sign_in_links import FIRST
from charter.web.portal.sign_in_places import (
    PASSWORD,
    elsewhere,
    on,
    others,
    running,
    takes_password,
    waiting,
)
from charter.web.portal.visits import Visit

PASSKEY = "passkey"


async def show_identifier(visit: Visit) -> Told:
    """Ask who it is."""
    if visit.user is not None and visit.instance.settings.sign_in.has_single_session:
        return Over()
    attributes = visit.instance.settings.attributes
    known = {
        "email": attributes.email_address.is_enabled,
        "phone": attributes.phone_number.is_enabled,
        "username": attributes.username.is_enabled,
    }
    mode = visit.instance.settings.sign_up.mode.value
    described = await visit.ask(instances.describe)
    return Shown(
        "sign_in",
        {
            "providers": [(each.strategy, each.name) for each in described.providers],
            "identifiers": "_".join(name for name, is_on in known.items() if is_on) or "email",
            "has_passkeys": attributes.passkey.is_enabled,
            "offers_sign_up": mode == "public",
            "offers_waitlist": mode == "waitlist",
        },
    )


async def send_identifier(visit: Visit, fields: Fields) -> Told:
    """Begin the sign-in of who was named."""
    identifier = fields["identifier"].strip()
    if not identifier:
        raise ways.nothing("identifier")
    return on(visit, await visit.ask(sign_ins.create, new=NewSignIn(identifier=identifier)))


async def show_password(visit: Visit) -> Told:
    """Ask for the password."""
    view = running(visit)
    is_waiting = view is not None and view.sign_in.status is SignInStatus.NEEDS_FIRST_FACTOR
    if view is None or not is_waiting or not takes_password(view):
        return elsewhere(visit)
    return Shown(
        "sign_in_password",
        {"identifier": view.sign_in.identifier, "has_others": bool(others(view))},
    )


async def send_password(visit: Visit, fields: Fields) -> Told:
    """Try the password."""
    view = waiting(visit, SignInStatus.NEEDS_FIRST_FACTOR)
    if not fields["password"]:
        raise ways.nothing("password")
    answer = Answer(strategy=PASSWORD, password=fields["password"])
    return on(
        visit,
        await visit.ask(sign_ins.attempt_first_factor, sign_in_id=view.sign_in.id, given=answer),
    )


def _listing(texts: str, view: SignInView, offers: list[Offer], action: str, back: str) -> Shown:
    shown = [ways.shown(offer) for offer in offers]
    facts = {
        "texts": texts,
        "identifier": view.sign_in.identifier,
        "ways": shown,
        "action": action,
        "back": back,
    }
    return Shown("ways", facts)


async def show_ways(visit: Visit) -> Told:
    """Show every way to pass the first factor."""
    view = running(visit)
    if view is None or view.sign_in.status is not SignInStatus.NEEDS_FIRST_FACTOR:
        return elsewhere(visit)
    offers = [
        each
        for each in view.first_factors
        if each.strategy not in RESETS and each.strategy in ways.ICONS
    ]
    return _listing("ways", view, offers, "sign-in/ways", "sign-in")


async def show_forgot(visit: Visit) -> Told:
    """Show where the code for a new password may go."""
    view = running(visit)
    if view is None or view.sign_in.status is not SignInStatus.NEEDS_FIRST_FACTOR:
        return elsewhere(visit)
    offers = [each for each in view.first_factors if each.strategy in RESETS]
    return _listing("forgot", view, offers, "sign-in/ways", "sign-in/password")


async def send_way(visit: Visit, fields: Fields) -> Told:
    """Have a code or a link sent by the chosen way."""
    view = waiting(visit, SignInStatus.NEEDS_FIRST_FACTOR)
    given = ways.preparation(fields, view.first_factors, sign_in_links.way_back(visit, FIRST))
    progress = await visit.ask(
        sign_ins.prepare_first_factor, sign_in_id=view.sign_in.id, given=given
    )
    visit.adopt(progress.client_token)
    if given.strategy == PASSKEY:
        return Went("sign-in/passkey")
    if given.strategy == EMAIL_LINK:
        return sign_in_links.sent(view, FIRST)
    return Went("sign-in/code", done="code_sent")


async def show_code(visit: Visit) -> Told:
    """Ask for the code that was sent."""
    view = running(visit)
    check = view.sign_in.first_check if view is not None else None
    if view is None or view.sign_in.status is not SignInStatus.NEEDS_FIRST_FACTOR or check is None:
        return elsewhere(visit)
    if check.strategy == EMAIL_LINK:
        return Went(FIRST.page)
    offer = ways.offer_of(check, view.first_factors)
    is_reset = check.strategy in RESETS
    return Shown(
        "code",
        {
            "texts": "reset_code" if is_reset else "code",
            # Where nobody is to learn who is known here, a stranger's page says the same.
            "sent_to": offer.safe_identifier if offer else view.sign_in.identifier,
            "identifier": None,
            "changes_at": "sign-in",
            "action": "sign-in/code",
            "resend": "sign-in/ways",
            "strategy": check.strategy,
            "target": check.target_id or "",
            "ways": "sign-in/forgot" if is_reset else "sign-in/ways",
        },
    )


async def send_code(visit: Visit, fields: Fields) -> Told:
    """Try the code."""
    view = waiting(visit, SignInStatus.NEEDS_FIRST_FACTOR)
    answer = Answer(strategy=ways.prepared(view.sign_in.first_check), code=ways.code_in(fields))
    return on(
        visit,
        await visit.ask(sign_ins.attempt_first_factor, sign_in_id=view.sign_in.id, given=answer),
    )


async def show_new_password(visit: Visit) -> Told:
    """Ask for a new password."""
    view = running(visit)
    if view is None or view.sign_in.status is not SignInStatus.NEEDS_NEW_PASSWORD:
        return elsewhere(visit)
    return Shown("new_password", {"identifier": view.sign_in.identifier or ""})


async def send_new_password(visit: Visit, fields: Fields) -> Told:
    """Set the new password."""
    view = waiting(visit, SignInStatus.NEEDS_NEW_PASSWORD)
    if not fields["new_password"]:
        raise ways.nothing("new_password")
    progress = await visit.ask(
        sign_ins.reset_password, sign_in_id=view.sign_in.id, password=fields["new_password"]
    )
    return on(visit, progress)


async def show_passkey(visit: Visit) -> Told:
    """Show what a device is asked for."""
    view = running(visit)
    check = view.sign_in.first_check if view is not None else None
    if view is None or check is None or check.nonce is None or check.strategy != PASSKEY:
        return elsewhere(visit)
    return Shown("sign_in_passkey", {"options": check.nonce})


async def send_passkey(visit: Visit, fields: Fields) -> Told:
    """Ask a device for a passkey; then try what it answered."""
    credential = fields["public_key_credential"]
    if not credential:
        progress = await visit.ask(sign_ins.create, new=NewSignIn(strategy=PASSKEY))
        visit.adopt(progress.client_token)
        return Went("sign-in/passkey")
    view = waiting(visit, SignInStatus.NEEDS_IDENTIFIER, SignInStatus.NEEDS_FIRST_FACTOR)
    answer = Answer(strategy=PASSKEY, public_key_credential=credential)
    progress = await visit.ask(
        sign_ins.attempt_first_factor, sign_in_id=view.sign_in.id, given=answer
    )
    return on(visit, progress)


CREDENTIAL = ("public_key_credential",)
PAGES = (
    Page("sign-in", show_identifier, send_identifier, ("identifier",)),
    Page("sign-in/password", show_password, send_password, ("password",), secret=("password",)),
    Page("sign-in/passkey", show_passkey, send_passkey, CREDENTIAL, secret=CREDENTIAL),
    Page("sign-in/ways", show_ways, send_way, ("strategy", "target")),
    Page("sign-in/forgot", show_forgot),
    Page("sign-in/code", show_code, send_code, ("code",), secret=("code",)),
    Page(
        "sign-in/new-password",
        show_new_password,
        send_new_password,
        ("new_password",),
        secret=("new_password",),
    ),
)
