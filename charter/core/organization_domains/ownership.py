"""Proves that an organization acts for a domain, by a TXT record that it publishes there."""

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import timedelta

from charter.core.checks.model import Check, CheckDone, CheckNotPrepared, CheckStatus
from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.organization_domains import claiming, queries
from charter.core.organization_domains.model import (
    MOST_AT_ONCE,
    OWNERSHIP,
    Challenged,
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
    OrganizationDomain,
    OwnershipNotVerified,
    Refused,
    Several,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, Unavailable
from charter.kernel.operation import Context, operation

LIFETIME = timedelta(days=30)
"""How long a record may take to be published."""
LABEL = "_charter-verification"
PREFIX = "charter-verification="
ANSWERS_LOOKED_AT = 20
ONE_ALONE = (CheckDone, CheckNotPrepared, DomainNotFound, DomainTaken, OwnershipNotVerified)
"""What one domain of several may be refused with."""


@operation(
    "organization_domains.prepare_ownership",
    permission=Permission.DOMAINS_MANAGE,
    raises=(CheckDone, DomainNotFound, DomainsNotEnabled, DomainTaken),
)
async def prepare_ownership(ctx: Context, organization_id: str, domain_id: str) -> Challenged:
    """Say which TXT record proves that an organization acts for a domain. It ends the one before.

    Returns: the domain with the record, whose value is shown this once.
    Raises: DomainsNotEnabled; DomainNotFound; CheckDone, when it was proven before; DomainTaken.
    Announces: OrganizationDomainUpdated.
    Source: Clerk FAPI 2026-05-12, prepareOrganizationDomainOwnershipVerification.
    """
    await claiming.enabled(ctx)
    await ctx.allow(organization_id)
    return await _challenge(ctx, organization_id, domain_id)


@operation(
    "organization_domains.prepare_ownership_of_several",
    permission=Permission.DOMAINS_MANAGE,
    raises=(DomainsNotEnabled, OrganizationNotFound),
)
async def prepare_ownership_of_several(
    ctx: Context, organization_id: str, domain_ids: Sequence[str]
) -> Several:
    """Say for up to 10 domains which TXT records prove them.

    Returns: the domains with their records, and those for which there is none, each with the
        error that `organization_domains.prepare_ownership` raises.
    Raises: DomainsNotEnabled; OrganizationNotFound.
    Announces: OrganizationDomainUpdated, for each.
    Source: Clerk FAPI 2026-05-12, prepareOrganizationDomainsOwnershipVerification.
    """
    await claiming.enabled(ctx)
    await ctx.allow(organization_id)
    await get_organization(ctx.db, organization_id)
    done, refused = [], []
    for domain_id in _checked_ids(domain_ids):
        try:
            done.append(await _challenge(ctx, organization_id, domain_id))
        except ONE_ALONE as error:
            refused.append(Refused(domain_id, error))
    return Several(done, refused)


@operation(
    "organization_domains.attempt_ownership",
    permission=Permission.DOMAINS_MANAGE,
    raises=(*ONE_ALONE, DomainsNotEnabled),
)
async def attempt_ownership(
    ctx: Context, organization_id: str, domain_id: str
) -> OrganizationDomain:
    """Look for the TXT record that was asked for; once it is published the domain is verified.

    Raises: DomainsNotEnabled; DomainNotFound; CheckNotPrepared; CheckDone; OwnershipNotVerified,
        when the record is not there or the time for it is over; DomainTaken.
    Announces: OrganizationDomainUpdated.
    Source: Clerk FAPI 2026-05-12, attemptOrganizationDomainOwnershipVerification.
    """
    await claiming.enabled(ctx)
    await claiming.allow_apart(ctx, organization_id)
    domain = await claiming.read_apart(ctx, organization_id, domain_id)
    return await _prove(ctx, domain, await _published(ctx, domain))


@operation(
    "organization_domains.attempt_ownership_of_several",
    permission=Permission.DOMAINS_MANAGE,
    raises=(DomainsNotEnabled, OrganizationNotFound),
)
async def attempt_ownership_of_several(
    ctx: Context, organization_id: str, domain_ids: Sequence[str]
) -> Several:
    """Look for the TXT records of up to 10 domains.

    Returns: the domains that are verified now, and those that are not, each with the error that
        `organization_domains.attempt_ownership` raises.
    Raises: DomainsNotEnabled; OrganizationNotFound.
    Announces: OrganizationDomainUpdated, for each that is verified now.
    Source: Clerk FAPI 2026-05-12, attemptOrganizationDomainsOwnershipVerification.
    """
    await claiming.enabled(ctx)
    await claiming.allow_apart(ctx, organization_id)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    await get_organization(reading, organization_id)
    refused: list[Refused] = []
    domains: list[OrganizationDomain] = []
    for domain_id in _checked_ids(domain_ids):
        try:
            domains.append(await claiming.read_apart(ctx, organization_id, domain_id))
        except DomainNotFound as error:
            refused.append(Refused(domain_id, error))
    # In one order for everybody, so that two of these do not wait for each other's names.
    domains.sort(key=lambda domain: domain.name)
    published = await asyncio.gather(
        *(_published(ctx, domain) for domain in domains), return_exceptions=True
    )
    done: list[OrganizationDomain] = []
    for domain, texts in zip(domains, published, strict=True):
        try:
            if isinstance(texts, BaseException):
                raise texts
            done.append(await _prove(ctx, domain, texts))
        except (*ONE_ALONE, Unavailable) as error:
            refused.append(Refused(domain.id, error))
    return Several(done, refused)


async def _challenge(ctx: Context, organization_id: str, domain_id: str) -> Challenged:
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    await ctx.confirm(organization_id)
    if before.ownership_verified_at is not None:
        raise CheckDone("domain_id")
    if await queries.is_claimed_by_another(ctx.db, organization_id, before.name):
        raise DomainTaken
    await granting.revoke(ctx, Purpose.DOMAIN_RECORD, before.id)
    expires_at = ctx.now + LIFETIME
    issued = await granting.issue(ctx, Purpose.DOMAIN_RECORD, before.id, expires_at=expires_at)
    check = Check(
        OWNERSHIP,
        CheckStatus.UNVERIFIED,
        attempts=0,
        expires_at=expires_at,
        grant_id=issued.id,
        target_id=before.id,
    )
    domain = await claiming.save(ctx, before, ownership_check=check)
    return Challenged(domain, record_name(domain), PREFIX + issued.secret)


def record_name(domain: OrganizationDomain) -> str:
    """Where the record of a domain has to stand."""
    return f"{LABEL}.{domain.name}"


async def _published(ctx: Context, domain: OrganizationDomain) -> tuple[str, ...]:
    """The secrets that are published for a domain, looked up with no connection held.

    Raises: CheckNotPrepared, CheckDone, Unavailable.
    """
    if domain.ownership_verified_at is not None:
        raise CheckDone("domain_id")
    if domain.ownership_check is None:
        raise CheckNotPrepared("domain_id")
    texts = await ctx.platform.records.texts(record_name(domain))
    found = [text.strip().removeprefix(PREFIX) for text in texts if PREFIX in text]
    return tuple(found[:ANSWERS_LOOKED_AT])


async def _prove(
    ctx: Context, read: OrganizationDomain, published: Sequence[str]
) -> OrganizationDomain:
    before = await queries.lock_domain(ctx.db, read.organization_id, read.id, ctx.now)
    await ctx.confirm(read.organization_id)
    check = before.ownership_check
    if check is None or not await _is_spent(ctx, before.id, published):
        raise OwnershipNotVerified("domain_id")
    proven = dataclasses.replace(check, status=CheckStatus.VERIFIED, grant_id=None)
    return await claiming.claim(ctx, before, ownership_check=proven, ownership_verified_at=ctx.now)


async def _is_spent(ctx: Context, domain_id: str, published: Sequence[str]) -> bool:
    """Whether one of the published secrets was made for the domain; it is used up then."""
    for secret in published:
        try:
            grant = await granting.peek(ctx, Purpose.DOMAIN_RECORD, secret)
            if grant.subject_id == domain_id:
                await granting.spend(ctx, Purpose.DOMAIN_RECORD, secret)
                return True
        except GRANT_ERRORS:
            continue
    return False


def _checked_ids(domain_ids: Sequence[str]) -> list[str]:
    """The ids, each once. Raises: InvalidInput."""
    if not 1 <= len(domain_ids) <= MOST_AT_ONCE:
        raise InvalidInput("organization_domain_ids", reason=f"it must hold 1 to {MOST_AT_ONCE}")
    # In one order for everybody, so that two of these do not wait for each other's rows.
    return sorted(set(domain_ids))
