"""What users can do with the organizations that are suggested to them."""

import dataclasses
from collections.abc import Sequence

from charter.core.invitations.terms import with_status
from charter.core.membership_requests.model import (
    MembershipRequestCreated,
    MembershipRequestRow,
    RequestStatus,
)
from charter.core.membership_requests.queries import insert_request
from charter.core.organizations.making import check_enabled
from charter.core.organizations.model import OrganizationsNotEnabled
from charter.core.suggestions import queries
from charter.core.suggestions.model import (
    Suggestion,
    SuggestionAccepted,
    SuggestionAlreadyAccepted,
    SuggestionNotFound,
    SuggestionStatus,
)
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("suggestions.search_own", permission=Permission.SELF, writes=False)
async def search_own(
    ctx: Context, search: Search, status: Sequence[SuggestionStatus] = ()
) -> Found[Suggestion]:
    """List the organizations that are suggested to the acting user, newest first.

    status: those to show; all where it is left out.
    Source: Clerk FAPI 2026-05-12, getOrganizationSuggestions.
    """
    await ctx.allow()
    narrowed = search.narrowed(with_status(*status))
    return await queries.OF_USER.search(ctx.db, narrowed, user_id=ctx.user_id)


@operation(
    "suggestions.accept_own",
    permission=Permission.SELF,
    raises=(OrganizationsNotEnabled, SuggestionAlreadyAccepted, SuggestionNotFound),
)
async def accept_own(ctx: Context, suggestion_id: str) -> Suggestion:
    """Ask to join an organization that is suggested to the acting user; a member decides.

    Returns: the suggestion, accepted.
    Raises: SuggestionNotFound, also when the organization takes no new members;
        SuggestionAlreadyAccepted, when the user asked before or has joined;
        OrganizationsNotEnabled.
    Announces: SuggestionAccepted, MembershipRequestCreated.
    Source: Clerk FAPI 2026-05-12, acceptOrganizationSuggestion.
    """
    await ctx.allow()
    await check_enabled(ctx)
    before = await queries.get_suggestion(ctx.db, ctx.user_id, suggestion_id)
    is_open = before.status is SuggestionStatus.PENDING
    # Of two at once, the second waits here for the first, and finds it taken up.
    if not (
        is_open and await queries.accept_suggestion(ctx.db, ctx.user_id, suggestion_id, ctx.now)
    ):
        raise SuggestionAlreadyAccepted("suggestion_id")
    row = MembershipRequestRow(
        id=ctx.new_id("orgmemreq_"),
        organization_id=before.organization_id,
        user_id=ctx.user_id,
        status=RequestStatus.PENDING,
        decided_by=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if await insert_request(ctx.db, row):
        ctx.announce(MembershipRequestCreated(row))
    after = dataclasses.replace(before, status=SuggestionStatus.ACCEPTED, updated_at=ctx.now)
    ctx.announce(SuggestionAccepted(after, before=before))
    return after
