"""What can be done with join codes."""

from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Grant, GrantSpent, Purpose
from charter.core.grants.queries import find_by_secret
from charter.core.join_codes import queries
from charter.core.join_codes.model import (
    MOST_USES,
    SECRET_PREFIX,
    JoinCode,
    JoinCodeCreated,
    JoinCodeExhausted,
    JoinCodeForOwner,
    JoinCodeInvalid,
    JoinCodeMade,
    JoinCodeNotFound,
    JoinCodeRevoked,
    JoinCodeRow,
    JoinCodeUsed,
    Joined,
)
from charter.core.memberships.joining import (
    JOINING,
    add_member,
    lock_open_organization,
    role_by_key,
)
from charter.core.memberships.model import AlreadyMember
from charter.core.memberships.queries import find_standing, get_member
from charter.core.memberships.rank import check_rank
from charter.core.organizations.model import OrganizationInactive, OrganizationNotFound
from charter.core.organizations.queries import lock_organization
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import MEMBER_ROLE, Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

PURPOSE = Purpose.JOIN_CODE


@operation(
    "join_codes.create",
    permission=Permission.MEMBERS_MANAGE,
    raises=(
        OrganizationNotFound,
        OrganizationInactive,
        RoleNotFound,
        RoleAboveOwn,
        JoinCodeForOwner,
    ),
)
async def create(
    ctx: Context,
    organization_id: str,
    role: str = MEMBER_ROLE,
    max_uses: int | None = None,
    created_by: str | None = None,
) -> JoinCodeMade:
    """Make a code that many may use to join an organization in a role.

    role: the key of a role in the organization's role set, never the creator's.
    max_uses: from 1 to 2,147,483,647; None is no limit.
    Returns: the join code with the code itself, which is shown this once.
    Raises: OrganizationNotFound; OrganizationInactive; RoleNotFound; RoleAboveOwn;
        JoinCodeForOwner.
    Announces: JoinCodeCreated.
    Source: Organizations API, joinCodes.create.
    """
    await ctx.allow(organization_id)
    if max_uses is not None and not 1 <= max_uses <= MOST_USES:
        raise InvalidInput("max_uses", reason=f"it must be from 1 to {MOST_USES}")
    organization = await lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    given = await role_by_key(ctx, organization, role)
    if given.is_creator_role:
        raise JoinCodeForOwner("role")
    check_rank(standing, given.is_creator_role, given.permissions)
    code = new_secret(SECRET_PREFIX, 20)
    row = JoinCodeRow(
        id=ctx.new_id("jc_"),
        organization_id=organization_id,
        role_id=given.id,
        last_four=code[-4:],
        max_uses=max_uses,
        created_by=created_by,
        revoked_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, row)
    await granting.issue(ctx, PURPOSE, row.id, expires_at=None, max_uses=max_uses, secret=code)
    made = await queries.get_join_code(ctx.db, organization_id, row.id)
    ctx.announce(JoinCodeCreated(made))
    return JoinCodeMade(made, code)


@operation("join_codes.search", permission=Permission.MEMBERS_MANAGE, writes=False)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[JoinCode]:
    """List an organization's join codes, revoked ones too, newest first.

    Source: Organizations API, joinCodes.list.
    """
    await ctx.allow(organization_id)
    return await queries.LISTING.search(ctx.db, search, organization_id=organization_id)


@operation(
    "join_codes.revoke",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, JoinCodeNotFound),
)
async def revoke(ctx: Context, organization_id: str, join_code_id: str) -> JoinCode:
    """Take a join code back: nobody joins by it any more. Doing it again changes nothing.

    Raises: OrganizationNotFound; JoinCodeNotFound.
    Announces: JoinCodeRevoked.
    Source: Organizations API, joinCodes.revoke.
    """
    await ctx.allow(organization_id)
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    before = await queries.get_join_code(ctx.db, organization_id, join_code_id)
    if not await queries.revoke_join_code(ctx.db, join_code_id, ctx.now):
        return before
    await granting.revoke(ctx, PURPOSE, join_code_id)
    after = await queries.get_join_code(ctx.db, organization_id, join_code_id)
    ctx.announce(JoinCodeRevoked(after, before=before))
    return after


@operation(
    "join_codes.join",
    permission=Permission.SELF,
    raises=(*JOINING, AlreadyMember, JoinCodeInvalid, JoinCodeExhausted),
)
async def join(ctx: Context, code: str) -> Joined:
    """Join an organization by a code, as the acting user.

    Whoever is a member already keeps their role, and no use is counted.
    Raises: JoinCodeInvalid, for an unknown or revoked code; JoinCodeExhausted;
        OrganizationInactive; MembershipLimitReached; AlreadyMember, for a member who is disabled.
    Announces: MembershipCreated, JoinCodeUsed.
    Source: Organizations API, joinCodes.join.
    """
    await ctx.allow()
    join_code = await _join_code(ctx, code)
    # Held before the use is counted, so that one person's two calls count one.
    organization = await lock_open_organization(ctx, join_code.organization_id)
    if (await find_standing(ctx.db, organization.id, ctx.user_id)).is_member:
        member = await get_member(ctx.db, organization.id, ctx.user_id)
        return Joined(member, already_member=True)
    try:
        await granting.spend(ctx, PURPOSE, code)
    except GrantSpent as spent:
        raise JoinCodeExhausted("code") from spent
    except GRANT_ERRORS as refused:
        raise JoinCodeInvalid("code") from refused
    membership = await add_member(ctx, organization, ctx.user_id, join_code.role_id)
    used = await queries.get_join_code(ctx.db, organization.id, join_code.id)
    ctx.announce(JoinCodeUsed(used, before=join_code))
    return Joined(membership, already_member=False)


async def _join_code(ctx: Context, code: str) -> JoinCode:
    """What a code stands for, used up or not: members are told that they are. Not revoked ones."""
    grant: Grant | None = await find_by_secret(ctx.db, PURPOSE, digest(code), None)
    if grant is None or grant.revoked_at is not None:
        raise JoinCodeInvalid("code")
    join_code = await queries.find_join_code(ctx.db, grant.subject_id)
    if join_code is None or join_code.revoked_at is not None:
        raise JoinCodeInvalid("code")
    return join_code
