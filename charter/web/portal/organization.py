"""The pages of an organization: its name and logo, its members, its invitations."""

from charter.core.invitations.model import InvitationStatus
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import Membership
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.core.roles import operations as roles
from charter.core.vocabulary import MEMBER_ROLE, Permission
from charter.kernel.errors import MissingInput, NotFound
from charter.kernel.lists import Search
from charter.web.portal import ways
from charter.web.portal.pages import Answer as Told
from charter.web.portal.pages import Fields, Page, Shown, Went, Who
from charter.web.portal.visits import Visit

PAGE_SIZE = 50
MOST_ROLES = 100


def _acting(visit: Visit) -> Membership:
    """The person in the organization that they work in. Raises: NotFound."""
    membership = visit.membership
    if membership is None:
        raise NotFound("organization")
    return membership


def may(membership: Membership, permission: Permission) -> bool:
    """Whether a page offers something; the operation itself decides."""
    return permission.key in membership.permissions


def _shown(tab: str, membership: Membership, **facts: object) -> Shown:
    general = {
        "tab": tab,
        "membership": membership,
        "organization": membership.organization,
        "may_manage": may(membership, Permission.ORGANIZATION_MANAGE),
        "may_delete": may(membership, Permission.ORGANIZATION_DELETE)
        and membership.organization.admin_delete_enabled,
        "may_read_members": may(membership, Permission.MEMBERS_READ),
        "may_manage_members": may(membership, Permission.MEMBERS_MANAGE),
    }
    return Shown(f"organization_{tab}", {**general, **facts})


async def show_general(visit: Visit) -> Told:
    """Show the organization that the person works in."""
    if visit.membership is None:
        return Went("organizations")
    return _shown("general", visit.membership)


async def send_name(visit: Visit, fields: Fields) -> Told:
    """Give the organization another name."""
    membership = _acting(visit)
    name = fields["name"].strip()
    if not name:
        raise ways.nothing("name")
    await visit.act(
        organizations.update,
        organization_id=membership.organization_id,
        patch=OrganizationPatch(name=name),
    )
    return Went("organization", done="saved")


async def send_logo(visit: Visit, fields: Fields) -> Told:
    """Take a new logo, or take the old one away."""
    organization_id = _acting(visit).organization_id
    if fields["remove"]:
        await visit.act(organizations.delete_logo, organization_id=organization_id)
    elif visit.file:
        await visit.act(organizations.set_logo, organization_id=organization_id, file=visit.file)
    else:
        raise MissingInput("picture", reason="it is required")
    return Went("organization", done="saved")


async def send_leave(visit: Visit, _fields: Fields) -> Told:
    """Leave the organization."""
    membership = _acting(visit)
    await visit.act(
        memberships.remove,
        organization_id=membership.organization_id,
        user_id=membership.user_id,
    )
    return Went("organizations", done="left")


async def send_delete(visit: Visit, fields: Fields) -> Told:
    """Delete the organization, once its name was typed."""
    membership = _acting(visit)
    if fields["confirm_name"].strip() != membership.organization.name:
        raise MissingInput("confirm_name", reason="it is another name")
    await visit.act(organizations.delete, organization_id=membership.organization_id)
    return Went("organizations", done="deleted")


async def show_members(visit: Visit) -> Told:
    """Show who is in the organization."""
    if visit.membership is None:
        return Went("organizations")
    organization_id = visit.membership.organization_id
    page = _page(visit)
    found = await visit.act(
        memberships.search,
        organization_id=organization_id,
        search=Search(limit=PAGE_SIZE, offset=page * PAGE_SIZE, with_total=True),
        oldest_first=True,
    )
    known = await _roles(visit, organization_id)
    return _shown("members", visit.membership, rows=found.items, roles=known, **_pages(page, found))


async def send_member(visit: Visit, fields: Fields) -> Told:
    """Give a member another role, or end their membership."""
    organization_id = _acting(visit).organization_id
    user_id = fields["user_id"]
    if fields["do"] == "remove":
        await visit.act(memberships.remove, organization_id=organization_id, user_id=user_id)
        return Went("organization/members", done="member_removed")
    await visit.act(
        memberships.set_role,
        organization_id=organization_id,
        user_id=user_id,
        role=fields["role"],
    )
    return Went("organization/members", done="saved")


async def show_invitations(visit: Visit) -> Told:
    """Show who was asked to join, and ask others."""
    membership = visit.membership
    if membership is None:
        return Went("organizations")
    page = _page(visit)
    found = await visit.act(
        invitations.search,
        organization_id=membership.organization_id,
        search=Search(limit=PAGE_SIZE, offset=page * PAGE_SIZE, with_total=True),
        status=(InvitationStatus.PENDING,),
    )
    known = await _roles(visit, membership.organization_id)
    return _shown(
        "invitations",
        membership,
        rows=found.items,
        roles=known,
        default_role=MEMBER_ROLE,
        **_pages(page, found),
    )


async def send_invitation(visit: Visit, fields: Fields) -> Told:
    """Ask an address to join."""
    organization_id = _acting(visit).organization_id
    address = fields["email_address"].strip()
    if not address:
        raise ways.nothing("email_address")
    invitation = NewOrganizationInvitation(email_address=address, role=fields["role"])
    await visit.act(invitations.create, organization_id=organization_id, invitation=invitation)
    return Went("organization/invitations", done="invited")


async def send_revocation(visit: Visit, fields: Fields) -> Told:
    """Take an invitation back."""
    await visit.act(
        invitations.revoke,
        organization_id=_acting(visit).organization_id,
        invitation_id=fields["invitation_id"],
    )
    return Went("organization/invitations", done="revoked")


async def _roles(visit: Visit, organization_id: str) -> list[tuple[str, str]]:
    """Key and name of the roles that members may hold here, the mightiest first."""
    found = await visit.act(
        roles.search_of_organization,
        organization_id=organization_id,
        search=Search(limit=MOST_ROLES),
    )
    ranked = sorted(found.items, key=lambda role: (-len(role.permissions), role.key))
    return [(role.key, visit.role(role.key, role.name)) for role in ranked]


def _page(visit: Visit) -> int:
    given = visit.query.get("page", "1")
    return min(int(given), 10_000) - 1 if given.isdecimal() and int(given[:6]) > 0 else 0


def _pages(page: int, found: object) -> dict[str, int | None]:
    total = getattr(found, "total", None) or 0
    return {
        "total": total,
        "earlier": page if page > 0 else None,
        "later": page + 2 if total > (page + 1) * PAGE_SIZE else None,
    }


SIGNED_IN = Who.SIGNED_IN
PAGES = (
    Page("organization", show_general, who=SIGNED_IN),
    Page("organization/name", show_general, send_name, ("name",), who=SIGNED_IN),
    Page(
        "organization/logo",
        show_general,
        send_logo,
        ("picture", "remove"),
        file="picture",
        who=SIGNED_IN,
    ),
    Page("organization/leave", show_general, send_leave, who=SIGNED_IN),
    Page("organization/delete", show_general, send_delete, ("confirm_name",), who=SIGNED_IN),
    Page(
        "organization/members",
        show_members,
        send_member,
        ("user_id", "role", "do"),
        who=SIGNED_IN,
        is_in_rows=True,
    ),
    Page(
        "organization/invitations",
        show_invitations,
        send_invitation,
        ("email_address", "role"),
        who=SIGNED_IN,
    ),
    Page(
        "organization/invitations/revoke",
        show_invitations,
        send_revocation,
        ("invitation_id",),
        who=SIGNED_IN,
    ),
)
