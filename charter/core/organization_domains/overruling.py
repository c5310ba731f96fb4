"""What an app's server says of domains: it needs no proof, and sees those of all organizations."""

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.organization_domains import claiming, queries
from charter.core.organization_domains.claiming import ADDING_ERRORS
from charter.core.organization_domains.model import (
    DomainNotFound,
    DomainsNotEnabled,
    DomainTaken,
    EnrollmentMode,
    EnrollmentModeNotEnabled,
    OrganizationDomain,
)
from charter.core.organization_domains.normal_form import domain_name
from charter.core.organizations.queries import lock_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

ORGANIZATION = "org_"


@operation(
    "organization_domains.search_all", permission=Permission.ORGANIZATIONS_READ, writes=False
)
async def search_all(
    ctx: Context, search: Search, query: str | None = None
) -> Found[OrganizationDomain]:
    """List the domains of all organizations, newest first.

    query: the id of an organization, or a part of a name; not blank.
    Source: Clerk BAPI 2025-11-10, ListAllOrganizationDomains.
    """
    await ctx.allow()
    if query is not None:
        text = query.strip()
        if not text:
            raise InvalidInput("query", reason="it must not be blank")
        at = Place("query")
        field, op = ("name_text", Op.CONTAINS)
        if text.startswith(ORGANIZATION):
            field, op = ("organization_id", Op.EQ)
        search = search.narrowed(Apply(op, (Name(field, at), Text(text, at)), at))
    return await queries.OF_INSTANCE.search(ctx.db, search, now=ctx.now)


@operation(
    "organization_domains.add", permission=Permission.ORGANIZATIONS_MANAGE, raises=ADDING_ERRORS
)
async def add(
    ctx: Context,
    organization_id: str,
    name: str,
    enrollment_mode: EnrollmentMode | None = None,
    is_verified: bool | None = None,
) -> OrganizationDomain:
    """Give an organization a domain.

    name: such as example.com, in any case and alphabet.
    enrollment_mode: manual_invitation where it is left out.
    is_verified: whether it is theirs without any proof; True where it is left out.
    Raises: DomainsNotEnabled; EnrollmentModeNotEnabled; DomainNameInvalid; DomainCommon;
        DomainExists; DomainTaken; DomainLimitReached; OrganizationNotFound.
    Announces: OrganizationDomainCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationDomain.
    """
    settings = await claiming.enabled(ctx)
    await ctx.allow()
    mode = claiming.checked_mode(enrollment_mode, settings)
    checked = domain_name(name)
    await lock_organization(ctx.db, organization_id)
    return await claiming.add(
        ctx, organization_id, checked, mode, settings, is_verified=is_verified is not False
    )


@operation(
    "organization_domains.update",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(DomainNotFound, DomainsNotEnabled, DomainTaken, EnrollmentModeNotEnabled),
)
async def update(
    ctx: Context,
    organization_id: str,
    domain_id: str,
    enrollment_mode: EnrollmentMode | None = None,
    is_verified: bool | None = None,
) -> OrganizationDomain:
    """Change what becomes of the people of a domain, and say whether it is the organization's.

    is_verified: True needs no proof. False forgets every proof, and takes back what the domain
        has offered by itself and nobody has taken up. None, for either: it stays as it is.
    Raises: DomainsNotEnabled; EnrollmentModeNotEnabled; DomainNotFound; DomainTaken.
    Announces: OrganizationDomainUpdated, and OrganizationInvitationRevoked for what is taken back.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationDomain.
    """
    settings = await claiming.enabled(ctx)
    await ctx.allow()
    mode = None if enrollment_mode is None else claiming.checked_mode(enrollment_mode, settings)
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    kept = mode or before.enrollment_mode
    if is_verified and not before.is_verified:
        vouched = {"affiliation_check": claiming.OVERRIDDEN, "enrollment_mode": kept}
        await claiming.claim(ctx, before, **vouched)
    elif is_verified is False and before.is_verified:
        await claiming.withdraw(ctx, before)
        await claiming.save(ctx, before, enrollment_mode=kept, **claiming.unproven(before))
    elif mode is not None:
        await claiming.change_mode(ctx, before, mode)
    return await queries.get_domain(ctx.db, organization_id, domain_id, ctx.now)


@operation(
    "organization_domains.verify_ownership",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(DomainNotFound, DomainsNotEnabled, DomainTaken),
)
async def verify_ownership(
    ctx: Context, organization_id: str, domain_id: str
) -> OrganizationDomain:
    """Vouch that an organization acts for a domain. One that does already stays as it is.

    Raises: DomainsNotEnabled; DomainNotFound; DomainTaken.
    Announces: OrganizationDomainUpdated, where it was not proven before.
    Source: Clerk BAPI 2025-11-10, VerifyOrganizationDomainOwnership.
    """
    await claiming.enabled(ctx)
    await ctx.allow()
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    if before.ownership_verified_at is not None:
        return before
    # A record that was asked for is waited for no more.
    await granting.revoke(ctx, Purpose.DOMAIN_RECORD, before.id)
    return await claiming.claim(
        ctx, before, ownership_check=claiming.OVERRIDDEN, ownership_verified_at=ctx.now
    )
