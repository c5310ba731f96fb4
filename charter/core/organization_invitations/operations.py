"""What can be done with invitations to organizations; accepting them is in `accepting`."""

from collections.abc import Sequence

from charter.core.invitations.model import InvitationNotFound, InvitationStatus
from charter.core.invitations.terms import check_number, with_status
from charter.core.memberships.joining import lock_open_organization
from charter.core.organization_invitations import queries, withdrawing
from charter.core.organization_invitations.inviting import (
    INVITING_ERRORS,
    checked,
    invite,
    prepare,
)
from charter.core.organization_invitations.model import (
    NewOrganizationInvitation,
    OrganizationInvitation,
    OrganizationInvitationMade,
)
from charter.core.organization_invitations.withdrawing import WITHDRAWING_ERRORS
from charter.core.organizations.model import IN_USE, OrganizationNotFound
from charter.core.organizations.queries import get_organization
from charter.core.users.model import UserNotFound
from charter.core.users.queries import get_user
from charter.core.vocabulary import Permission
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text, Value
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

Invitations = Found[OrganizationInvitation]
Status = InvitationStatus
OPEN = Apply(Op.IN, (Name("organization_status"), *(Value(each.value) for each in IN_USE)))


@operation(
    "organization_invitations.create",
    permission=Permission.MEMBERS_MANAGE,
    raises=INVITING_ERRORS,
)
async def create(
    ctx: Context, organization_id: str, invitation: NewOrganizationInvitation
) -> OrganizationInvitationMade:
    """Ask an address to join an organization in a role, by a link that works once.

    Returns: the invitation with its secret and its link, which are shown this once.
    Raises: OrganizationNotFound; OrganizationInactive; RoleNotFound; RoleAboveOwn, for a role
        above the caller's or the inviter's; InviterNotMember; InviterNotPermitted;
        EmailAddressInvalid; AlreadyMember; InvitationPending, when the address has an open one
        (revoke it first: a second secret beside the first would outlive its revocation);
        MembershipLimitReached.
    Announces: OrganizationInvitationCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationInvitation;
        Organizations API, invitations.create.
    """
    # Before the first statement: with a connection held, a second one could starve the pool.
    signing, settings = await prepare(ctx)
    await ctx.allow(organization_id)
    ready = checked(invitation, settings)
    organization = await lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    return await invite(ctx, signing, organization, ready, standing)


@operation(
    "organization_invitations.create_several",
    permission=Permission.MEMBERS_MANAGE,
    raises=INVITING_ERRORS,
)
async def create_several(
    ctx: Context, organization_id: str, invitations: Sequence[NewOrganizationInvitation]
) -> Found[OrganizationInvitationMade]:
    """Ask 1 to 10 addresses to join: all of them, or none if one cannot be asked.

    Raises: as for one invitation.
    Announces: OrganizationInvitationCreated, for each.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationInvitationBulk.
    """
    signing, settings = await prepare(ctx)
    await ctx.allow(organization_id)
    check_number(invitations)
    ready = [checked(new, settings) for new in invitations]
    organization = await lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    invited = [await invite(ctx, signing, organization, each, standing) for each in ready]
    return Found(tuple(invited), len(invited))


@operation(
    "organization_invitations.create_alike",
    permission=Permission.MEMBERS_MANAGE,
    raises=INVITING_ERRORS,
)
async def create_alike(
    ctx: Context,
    organization_id: str,
    email_addresses: Sequence[str],
    role: str,
    *,
    notify: bool | None = None,
) -> tuple[OrganizationInvitationMade, ...]:
    """Ask 1 to 10 addresses to join in one role, in the name of the member who acts.

    All of them are asked, or none if one cannot be; an address that comes twice is asked once.
    Raises: as for one invitation.
    Announces: OrganizationInvitationCreated, for each.
    Source: Clerk FAPI 2026-05-12, bulkCreateOrganizationInvitations.
    """
    signing, settings = await prepare(ctx)
    await ctx.allow(organization_id)
    wanted = [
        NewOrganizationInvitation(address, role, ctx.actor.user_id, notify=notify)
        for address in dict.fromkeys(each.strip() for each in email_addresses)
    ]
    check_number(wanted)
    ready = [checked(new, settings) for new in wanted]
    organization = await lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    return tuple([await invite(ctx, signing, organization, each, standing) for each in ready])


