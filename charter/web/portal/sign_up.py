"""The pages of a sign-up: what is asked for, and the proof of an address or a number."""

from typing import Any

from charter.core.checks.model import Check
from charter.core.grants.links import TICKET
from charter.core.instances import operations as instances
from charter.core.instances.settings import Attribute
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import (
    GivenFields,
    Progress,
    SignUpOver,
    SignUpStatus,
    SignUpView,
)
from charter.core.sign_ups.requirements import CUSTOM_ACTION
from charter.kernel.patch import UNSET
from charter.web.portal import ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went
from charter.web.portal.visits import Visit

TEXTS = ("email_address", "phone_number", "username", "first_name", "last_name", "password")
"""The fields of a person, in the order in which they are asked for."""
LEGAL = "legal_accepted"
PROVEN_BY = {"email_address": "email_code", "phone_number": "phone_code"}


def running(visit: Visit) -> SignUpView | None:
    """The sign-up that runs in this browser."""
    return visit.state.sign_up if visit.state is not None else None


def asked(visit: Visit) -> list[tuple[str, bool]]:
    """The fields of the first page, each with whether it has to be filled in."""
    attributes = visit.instance.settings.attributes
    names = ("first_name", "last_name", "email_address", "phone_number", "username", "password")
    found: list[tuple[str, bool]] = []
    for name in names:
        attribute: Attribute = getattr(attributes, name)
        if attribute.is_enabled:
            found.append((name, attribute.is_required))
    if visit.query.get(TICKET):
        # Whom an invitation names, it names by the address.
        return [(name, is_required) for name, is_required in found if name != "email_address"]
    if not any(is_required for name, is_required in found if name in PROVEN_BY):
        found = [(name, is_required or name == "email_address") for name, is_required in found]
    return found


def place(view: SignUpView) -> str:
    """The page that a sign-up waits on."""
    if any(name != CUSTOM_ACTION for name in view.requirements.missing):
        return "sign-up/more"
    if view.requirements.unverified:
        return "sign-up/code"
    # What the app's server has to do is asked for again when the person goes on.
    return "sign-up/more" if view.requirements.missing else "continue"


def on(visit: Visit, progress: Progress) -> Told:
    """Go on to what the sign-up waits for now."""
    visit.adopt(progress.client_token)
    if progress.view.sign_up.status is SignUpStatus.COMPLETE:
        return Over()
    return Went(place(progress.view))


async def show_form(visit: Visit) -> Told:
    """Ask for all that a new person is asked for."""
    settings = visit.instance.settings
    mode = settings.sign_up.mode.value
    if mode != "public" and not visit.query.get(TICKET):
        return Went("waitlist") if mode == "waitlist" else Shown("closed", status=403)
    described = await visit.ask(instances.describe)
    facts = {
        "providers": [(each.strategy, each.name) for each in described.providers],
        "fields": asked(visit),
        "has_legal": settings.sign_up.requires_legal_consent,
        "action": "sign-up",
        "texts": "sign_up",
    }
    return Shown("sign_up", facts)


async def send_form(visit: Visit, fields: Fields) -> Told:
    """Begin a sign-up with what was given, and have the first code sent."""
    has_legal = visit.instance.settings.sign_up.requires_legal_consent
    _check_given(fields, [*asked(visit), (LEGAL, has_legal)])
    progress = await visit.ask(sign_ups.create, given=_given(visit, fields))
    return await _sent(visit, progress)


async def show_more(visit: Visit) -> Told:
    """Ask for what is still missing."""
    view = running(visit)
    if view is None or place(view) != "sign-up/more":
        return Went("sign-up" if view is None else place(view))
    missing = view.requirements.missing
    facts = {
        "providers": [],
        "fields": [(name, True) for name in missing if name in TEXTS],
        "has_legal": LEGAL in missing,
        "action": "sign-up/more",
        "texts": "sign_up_more",
    }
    return Shown("sign_up", facts)


async def send_more(visit: Visit, fields: Fields) -> Told:
    """Add what was missing."""
    view = _running(visit)
    _check_given(fields, [(name, name in ALL) for name in view.requirements.missing])
    progress = await visit.ask(
        sign_ups.update, sign_up_id=view.sign_up.id, given=_given(visit, fields)
    )
    return await _sent(visit, progress)


async def show_code(visit: Visit) -> Told:
    """Ask for the code that was sent."""
    view = running(visit)
    if view is None or place(view) != "sign-up/code":
        return Went("sign-up" if view is None else place(view))
    name = view.requirements.unverified[0]
    facts = {
        "texts": "sign_up_code",
        "sent_to": getattr(view.sign_up, name),
        "identifier": getattr(view.sign_up, name),
        "changes_at": "sign-up",
        "action": "sign-up/code",
        "resend": "sign-up/send",
        "strategy": PROVEN_BY.get(name, ""),
        "target": "",
        "ways": None,
    }
    return Shown("code", facts)


async def send_code(visit: Visit, fields: Fields) -> Told:
    """Try the code."""
    view = _running(visit)
    if not view.requirements.unverified:
        return Went(place(view))
    strategy = PROVEN_BY[view.requirements.unverified[0]]
    progress = await visit.ask(
        sign_ups.attempt_verification,
        sign_up_id=view.sign_up.id,
        strategy=strategy,
        code=ways.code_in(fields),
    )
    return await _sent(visit, progress)


async def send_again(visit: Visit, fields: Fields) -> Told:
    """Have another code sent."""
    view = _running(visit)
    progress = await visit.ask(
        sign_ups.prepare_verification,
        sign_up_id=view.sign_up.id,
        strategy=fields["strategy"],
    )
    visit.adopt(progress.client_token)
    return Went("sign-up/code", done="code_sent")


async def _sent(visit: Visit, progress: Progress) -> Told:
    """Go on; where a proof is all that is left, its code is sent at once."""
    told = on(visit, progress)
    view = progress.view
    if not isinstance(told, Went) or told.path != "sign-up/code":
        return told
    name = view.requirements.unverified[0]
    check: Check | None = getattr(view.sign_up, CHECKS[name])
    if check is None:
        visit.adopt(progress.client_token)
        await visit.ask(
            sign_ups.prepare_verification, sign_up_id=view.sign_up.id, strategy=PROVEN_BY[name]
        )
    return told


CHECKS = {"email_address": "email_check", "phone_number": "phone_check"}


def _running(visit: Visit) -> SignUpView:
    view = running(visit)
    if view is None:
        raise SignUpOver
    return view


def _check_given(fields: Fields, wanted: list[tuple[str, bool]]) -> None:
    for name, is_required in wanted:
        if is_required and not fields[name].strip():
            raise ways.nothing(name)


def _given(visit: Visit, fields: Fields) -> GivenFields:
    found: dict[str, Any] = {
        name: fields[name] if name == "password" else fields[name].strip()
        for name in TEXTS
        if fields[name]
    }
    ticket = visit.query.get(TICKET)
    return GivenFields(
        **found,
        legal_accepted=True if fields[LEGAL] else UNSET,
        strategy="ticket" if ticket else UNSET,
        ticket=ticket or UNSET,
    )


ALL = (*TEXTS, LEGAL)
PAGES = (
    Page("sign-up", show_form, send_form, ALL, secret=("password",)),
    Page("sign-up/more", show_more, send_more, ALL, secret=("password",)),
    Page("sign-up/code", show_code, send_code, ("code",), secret=("code",)),
    Page("sign-up/send", show_code, send_again, ("strategy", "target")),
)
