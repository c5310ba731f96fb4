"""The pages between flows: on to the app, another account, another organization, signing out."""

import re

from charter.core.instances.origins import app_url, origin_of
from charter.core.invitations.model import InvitationStatus
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.accepting import accept_own
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import NewOrganization
from charter.core.sessions import browsing
from charter.core.sessions.tasks import SET_UP_MFA
from charter.kernel.errors import MissingInput
from charter.kernel.lists import Search
from charter.web.portal import ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Over, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

MOST_SHOWN = 50
NEXT = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
"""What a page of the portal may be called."""


async def show_first(visit: Visit) -> Told:
    """Lead to the account, or to the sign-in."""
    return Went("sign-in" if visit.user is None else "profile")


async def show_continue(visit: Visit) -> Told:
    """Lead to where the person came from, once their session is good for something.

    A form may lead to this server alone, so it is a page that leads to others.
    """
    if visit.user is None:
        return Went("sign-in")
    if SET_UP_MFA in visit.tasks:
        return Went("profile/security")
    if visit.is_pending:
        return Went("organizations")
    following = visit.query.get("next")
    visit.carried = {k: v for k, v in visit.carried.items() if k == "locale"}
    if following and NEXT.fullmatch(following):
        return Went(following)
    url = visit.return_url or _app(visit)
    return Went("profile") if url is None else Shown("continue", {"url": url})


def _app(visit: Visit) -> str | None:
    """The app's address; None where it has none of its own."""
    addresses = visit.platform.addresses
    own = app_url(visit.instance, addresses)
    return None if origin_of(own) == origin_of(addresses.frontend_url) else own


async def show_accounts(visit: Visit) -> Told:
    """Show who is signed in in this browser."""
    if visit.state is None or visit.user is None:
        return Went("sign-in")
    rows = [(each, visit.state.users[each.user_id]) for each in visit.state.sessions]
    return Shown("accounts", {"rows": rows, "acting": visit.session})


async def send_account(visit: Visit, fields: Fields) -> Told:
    """Go on as another of those who are signed in here."""
    await visit.act(browsing.touch, session_id=fields["session_id"], intent="select_session")
    return Over()


async def show_organizations(visit: Visit) -> Told:
    """Show the organizations of the person, to go on in one of them."""
    user = visit.user
    invited = None
    if user is not None:
        invited = await visit.act(
            invitations.search_of_user,
            user_id=user.id,
            search=Search(limit=MOST_SHOWN),
            status=(InvitationStatus.PENDING,),
        )
    facts = {
        "rows": visit.memberships,
        "invited": invited.items if invited is not None else (),
        "acting": visit.membership,
        "must_choose": visit.instance.settings.organizations.are_required,
    }
    return Shown("organizations", facts)


async def send_organization(visit: Visit, fields: Fields) -> Told:
    """Go on in an organization, or for oneself."""
    session, chosen = visit.session, fields["organization_id"]
    if chosen:
        return await _go_on_in(visit, chosen)
    if session is None:
        return Went("sign-in")
    if visit.instance.settings.organizations.are_required:
        raise MissingInput("organization_id", reason="one has to be chosen")
    await visit.act(
        browsing.touch, session_id=session.id, organization_id=None, intent="select_org"
    )
    return Over()


async def send_invitation(visit: Visit, fields: Fields) -> Told:
    """Join an organization that the person is invited to."""
    membership = await visit.act(accept_own, invitation_id=fields["invitation_id"])
    return await _go_on_in(visit, membership.organization_id)


async def show_new(visit: Visit) -> Told:
    """Ask for the name of a new organization."""
    if visit.user is None or not visit.user.can_create_organizations:
        return Went("organizations")
    return Shown("organization_new")


async def send_new(visit: Visit, fields: Fields) -> Told:
    """Make an organization, and go on in it."""
    name = fields["name"].strip()
    if not name:
        raise ways.nothing("name")
    new = NewOrganization(name=name, created_by=visit.person().user_id)
    made = await visit.act(organizations.create, organization=new)
    return await _go_on_in(visit, made.id)


async def _go_on_in(visit: Visit, organization_id: str) -> Told:
    session = visit.session
    if session is None:
        return Went("sign-in")
    await visit.act(
        browsing.touch, session_id=session.id, organization_id=organization_id, intent="select_org"
    )
    return Went("organization") if visit.return_url is None and not visit.is_pending else Over()


async def show_sign_out(visit: Visit) -> Told:
    """Ask whether to sign out."""
    if visit.user is None:
        return Went("signed-out")
    return Shown("sign_out", {"count": len(visit.state.sessions) if visit.state else 0})


async def send_sign_out(visit: Visit, fields: Fields) -> Told:
    """Sign one account out, or all."""
    if fields["all"]:
        await visit.ask(browsing.remove_all_own)
        return Went("signed-out")
    session_id = fields["session_id"] or (visit.session.id if visit.session else "")
    await visit.ask(browsing.remove_own, session_id=session_id)
    return Went("signed-out")


async def show_signed_out(visit: Visit) -> Told:
    """Say that the person is signed out."""
    return Shown("signed_out", {"others": len(visit.state.sessions) if visit.state else 0})


PAGES = (
    Page("", show_first),
    Page("continue", show_continue),
    Page("accounts", show_accounts, send_account, ("session_id",), who=Who.SIGNED_IN),
    Page(
        "organizations",
        show_organizations,
        send_organization,
        ("organization_id",),
        who=Who.SIGNED_IN,
    ),
    Page("organizations/new", show_new, send_new, ("name",), who=Who.SIGNED_IN),
    Page(
        "organizations/join",
        show_organizations,
        send_invitation,
        ("invitation_id",),
        who=Who.SIGNED_IN,
    ),
    Page("sign-out", show_sign_out, send_sign_out, ("session_id", "all")),
    Page("signed-out", show_signed_out),
)