@operation(
    "organization_invitations.search",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(
    ctx: Context, organization_id: str, search: Search, status: Sequence[Status] = ()
) -> Invitations:
    """List an organization's invitations, newest first.

    status: those to show; all where it is left out.
    Raises: OrganizationNotFound.
    Source: Clerk BAPI 2025-11-10, ListOrganizationInvitations; Organizations API, invitations.list.
    """
    await ctx.allow(organization_id)
    narrowed = search.narrowed(with_status(*status))
    found = await queries.OF_ORGANIZATION.search(
        ctx.db, narrowed, organization_id=organization_id, now=ctx.now
    )
    if not found.items:
        # Nothing was found: say whether there was anywhere to look.
        await get_organization(ctx.db, organization_id)
    return found


@operation(
    "organization_invitations.search_all", permission=Permission.INVITATIONS_READ, writes=False
)
async def search_all(
    ctx: Context, search: Search, status: Sequence[Status] = (), query: str | None = None
) -> Invitations:
    """List the invitations to all organizations, newest first.

    query: a part of an address.
    Source: Clerk BAPI 2025-11-10, ListInstanceOrganizationInvitations.
    """
    await ctx.allow()
    narrowed = search.narrowed(with_status(*status))
    if query and query.strip():
        at = Place("query")
        text = Text(query.strip(), at)
        narrowed = narrowed.narrowed(Apply(Op.CONTAINS, (Name("email_address_text", at), text), at))
    return await queries.OF_INSTANCE.search(ctx.db, narrowed, now=ctx.now)


@operation(
    "organization_invitations.search_of_user",
    permission=Permission.INVITATIONS_READ,
    raises=(UserNotFound,),
    writes=False,
)
async def search_of_user(
    ctx: Context, user_id: str, search: Search, status: Sequence[Status] = ()
) -> Invitations:
    """List the invitations to addresses that a user has proven to hold, newest first.

    Users see their own, but those to organizations that are suspended or closed.
    Raises: UserNotFound.
    Source: Clerk BAPI 2025-11-10, UsersGetOrganizationInvitations; FAPI 2026-05-12,
        getUsersOrganizationInvitations.
    """
    await ctx.allow(or_self=user_id)
    narrowed = search.narrowed(with_status(*status))
    if not ctx.actor.kind.is_instance_wide:
        narrowed = narrowed.narrowed(OPEN)
    found = await queries.OF_USER.search(ctx.db, narrowed, user_id=user_id, now=ctx.now)
    if not found.items:
        await get_user(ctx.db, user_id)
    return found


@operation(
    "organization_invitations.get",
    permission=Permission.MEMBERS_MANAGE,
    raises=(InvitationNotFound,),
    writes=False,
)
async def get(ctx: Context, organization_id: str, invitation_id: str) -> OrganizationInvitation:
    """Read one invitation of an organization.

    Raises: InvitationNotFound.
    Source: Clerk BAPI 2025-11-10, GetOrganizationInvitation.
    """
    await ctx.allow(organization_id)
    return await queries.get_invitation(ctx.db, organization_id, invitation_id, ctx.now)


@operation(
    "organization_invitations.revoke",
    permission=Permission.MEMBERS_MANAGE,
    raises=WITHDRAWING_ERRORS,
)
async def revoke(
    ctx: Context,
    organization_id: str,
    invitation_id: str,
    requesting_user_id: str | None = None,
) -> OrganizationInvitation:
    """Take an open invitation back: its link and its secret work no more.

    requesting_user_id: the member in whose name; they have to manage members.
    Raises: OrganizationNotFound; InvitationNotFound; InvitationNotPending, when it was accepted
        or has expired; InvitationRevokedBefore; InviterNotMember; InviterNotPermitted.
    Announces: OrganizationInvitationRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeOrganizationInvitation;
        Organizations API, invitations.revoke.
    """
    return await withdrawing.withdraw(ctx, organization_id, invitation_id, requesting_user_id)
