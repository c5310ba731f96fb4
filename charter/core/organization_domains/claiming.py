"""How a domain becomes an organization's, and what it hands out or takes back."""

import dataclasses
from typing import Any

from charter.core.checks.model import Check, CheckStatus
from charter.core.enterprise_connections.queries import is_active_domain
from charter.core.instances.settings import InstanceSettings
from charter.core.invitations.model import InvitationStatus
from charter.core.keys.lookup import instance_of
from charter.core.organization_domains import queries
from charter.core.organization_domains.model import (
    OVERRIDE,
    DomainCommon,
    DomainExists,
    DomainLimitReached,
    DomainNameInvalid,
    DomainSignsIn,
    DomainsNotEnabled,
    DomainTaken,
    EnrollmentMode,
    EnrollmentModeNotEnabled,
    OrganizationDomain,
    OrganizationDomainCreated,
    OrganizationDomainRow,
    OrganizationDomainUpdated,
)
from charter.core.organization_invitations import queries as invitation_queries
from charter.core.organization_invitations.model import OrganizationInvitationRevoked
from charter.core.organizations.model import OrganizationNotFound
from charter.core.suggestions.queries import delete_pending
from charter.kernel.operation import Context

ENROLL = "organization_domains.enroll"
"""The kind of job; its payload is the `organization_id` and the `domain_id`."""
OVERRIDDEN = Check(OVERRIDE, CheckStatus.VERIFIED)
"""The check of a domain that an app's server vouches for."""
ONE_ALONE = (DomainCommon, DomainExists, DomainLimitReached, DomainNameInvalid, DomainTaken)
"""What one domain of several may be refused with."""
ADDING_ERRORS = (*ONE_ALONE, DomainsNotEnabled, EnrollmentModeNotEnabled, OrganizationNotFound)


async def enabled(ctx: Context) -> InstanceSettings:
    """The settings of an instance whose organizations have domains. Raises: DomainsNotEnabled."""
    settings = (await instance_of(ctx)).settings
    if not (settings.organizations.are_enabled and settings.organizations.have_domains):
        raise DomainsNotEnabled
    return settings


def checked_mode(mode: EnrollmentMode | None, settings: InstanceSettings) -> EnrollmentMode:
    """A way to enroll that the instance offers. Raises: EnrollmentModeNotEnabled."""
    chosen = mode or EnrollmentMode.MANUAL_INVITATION
    if chosen.value not in settings.organizations.domain_enrollment_modes:
        raise EnrollmentModeNotEnabled("enrollment_mode")
    return chosen


