"""How a user becomes a member, whichever way they come: by an invitation, a code, or directly.

And who may not go: the last owner.
"""

from collections.abc import Sequence
from typing import Any

from charter.core.memberships import further, queries
from charter.core.memberships.disabled import find_disabled
from charter.core.memberships.held import MOST_ROLES
from charter.core.memberships.model import (
    AlreadyMember,
    LastOwner,
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
)
from charter.core.roles.model import RoleNotFound
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context

JOINING = (OrganizationNotFound, OrganizationInactive, MembershipLimitReached, UserNotFound)
"""What `lock_open_organization`, `check_seat` and `add_member` may raise, beside AlreadyMember."""


async def lock_open_organization(ctx: Context, organization_id: str) -> Organization:
    """The organization, locked until the transaction ends, if it takes new members.

    Raises: OrganizationNotFound; OrganizationInactive, when it is suspended or closed.
    """
    await organization_queries.lock_organization(ctx.db, organization_id)
    organization = await organization_queries.get_organization(ctx.db, organization_id)
    if not organization.status.is_in_use:
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


async def check_owners(ctx: Context, going: Membership) -> None:
    """Refuse the last owner of a locked organization to go. Raises: LastOwner."""
    # Counted under the lock: of two owners who go at once, one must stay.
    if going.is_creator_role and await queries.count_owners(ctx.db, going.organization_id) == 1:
        raise LastOwner("user_id")


async def role_by_key(ctx: Context, organization: Organization, key: str) -> RoleInSet:
    """A role of the organization's role set. Raises: RoleNotFound."""
    (role,) = await roles_by_keys(ctx, organization, (key,))
    return role


async def roles_by_keys(
    ctx: Context, organization: Organization, keys: Sequence[str], parameter: str = "role"
) -> tuple[RoleInSet, ...]:
    """Roles of the organization's role set: the one to be the primary first.

    That is the creator's role where it is among them, or else the first one.
    Raises: InvalidInput, for none, one that is there twice or too many; RoleNotFound.
    """
    if not 1 <= len(keys) <= MOST_ROLES or len(set(keys)) < len(keys):
        raise InvalidInput(parameter, reason=f"it must name 1 to {MOST_ROLES} roles, none twice")
    found = await find_roles(ctx, organization, keys)
    if len(found) < len(keys):
        raise RoleNotFound(parameter)
    return found


async def find_roles(
    ctx: Context, organization: Organization, keys: Sequence[str]
) -> tuple[RoleInSet, ...]:
    """The same of those keys alone that the role set has."""
    if not keys:
        return ()
    found = await ctx.db.all(
        queries.ROLES_IN_SET, role_set_id=organization.role_set_id, role_keys=list(keys)
    )
    return tuple(sorted(found, key=lambda role: (not role.is_creator_role, keys.index(role.key))))


async def add_member(
    ctx: Context,
    organization: Organization,
    user_id: str,
    role_id: str,
    *,
    further_roles: Sequence[RoleInSet] = (),
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
        further_roles=further_roles,
        public_metadata=public_metadata,
        private_metadata=private_metadata,
    )


async def insert_member(
    ctx: Context,
    organization_id: str,
    user_id: str,
    role_id: str,
    *,
    further_roles: Sequence[RoleInSet] = (),
    public_metadata: dict[str, Any] | None = None,
    private_metadata: dict[str, Any] | None = None,
) -> Membership:
    """Make a user a member without counting seats, where nobody is disabled or under the lock.

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
    # No index spans both tables: that nobody is in both is decided under the organization's lock.
    if await find_disabled(ctx.db, organization_id, user_id) is not None:
        raise AlreadyMember
    await ctx.db.insert(queries.INSERT, row)
    await further.give(ctx.db, row.id, further_roles)
    made = await queries.get_member(ctx.db, organization_id, user_id)
    ctx.announce(MembershipCreated(made))
    return made
