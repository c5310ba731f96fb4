"""How a user becomes a member, whichever way they come: by an invitation, a code, or directly."""

from typing import Any

from charter.core.memberships import queries
from charter.core.memberships.model import (
    Membership,
    MembershipCreated,
    MembershipLimitReached,
    MembershipRow,
    RoleInSet,
)
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import (
    Organization,
    OrganizationInactive,
    OrganizationNotFound,
    OrganizationStatus,
)
from charter.core.roles.model import RoleNotFound
from charter.core.users.model import UserNotFound
from charter.kernel.operation import Context

JOINING = (OrganizationNotFound, OrganizationInactive, MembershipLimitReached, UserNotFound)
"""What `lock_open_organization`, `check_seat` and `add_member` may raise, beside AlreadyMember."""


async def lock_open_organization(ctx: Context, organization_id: str) -> Organization:
    """The organization, locked until the transaction ends, if it takes new members.

    Raises: OrganizationNotFound; OrganizationInactive, when it is suspended or closed.
    """
    await organization_queries.lock_organization(ctx.db, organization_id)
    organization = await organization_queries.get_organization(ctx.db, organization_id)
    if organization.status is not OrganizationStatus.ACTIVE:
        raise OrganizationInactive("organization_id", status=organization.status.value)
    return organization


async def check_seat(ctx: Context, organization: Organization, *, held: int = 0) -> None:
    """Refuse when a locked organization has no seat left.

    Members and pending invitations that have not expired take seats. `held` is how many of them
    make room: 1 when a pending invitation becomes a membership.
    Raises: MembershipLimitReached.
    """
    limit = organization.max_allowed_memberships
    if limit == 0:
        return
    taken = await queries.count_seats(ctx.db, organization.id, ctx.now)
    if taken - held >= limit:
        raise MembershipLimitReached("organization_id", limit=limit)


async def role_by_key(ctx: Context, organization: Organization, key: str) -> RoleInSet:
    """A role of the organization's role set. Raises: RoleNotFound."""
    return await ctx.db.one(
        queries.ROLE_IN_SET,
        missing=RoleNotFound("role"),
        role_set_id=organization.role_set_id,
        role_key=key,
    )


async def add_member(
    ctx: Context,
    organization: Organization,
    user_id: str,
    role_id: str,
    *,
    public_metadata: dict[str, Any] | None = None,
    private_metadata: dict[str, Any] | None = None,
    held: int = 0,
) -> Membership:
    """Make a user a member of a locked organization, if a seat is left; see `check_seat`.

    Raises: MembershipLimitReached, UserNotFound, AlreadyMember.
    Announces: MembershipCreated.
    """
    await check_seat(ctx, organization, held=held)
    return await insert_member(
        ctx,
        organization.id,
        user_id,
        role_id,
        public_metadata=public_metadata,
        private_metadata=private_metadata,
    )


async def insert_member(
    ctx: Context,
    organization_id: str,
    user_id: str,
    role_id: str,
    *,
    public_metadata: dict[str, Any] | None = None,
    private_metadata: dict[str, Any] | None = None,
) -> Membership:
    """Make a user a member without counting seats.

    Raises: UserNotFound, AlreadyMember.
    Announces: MembershipCreated.
    """
    row = MembershipRow(
        id=ctx.new_id("orgmem_"),
        organization_id=organization_id,
        user_id=user_id,
        role_id=role_id,
        public_metadata=public_metadata or {},
        private_metadata=private_metadata or {},
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, row)
    made = await queries.get_member(ctx.db, organization_id, user_id)
    ctx.announce(MembershipCreated(made))
    return made