async def add(
    ctx: Context,
    organization_id: str,
    name: str,
    mode: EnrollmentMode,
    settings: InstanceSettings,
    *,
    is_verified: bool = False,
) -> OrganizationDomain:
    """Add a domain to a locked organization.

    name: in its normal form. is_verified: whether it is the organization's without any proof.
    Raises: DomainExists; DomainTaken; DomainSignsIn; DomainLimitReached.
    Announces: OrganizationDomainCreated.
    """
    if is_verified:
        await queries.lock_name(ctx.db, name)
        await _check_mode(ctx, name, mode)
    if await queries.is_claimed_by_another(ctx.db, organization_id, name):
        raise DomainTaken
    limit = settings.organizations.max_domains
    if await ctx.db.value(queries.COUNT, organization_id=organization_id) >= limit:
        raise DomainLimitReached(limit=limit)
    row = OrganizationDomainRow(
        id=ctx.new_id("orgdmn_"),
        organization_id=organization_id,
        name=name,
        enrollment_mode=mode,
        affiliation_email_address=None,
        affiliation_check=OVERRIDDEN if is_verified else None,
        ownership_check=None,
        ownership_verified_at=None,
        claimed_at=ctx.now if is_verified else None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if not await queries.insert_domain(ctx.db, row):
        raise DomainExists
    made = await queries.get_domain(ctx.db, organization_id, row.id, ctx.now)
    ctx.announce(OrganizationDomainCreated(made))
    _ask_to_enroll(ctx, made)
    return made


async def allow_apart(ctx: Context, organization_id: str) -> None:
    """Decide as `Context.allow`, on a connection of its own.

    For operations that wait for others before their own transaction begins.
    """
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    await dataclasses.replace(ctx, db=reading).allow(organization_id)


async def read_apart(ctx: Context, organization_id: str, domain_id: str) -> OrganizationDomain:
    """The domain, read on a connection of its own. Raises: DomainNotFound."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    return await queries.get_domain(reading, organization_id, domain_id, ctx.now)


async def save(ctx: Context, before: OrganizationDomain, **changes: Any) -> OrganizationDomain:
    """Write the changes of a locked domain. Returns: it as it is now.

    Announces: OrganizationDomainUpdated.
    """
    after = dataclasses.replace(before, **changes, updated_at=ctx.now)
    await queries.update_domain(ctx.db, after)
    ctx.announce(OrganizationDomainUpdated(after, before=before))
    return after


async def claim(ctx: Context, before: OrganizationDomain, **proof: Any) -> OrganizationDomain:
    """Write down that a locked domain was proven: it is no other organization's from now on.

    proof: what was proven, as fields of the domain.
    Raises: DomainTaken; DomainSignsIn.
    Announces: OrganizationDomainUpdated.
    """
    await queries.lock_name(ctx.db, before.name)
    if await queries.is_claimed_by_another(ctx.db, before.organization_id, before.name):
        raise DomainTaken
    await _check_mode(ctx, before.name, proof.get("enrollment_mode", before.enrollment_mode))
    after = await save(ctx, before, **proof, claimed_at=before.claimed_at or ctx.now)
    _ask_to_enroll(ctx, after)
    return after


def unproven(domain: OrganizationDomain) -> dict[str, Any]:
    """The changes that forget what was proven of a domain. A proof that is under way goes on."""
    forgotten: dict[str, Any] = {"claimed_at": None, "ownership_verified_at": None}
    if is_affiliated(domain):
        forgotten |= {"affiliation_check": None, "affiliation_email_address": None}
    if domain.ownership_verified_at is not None:
        forgotten["ownership_check"] = None
    return forgotten


def _ask_to_enroll(ctx: Context, domain: OrganizationDomain) -> None:
    """Have the people of a verified domain enrolled who are here already."""
    if domain.is_verified and domain.enrollment_mode.is_automatic:
        ctx.defer(ENROLL, {"organization_id": domain.organization_id, "domain_id": domain.id})


async def change_mode(
    ctx: Context, before: OrganizationDomain, mode: EnrollmentMode
) -> OrganizationDomain:
    """Let a locked domain enroll in another way from now on.

    Raises: DomainSignsIn.
    Announces: OrganizationDomainUpdated.
    """
    if before.is_verified and mode.is_automatic:
        await queries.lock_name(ctx.db, before.name)
        await _check_mode(ctx, before.name, mode)
    after = await save(ctx, before, enrollment_mode=mode)
    if mode is not before.enrollment_mode:
        _ask_to_enroll(ctx, after)
    return after


async def _check_mode(ctx: Context, name: str, mode: EnrollmentMode) -> None:
    """Refuse to enroll whom a connection lets in; the name is held. Raises: DomainSignsIn."""
    if mode.is_automatic and await is_active_domain(ctx.db, name):
        raise DomainSignsIn


async def withdraw(ctx: Context, domain: OrganizationDomain) -> None:
    """Take back what a domain offered by itself and nobody has taken up.

    Announces: OrganizationInvitationRevoked, for each invitation.
    """
    await delete_pending(ctx.db, domain.id)
    for offered in await invitation_queries.offered_by_domain(ctx.db, domain.id, ctx.now):
        # One that is accepted at this moment stays accepted.
        if await invitation_queries.revoke_invitation(ctx.db, offered.id, ctx.now):
            after = dataclasses.replace(
                offered, status=InvitationStatus.REVOKED, updated_at=ctx.now
            )
            ctx.announce(OrganizationInvitationRevoked(after, before=offered))


def is_affiliated(domain: OrganizationDomain) -> bool:
    """Whether mail of the domain is read in the organization, as was proven or vouched for."""
    return domain.affiliation_check is not None and domain.affiliation_check.is_verified
