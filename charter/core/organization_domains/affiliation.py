"""Proves that mail of a domain is read in an organization, by a code to an address there."""

from charter.core.checks import codes
from charter.core.checks.model import (
    Check,
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CheckStatus,
    CodeIncorrect,
)
from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.keys.lookup import instance_of
from charter.core.organization_domains import claiming, queries
from charter.core.organization_domains.model import (
    AFFILIATION,
    AffiliationMismatch,
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
    OrganizationDomain,
)
from charter.core.organization_domains.normal_form import domain_of
from charter.core.organization_invitations.queries import find_holder
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

PREPARING = (
    AffiliationMismatch,
    CheckDone,
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
    EmailAddressInvalid,
)
ATTEMPTING = (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
)
PARAMETER = "affiliation_email_address"


@operation(
    "organization_domains.prepare_affiliation",
    permission=Permission.DOMAINS_MANAGE,
    raises=PREPARING,
)
async def prepare_affiliation(
    ctx: Context, organization_id: str, domain_id: str, affiliation_email_address: str
) -> OrganizationDomain:
    """Send a code to an address of a domain. It ends the one sent before.

    An address that the acting user has proven to hold needs no code: the domain is verified.
    Raises: DomainsNotEnabled; DomainNotFound; EmailAddressInvalid; AffiliationMismatch, for an
        address elsewhere; CheckDone, when mail there was proven before; DomainTaken; TooManyCodes.
    Announces: OrganizationDomainUpdated.
    Source: Clerk FAPI 2026-05-12, prepareOrganizationDomainVerification.
    """
    await claiming.enabled(ctx)
    instance = await instance_of(ctx)
    await ctx.allow(organization_id)
    address = affiliation_email_address.strip()
    key = address_key(address, PARAMETER)
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    await ctx.confirm(organization_id)
    if domain_of(key) != before.name:
        raise AffiliationMismatch(name=before.name)
    if claiming.is_affiliated(before):
        raise CheckDone("domain_id")
    if await queries.is_claimed_by_another(ctx.db, organization_id, before.name):
        raise DomainTaken
    if ctx.actor.user_id is not None and await find_holder(ctx.db, key) == ctx.actor.user_id:
        check = Check(AFFILIATION, CheckStatus.VERIFIED, attempts=0)
        return await claiming.claim(
            ctx, before, affiliation_email_address=address, affiliation_check=check
        )
    check = await codes.send(
        ctx,
        instance,
        client_id=None,
        strategy=AFFILIATION,
        to=address,
        target_id=before.id,
        message="organization_domain_code",
        organization_name=before.organization.name,
        domain_name=before.name,
    )
    return await claiming.save(
        ctx, before, affiliation_email_address=address, affiliation_check=check
    )


@operation(
    "organization_domains.attempt_affiliation",
    permission=Permission.DOMAINS_MANAGE,
    raises=ATTEMPTING,
)
async def attempt_affiliation(
    ctx: Context, organization_id: str, domain_id: str, code: str
) -> OrganizationDomain:
    """Try the code that was sent to an address of a domain; the right one verifies the domain.

    Raises: DomainsNotEnabled; DomainNotFound; CheckNotPrepared; CodeIncorrect; CheckExpired;
        CheckFailed, after too many tries; CheckDone; DomainTaken, when another organization
        proved the domain meanwhile.
    Announces: OrganizationDomainUpdated.
    Source: Clerk FAPI 2026-05-12, attemptOrganizationDomainVerification.
    """
    await claiming.enabled(ctx)
    # All before the try stands apart: the try is counted on a connection of its own.
    await claiming.allow_apart(ctx, organization_id)
    read = await claiming.read_apart(ctx, organization_id, domain_id)
    if claiming.is_affiliated(read):
        raise CheckDone("domain_id")
    check = await codes.attempt(ctx, read.affiliation_check, code, client_id=None)
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    await ctx.confirm(organization_id)
    if before.affiliation_check != read.affiliation_check:
        # Another address was named meanwhile, and the code was not sent there.
        raise CheckExpired("code")
    return await claiming.claim(ctx, before, affiliation_check=check)
