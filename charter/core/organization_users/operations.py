"""What can be done with an organization's users where ownership is no role.

For doors to which an organization has an owner beside the roles of its users: there the manager's
role is what an owner has, too, and leaves them the owner.
"""

from collections.abc import Sequence

from charter.core.invitations.model import InvitationNotFound
from charter.core.memberships import changing, disabled, joining, queries
from charter.core.memberships.fields import MemberStatus
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    Membership,
    OwnMembership,
)
from charter.core.memberships.rank import check_ranks
from charter.core.organization_invitations import resending
from charter.core.organization_invitations.introducing import INTRODUCING_ERRORS, introduced
from charter.core.organization_invitations.model import (
    Introduced,
    InvitationNotPending,
    NewOrganizationInvitation,
    OrganizationInvitation,
)
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import OrganizationInactive
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import CREATOR_ROLE, MANAGER_ROLE, Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation


@operation(
    "organization_users.introduce",
    permission=Permission.MEMBERS_MANAGE,
    raises=INTRODUCING_ERRORS,
)
async def introduce(
    ctx: Context,
    organization_id: str,
    email_address: str,
    roles: Sequence[str],
    *,
    first_name: str | None = None,
    last_name: str | None = None,
) -> Introduced:
    """Invite a person to an organization, as the user who they are, or who is made for them.

    They are a member, with all these roles, once they follow the link that is mailed to them.
    Raises: as `organization_invitations.introduce`.
    Announces: OrganizationInvitationCreated; UserCreated, for a new user.
    Source: Accounts API, users of an account.
    """
    if not roles:
        raise InvalidInput("roles", reason="it must name a role")
    invitation = NewOrganizationInvitation(email_address, roles[0], further_roles=roles[1:])
    names = {"first_name": first_name or None, "last_name": last_name or None}
    return await introduced(ctx, organization_id, invitation, names)


@operation(
    "organization_users.attach",
    permission=Permission.MEMBERS_MANAGE,
    raises=(*JOINING, AlreadyMember, RoleNotFound, RoleAboveOwn),
)
async def attach(
    ctx: Context, organization_id: str, user_id: str, roles: Sequence[str]
) -> Membership:
    """Make a user a member with all these roles, without asking them.

    roles: the keys of 1 to 20 roles in the organization's role set, none twice.
    Raises: OrganizationNotFound; OrganizationInactive; InvalidInput; RoleNotFound; RoleAboveOwn;
        MembershipLimitReached; UserNotFound; AlreadyMember, for who is disabled too.
    Announces: MembershipCreated.
    Source: Accounts API, users of an account.
    """
    await ctx.allow(organization_id)
    organization = await joining.lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    primary, *others = await joining.roles_by_keys(ctx, organization, roles, "roles")
    check_ranks(standing, (primary, *others), "roles")
    return await joining.add_member(ctx, organization, user_id, primary.id, further_roles=others)


@operation(
    "organization_users.revise",
    permission=Permission.MEMBERS_MANAGE,
    raises=(
        *JOINING,
        MemberNotFound,
        LastOwner,
        OwnMembership,
        RoleNotFound,
        RoleAboveOwn,
    ),
)
async def revise(
    ctx: Context,
    organization_id: str,
    user_id: str,
    roles: Sequence[str] | None = None,
    status: MemberStatus | None = None,
) -> Membership:
    """Replace the roles of a user of an organization, and disable or enable them; both at once.

    roles: as in `organization_users.attach`; None leaves them. Of an owner the manager's role
        stands for the creator's: without it they are an owner no longer.
    status: None leaves it.
    Raises: OrganizationNotFound; MemberNotFound; InvalidInput; RoleNotFound; RoleAboveOwn;
        LastOwner, when no owner would be left; OwnMembership, to who would disable themselves;
        OrganizationInactive and MembershipLimitReached, when a disabled user is enabled.
    Announces: MembershipUpdated; MembershipEnded, MembershipCreated.
    Source: Accounts API, users of an account.
    """
    await ctx.allow(organization_id)
    await organization_queries.lock_organization(ctx.db, organization_id)
    standing = await ctx.confirm(organization_id)
    if status is MemberStatus.DISABLED and ctx.actor.user_id == user_id:
        raise OwnMembership
    found = await disabled.find_disabled(ctx.db, organization_id, user_id)
    member = found or await queries.get_member(ctx.db, organization_id, user_id)
    ctx.expect(member.updated_at)
    if roles is not None:
        keys = [CREATOR_ROLE if _is_owner(member, key) else key for key in roles]
        member = await changing.give_roles(ctx, standing, member, keys, "roles")
    if status is MemberStatus.DISABLED:
        return await changing.disable(ctx, standing, member)
    if status is MemberStatus.ACTIVE and member.disabled_at is not None:
        organization = member.organization
        if not organization.status.is_in_use:
            raise OrganizationInactive("organization_id", status=organization.status.value)
        return await changing.enable(ctx, standing, organization, member)
    return member


@operation(
    "organization_users.invite_again",
    permission=Permission.MEMBERS_MANAGE,
    raises=(*resending.RESENDING_ERRORS, MemberNotFound),
)
async def invite_again(ctx: Context, organization_id: str, user_id: str) -> OrganizationInvitation:
    """Mail a user's open invitation again, with another link; the one before works no more.

    Raises: as `organization_invitations.resend`; InvitationNotPending, for who is a member
        already; MemberNotFound, for who was not invited.
    Announces: OrganizationInvitationResent.
    Source: Accounts API, users of an account.
    """
    try:
        return await resending.resent(
            ctx, organization_id, lambda: resending.open_of(ctx, organization_id, user_id)
        )
    except InvitationNotFound:
        standing = await queries.find_standing(ctx.db, organization_id, user_id)
        if standing.is_member:
            raise InvitationNotPending("user_id") from None
        raise MemberNotFound("user_id") from None


def _is_owner(member: Membership, key: str) -> bool:
    """Whether a role given to a member is the one that an owner keeps their ownership with."""
    return member.is_creator_role and key == MANAGER_ROLE
