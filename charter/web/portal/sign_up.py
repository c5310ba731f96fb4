"""The pages of a sign-up: what is asked for, and the proof of an address or a number."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from charter.core.checks.model import Check
from charter.core.grants.links import TICKET
from charter.core.instances import operations as instances
from charter.core.instances.settings import Attribute
from charter.core.links.model import EMAIL_LINK
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
from charter.web.portal import captcha, mail_links, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went
from charter.web.portal.visits import Visit

TEXTS = ("email_address", "phone_number", "username", "first_name", "last_name", "password")
"""The fields of a person, in the order in which they are asked for."""
LEGAL = "legal_accepted"
CHECKS = {"email_address": "email_check", "phone_number": "phone_check"}
LINK, CODE = "sign-up/link", "sign-up/code"


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
    if not any(is_required for name, is_required in found if name in CHECKS):
        found = [(name, is_required or name == "email_address") for name, is_required in found]
    return found


def place(view: SignUpView) -> str:
    """The page that a sign-up waits on."""
    if any(name != CUSTOM_ACTION for name in view.requirements.missing):
        return "sign-up/more"
    if view.requirements.unverified:
        return CODE if link(view) is None else LINK
    # What the app's server has to do is asked for again when the person goes on.
    return "sign-up/more" if view.requirements.missing else "continue"


def link(view: SignUpView) -> Check | None:
    """The link by mail that a sign-up waits for."""
    check = view.sign_up.email_check if proving(view) == "email_address" else None
    return check if check is not None and check.strategy == EMAIL_LINK else None


def proving(view: SignUpView) -> str | None:
    """The field that is to be proven next; None for what these pages cannot prove."""
    found = view.requirements.unverified[:1]
    return found[0] if found and found[0] in CHECKS else None


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
    return captcha.asking(visit, Shown("sign_up", facts))


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
        "captcha": None,
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
    if view is None or place(view) != CODE:
        return _elsewhere(visit)
    name = proving(view) or ""
    first = ways.proofs(visit.instance, name)[0] if name else ""
    if first == EMAIL_LINK and _check(view) is None:
        return _waiting(visit, view, None)
    to = getattr(view.sign_up, name, "")
    facts = {
        "texts": "sign_up_code",
        "sent_to": to,
        "identifier": to,
        "changes_at": "sign-up",
        "action": CODE,
        "resend": "sign-up/send",
        "strategy": first,
        "target": "",
        "ways": None,
        "instead": _other(visit, view, EMAIL_LINK),
    }
    return Shown("code", facts)


async def show_link(visit: Visit) -> Told:
    """Wait until the link was opened. Where it has been, the sign-up is elsewhere or over."""
    view = running(visit)
    check = link(view) if view is not None else None
    if view is None or check is None:
        return _elsewhere(visit)
    return _waiting(visit, view, check.expires_at)


def _waiting(visit: Visit, view: SignUpView, ends_at: datetime | None) -> Shown:
    return mail_links.waiting(
        visit,
        path=LINK,
        resend="sign-up/send",
        ends_at=ends_at,
        identifier=view.sign_up.email_address,
        changes_at="sign-up",
        instead=_other(visit, view, "email_code"),
    )


async def show_link_opened(visit: Visit) -> Told:
    """Go on where a link was of use; else say why it was not."""
    view = running(visit)
    following = place(view) if view is not None else "continue" if visit.user is not None else ""
    refused = mail_links.refusal(visit, following=following, beginning="sign-up")
    return await show_link(visit) if refused is None else refused


async def show_proof(visit: Visit) -> Told:
    """Show what the sign-up waits for: a code, or a link."""
    view = running(visit)
    return await (show_code if view is None or link(view) is None else show_link)(visit)


async def send_code(visit: Visit, fields: Fields) -> Told:
    """Try the code."""
    view = _running(visit)
    check = _check(view)
    if check is None:
        return Went(place(view))
    progress = await visit.ask(
        sign_ups.attempt_verification,
        sign_up_id=view.sign_up.id,
        strategy=check.strategy,
        code=ways.code_in(fields),
    )
    return await _sent(visit, progress)


async def send_again(visit: Visit, fields: Fields) -> Told:
    """Have another code or link sent."""
    told = await _prove(visit, _running(visit), fields["strategy"])
    return replace(told, done="link_sent" if told.path == LINK else "code_sent")


async def _sent(visit: Visit, progress: Progress) -> Told:
    """Go on; where a proof is all that is left, its code or link is sent at once."""
    told = on(visit, progress)
    view = progress.view
    name = proving(view)
    is_proof = isinstance(told, Went) and told.path in (CODE, LINK)
    if not is_proof or name is None or _check(view) is not None:
        return told
    return await _prove(visit, view, ways.proofs(visit.instance, name)[0])


async def _prove(visit: Visit, view: SignUpView, strategy: str) -> Went:
    """Have a code or a link sent."""
    link_to = mail_links.return_url(visit, "sign-up/link/opened")
    progress = await visit.ask(
        sign_ups.prepare_verification,
        sign_up_id=view.sign_up.id,
        strategy=strategy,
        redirect_url=link_to if strategy == EMAIL_LINK else None,
    )
    visit.adopt(progress.client_token)
    return Went(place(progress.view))


def _other(visit: Visit, view: SignUpView, strategy: str) -> str | None:
    """A strategy by which the field can be proven instead; None where it cannot."""
    name = proving(view)
    return strategy if name is not None and strategy in ways.proofs(visit.instance, name) else None


def _check(view: SignUpView) -> Check | None:
    """The check of the field that is to be proven next."""
    name = proving(view)
    check: Check | None = getattr(view.sign_up, CHECKS[name]) if name is not None else None
    return check


def _elsewhere(visit: Visit) -> Told:
    """Where somebody belongs who has come to a page that their sign-up does not wait on."""
    view = running(visit)
    if view is not None:
        return Went(place(view))
    return Over() if visit.user is not None else Went("sign-up")


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
        captcha_token=fields.get(captcha.FIELD) or UNSET,
    )


ALL = (*TEXTS, LEGAL)
PAGES = (
    Page(
        "sign-up", show_form, send_form, (*ALL, captcha.FIELD), secret=("password", captcha.FIELD)
    ),
    Page("sign-up/more", show_more, send_more, ALL, secret=("password",)),
    Page(CODE, show_code, send_code, ("code",), secret=("code",)),
    Page(LINK, show_link),
    Page("sign-up/link/opened", show_link_opened),
    Page("sign-up/send", show_proof, send_again, ("strategy", "target")),
)
