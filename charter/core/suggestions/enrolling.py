"""Enrolls users by the domain of their address: they are invited, or may ask to join."""

from collections.abc import Iterable
from datetime import timedelta

from charter.core.instances.model import InstanceNotFound
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.instances.settings import InstanceSettings
from charter.core.invitations.model import DEFAULT_DAYS, InvitationStatus
from charter.core.memberships.queries import count_seats
from charter.core.organization_domains import queries as domain_queries
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organization_domains.normal_form import domain_of, is_common
from charter.core.organization_domains.queries import Enrolling
from charter.core.organization_invitations import queries as invitation_queries
from charter.core.organization_invitations.model import (
    OrganizationInvitationCreated,
    OrganizationInvitationRow,
)
from charter.core.suggestions import queries
from charter.core.suggestions.model import SuggestionCreated, SuggestionRow, SuggestionStatus
from charter.kernel.operation import Context


async def enroll(ctx: Context, user_id: str, address_keys: Iterable[str]) -> None:
    """Offer a user the organizations of the domains that their verified addresses are of.

    To be called wherever an address becomes a user's verified one. It refuses nothing: who
    cannot be enrolled signs up and verifies all the same.
    address_keys: of addresses that are verified from now on.
    Announces: OrganizationInvitationCreated, SuggestionCreated.
    """
    by_domain = {domain_of(key): key for key in address_keys}
    names = [name for name in by_domain if not is_common(name)]
    if not names:
        return
    found = await domain_queries.find_enrolling(ctx.db, names, user_id)
    if not found:
        return
    # Through the operation's own connection: a second one could starve the pool.
    instance = await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    for domain in found:
        if is_offered(instance.settings, domain.enrollment_mode):
            await _offer(ctx, domain, user_id, by_domain[domain.name])


def is_offered(settings: InstanceSettings, mode: EnrollmentMode) -> bool:
    """Whether domains of an instance may enroll in this way."""
    given = settings.organizations
    return given.are_enabled and given.have_domains and mode.value in given.domain_enrollment_modes


async def _offer(ctx: Context, domain: Enrolling, user_id: str, address_key: str) -> None:
    if domain.enrollment_mode is EnrollmentMode.AUTOMATIC_INVITATION:
        await _invite(ctx, domain, address_key)
    else:
        await _suggest(ctx, domain, user_id)


async def _suggest(ctx: Context, domain: Enrolling, user_id: str) -> None:
    row = SuggestionRow(
        id=ctx.new_id("orgsug_"),
        organization_id=domain.organization_id,
        domain_id=domain.id,
        user_id=user_id,
        status=SuggestionStatus.PENDING,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if await queries.insert_suggestion(ctx.db, row):
        ctx.announce(SuggestionCreated(row))


async def _invite(ctx: Context, domain: Enrolling, address_key: str) -> None:
    """Invite without a letter: the person is here and finds the invitation among their own."""
    if domain.default_role_id is None or not await _has_seat(ctx, domain):
        return
    # The address in its normal form: as it was given it may name somebody else's mailbox.
    row = OrganizationInvitationRow(
        id=ctx.new_id("orginv_"),
        organization_id=domain.organization_id,
        email_address=address_key,
        address_key=address_key,
        role_id=domain.default_role_id,
        inviter_id=None,
        status=InvitationStatus.PENDING,
        redirect_url=None,
        public_metadata={},
        private_metadata={},
        expires_at=ctx.now + timedelta(days=DEFAULT_DAYS),
        accepted_at=None,
        accepted_by=None,
        domain_id=domain.id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    organization_id = domain.organization_id
    await invitation_queries.expire_invitation(ctx.db, organization_id, address_key, ctx.now)
    if await invitation_queries.offer_invitation(ctx.db, row):
        made = await invitation_queries.get_invitation(ctx.db, organization_id, row.id, ctx.now)
        ctx.announce(OrganizationInvitationCreated(made))


async def _has_seat(ctx: Context, domain: Enrolling) -> bool:
    """Whether a seat is left now; joining counts once more, under a lock."""
    limit = domain.max_allowed_memberships
    return limit == 0 or await count_seats(ctx.db, domain.organization_id, ctx.now) < limit
