"""Members together with all that is known of them, for callers that show both at once."""

from dataclasses import dataclass

from charter.core.memberships import admitting, lists, queries
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    Membership,
    NewMembership,
)
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import OrganizationNotFound
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.platform import Platform


@dataclass(frozen=True, slots=True)
class MemberInFull:
    """A membership, and its user with all that signs them in."""

    membership: Membership
    user: User


async def user_of_membership(platform: Platform, actor: Actor, membership_id: str) -> str:
    """The user of a membership; of an id that is none, the id itself, which is nobody's."""
    reading = platform.database.reading(actor.instance_id)
    found = await queries.find_user_of(reading, membership_id)
    return membership_id if found is None else found


@operation(
    "memberships.search_in_full",
    permission=Permission.MEMBERS_READ,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search_in_full(ctx: Context, organization_id: str, search: Search) -> Found[MemberInFull]:
    """List the members of an organization with their users, the newest first.

    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    found = await lists.OF_ORGANIZATION.search(
        ctx.db, lists.indexed(search), organization_id=organization_id
    )
    if not found.items:
        await organization_queries.get_organization(ctx.db, organization_id)
    people = await user_queries.find_users(ctx.db, [each.user_id for each in found.items])
    users = {user.id: user for user in people}
    # Whoever left between the two statements is left out.
    here = [each for each in found.items if each.user_id in users]
    rows = [MemberInFull(each, users[each.user_id]) for each in here]
    return Found(tuple(rows), found.total)


@operation(
    "memberships.get_in_full",
    permission=Permission.MEMBERS_READ,
    raises=(OrganizationNotFound, MemberNotFound),
    writes=False,
)
async def get_in_full(ctx: Context, organization_id: str, user_id: str) -> MemberInFull:
    """Read a member of an organization with their user.

    Raises: OrganizationNotFound; MemberNotFound.
    """
    await ctx.allow(organization_id)
    return await _in_full(ctx, await queries.get_member(ctx.db, organization_id, user_id))


@operation(
    "memberships.create_in_full",
    permission=Permission.MEMBERS_MANAGE,
    raises=(*JOINING, AlreadyMember, RoleNotFound, RoleAboveOwn),
)
async def create_in_full(
    ctx: Context, organization_id: str, membership: NewMembership
) -> MemberInFull:
    """Make a user a member as `memberships.create` does. Returns: the member with their user.

    Raises: as there. Announces: as there.
    """
    return await _in_full(ctx, await admitting.admit(ctx, organization_id, membership))


@operation(
    "memberships.set_role_in_full",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, RoleNotFound, LastOwner, RoleAboveOwn),
)
async def set_role_in_full(
    ctx: Context, organization_id: str, user_id: str, role: str
) -> MemberInFull:
    """Give a member another role as `memberships.set_role` does.

    Returns: the member with their user. Raises: as there. Announces: as there.
    """
    return await _in_full(ctx, await admitting.give(ctx, organization_id, user_id, (role,), "role"))


async def _in_full(ctx: Context, membership: Membership) -> MemberInFull:
    return MemberInFull(membership, await user_queries.get_user(ctx.db, membership.user_id))
