"""What can be done with requests to become a member."""

from collections.abc import Sequence

from charter.core.invitations.terms import with_status
from charter.core.membership_requests import queries
from charter.core.membership_requests.model import (
    MembershipRequest,
    MembershipRequestAccepted,
    MembershipRequestNotFound,
    MembershipRequestRejected,
    RequestStatus,
)
from charter.core.memberships.joining import JOINING, add_member, lock_open_organization
from charter.core.memberships.model import AlreadyMember
from charter.core.memberships.queries import find_standing
from charter.core.organizations.model import Organization, OrganizationNotFound
from charter.core.organizations.queries import (
    get_organization,
    get_role_set,
    lock_organization,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.roles.model import RoleNotFound
from charter.core.suggestions.queries import complete_suggestion
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "membership_requests.search",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(
    ctx: Context, organization_id: str, search: Search, status: Sequence[RequestStatus] = ()
) -> Found[MembershipRequest]:
    """List the requests to become a member of an organization, newest first.

    status: those to show; all where it is left out.
    Raises: OrganizationNotFound.
    Source: Clerk FAPI 2026-05-12, listOrganizationMembershipRequests.
    """
    await ctx.allow(organization_id)
    narrowed = search.narrowed(with_status(*status))
    found = await queries.OF_ORGANIZATION.search(ctx.db, narrowed, organization_id=organization_id)
    if not found.items:
        await get_organization(ctx.db, organization_id)
    return found


@operation(
    "membership_requests.accept",
    permission=Permission.MEMBERS_MANAGE,
    raises=(
        *JOINING,
        AlreadyMember,
        MembershipRequestNotFound,
        RoleNotFound,
        RoleSetNotFound,
    ),
)
async def accept(ctx: Context, organization_id: str, request_id: str) -> MembershipRequest:
    """Make who asked a member, in the role that the organization gives to new members.

    Whoever became a member meanwhile keeps their role.
    Raises: MembershipRequestNotFound, also for one that was decided before; OrganizationNotFound;
        OrganizationInactive; MembershipLimitReached; RoleNotFound, where new members have no role;
        AlreadyMember, for a member who is disabled.
    Announces: MembershipCreated, MembershipRequestAccepted.
    Source: Clerk FAPI 2026-05-12, acceptOrganizationMembershipRequest.
    """
    await ctx.allow(organization_id)
    organization = await lock_open_organization(ctx, organization_id)
    await ctx.confirm(organization_id)
    before = await queries.get_request(ctx.db, organization_id, request_id)
    after = await _decided(ctx, before, RequestStatus.ACCEPTED)
    if not (await find_standing(ctx.db, organization_id, before.user_id)).is_member:
        role_id = await _role_of_newcomers(ctx, organization)
        await add_member(ctx, organization, before.user_id, role_id)
    await complete_suggestion(ctx.db, before.user_id, organization_id, ctx.now)
    ctx.announce(MembershipRequestAccepted(after, before=before))
    return after


@operation(
    "membership_requests.reject",
    permission=Permission.MEMBERS_MANAGE,
    raises=(MembershipRequestNotFound, OrganizationNotFound),
)
async def reject(ctx: Context, organization_id: str, request_id: str) -> MembershipRequest:
    """Turn a request to become a member down.

    Raises: MembershipRequestNotFound, also for one that was decided before; OrganizationNotFound.
    Announces: MembershipRequestRejected.
    Source: Clerk FAPI 2026-05-12, rejectOrganizationMembershipRequest.
    """
    await ctx.allow(organization_id)
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    before = await queries.get_request(ctx.db, organization_id, request_id)
    after = await _decided(ctx, before, RequestStatus.REJECTED)
    ctx.announce(MembershipRequestRejected(after, before=before))
    return after


async def _decided(
    ctx: Context, request: MembershipRequest, status: RequestStatus
) -> MembershipRequest:
    """The request with what was decided about it. Raises: MembershipRequestNotFound."""
    if not await queries.decide_request(ctx.db, request, status, ctx.actor.user_id, ctx.now):
        raise MembershipRequestNotFound("request_id")
    return await queries.get_request(ctx.db, request.organization_id, request.id)


async def _role_of_newcomers(ctx: Context, organization: Organization) -> str:
    role_set = await get_role_set(ctx.db, organization.role_set_key)
    if role_set.default_role_id is None:
        raise RoleNotFound("role")
    return role_set.default_role_id
