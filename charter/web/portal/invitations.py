"""The pages that links in mail lead to; opening one spends nothing."""

from charter.core.grants.links import STATUS, TICKET, TicketStatus
from charter.core.keys.claimed import is_signed_form
from charter.core.organization_invitations.accepting import accept
from charter.core.sessions import browsing
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.core.tickets.model import TicketInvalid
from charter.core.waitlist_entries import operations as waitlist
from charter.web.portal import sign_in_places, ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went
from charter.web.portal.visits import Visit


async def show(visit: Visit) -> Told:
    """Ask whether to take the invitation up."""
    ticket = visit.query.get(TICKET, "")
    if not is_signed_form(ticket):
        raise TicketInvalid
    status = visit.query.get(STATUS, TicketStatus.SIGN_IN.value)
    if status == TicketStatus.COMPLETE.value:
        visit.carried = {k: v for k, v in visit.carried.items() if k not in (TICKET, STATUS)}
        return Went("organizations", done="joined")
    return Shown("invitation", {"is_new": status == TicketStatus.SIGN_UP.value})


async def send(visit: Visit, fields: Fields) -> Told:
    """Join as who is signed in, or sign in by the link."""
    ticket = visit.query.get(TICKET, "")
    if fields["do"] == "join" and visit.session is not None:
        membership = await visit.act(accept, token=ticket)
        await visit.act(
            browsing.touch,
            session_id=visit.session.id,
            organization_id=membership.organization_id,
            intent="select_org",
        )
        return Over()
    new = NewSignIn(strategy="ticket", ticket=ticket)
    return sign_in_places.on(visit, await visit.ask(sign_ins.create, new=new))


async def show_waitlist(visit: Visit) -> Told:
    """Ask for the address of who wants to be let in."""
    if visit.instance.settings.sign_up.mode.value != "waitlist":
        return Went("sign-up")
    return Shown("waitlist", {"is_done": visit.query.get("done") == "waiting"})


async def send_waitlist(visit: Visit, fields: Fields) -> Told:
    """Put the address on the list."""
    address = fields["email_address"].strip()
    if not address:
        raise ways.nothing("email_address")
    await visit.ask(waitlist.join, email_address=address)
    return Went("waitlist", done="waiting")


PAGES = (
    Page("invitation", show, send, ("do",)),
    Page("waitlist", show_waitlist, send_waitlist, ("email_address",)),
)
