"""The pages of signing in and up by an account at an identity provider."""

from typing import Any

from charter.core.checks.model import Check, CheckStatus
from charter.core.instances.origins import origin_of
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.kernel.errors import DomainError, Kind
from charter.web.portal import captcha, sign_in, sign_in_places, sign_up
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went
from charter.web.portal.visits import Complaint, Visit

BACK = "sign-in/back"


class NotAtProvider(DomainError):
    """The provider could not be asked."""

    kind, code = Kind.INVALID, "not_at_provider"
    message = "The provider could not be asked."


async def send_start(visit: Visit, fields: Fields) -> Told:
    """Send the browser to a provider. A form may not, so a page of ours leads there."""
    here = origin_of(visit.platform.addresses.frontend_url)
    back = f"{here}{visit.to(BACK)}"
    new = NewSignIn(
        strategy=fields["strategy"], redirect_url=back, action_complete_redirect_url=back
    )
    progress = await visit.ask(sign_ins.create, new=new)
    visit.adopt(progress.client_token)
    check = progress.view.sign_in.first_check
    if check is None or check.redirect_url is None:
        raise NotAtProvider
    return Shown("continue", {"url": check.redirect_url, "is_away": True})


async def show_start(visit: Visit) -> Told:
    """Send the browser to the provider that the address names, whoever sent it here.

    Who is signed in already goes on, and who names none is asked who they are.
    """
    if visit.user is not None:
        return Over()
    strategy = visit.query.get("strategy")
    if not strategy:
        return await sign_in.show_identifier(visit)
    return await send_start(visit, {"strategy": strategy})


async def show_back(visit: Visit) -> Told:
    """Go on with what the provider said."""
    signing_in, signing_up = sign_in_places.running(visit), sign_up.running(visit)
    if signing_in is not None and signing_in.sign_in.first_check is not None:
        check, is_new = signing_in.sign_in.first_check, True
        following = sign_in_places.place(visit.instance, signing_in)
    elif signing_up is not None and signing_up.sign_up.external_check is not None:
        check, is_new = signing_up.sign_up.external_check, False
        following = sign_up.place(signing_up)
    else:
        return Over() if visit.user is not None else Went("sign-in")
    if check.status is CheckStatus.TRANSFERABLE:
        shown = Shown("transfer", {"is_new": is_new})
        return captcha.asking(visit, shown) if is_new else shown
    return Went(following) if check.error is None else _refused(visit, check)


async def send_back(visit: Visit, fields: Fields) -> Told:
    """Make an account of the one elsewhere, or sign in to the one that it belongs to."""
    if fields["do"] == "sign_up":
        given: dict[str, Any] = {"transfer": True}
        if fields[sign_up.LEGAL]:
            given["legal_accepted"] = True
        if fields[captcha.FIELD]:
            given["captcha_token"] = fields[captcha.FIELD]
        return sign_up.on(visit, await visit.ask(sign_ups.create, given=GivenFields(**given)))
    return sign_in_places.on(visit, await visit.ask(sign_ins.create, new=NewSignIn(transfer=True)))


def _refused(visit: Visit, check: Check) -> Shown:
    """The provider's refusal, on a page from which there is a way on."""
    key = f"error.{(check.error or {}).get('code', '')}"
    text = visit.words(key) if key in visit.words else visit.words("error.not_at_provider")
    visit.complaints = (Complaint(None, text),)
    return Shown("transfer", {"is_new": None}, 422)


PAGES = (
    Page("sign-in/with", show_start, send_start, ("strategy",)),
    Page(BACK, show_back, send_back, ("do", sign_up.LEGAL, captcha.FIELD), secret=(captcha.FIELD,)),
)
