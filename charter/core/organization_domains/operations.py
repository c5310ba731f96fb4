"""What can be done with domains of organizations, beside proving them."""

from collections.abc import Sequence

from charter.core.organization_domains import claiming, queries
from charter.core.organization_domains.claiming import ADDING_ERRORS, ONE_ALONE
from charter.core.organization_domains.model import (
    MOST_AT_ONCE,
    DomainNotFound,
    DomainSignsIn,
    DomainsNotEnabled,
    EnrollmentMode,
    EnrollmentModeNotEnabled,
    OrganizationDomain,
    OrganizationDomainDeleted,
    Refused,
    Several,
)
from charter.core.organization_domains.normal_form import domain_name
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization, lock_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "organization_domains.search",
    permission=Permission.DOMAINS_READ,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[OrganizationDomain]:
    """List the domains of an organization, newest first.

    Raises: OrganizationNotFound.
    Source: Clerk FAPI 2026-05-12, ListOrganizationDomains.
    """
    await ctx.allow(organization_id)
    found = await queries.OF_ORGANIZATION.search(
        ctx.db, search, organization_id=organization_id, now=ctx.now
    )
    if not found.items:
        await get_organization(ctx.db, organization_id)
    return found


@operation(
    "organization_domains.get",
    permission=Permission.DOMAINS_READ,
    raises=(DomainNotFound,),
    writes=False,
)
async def get(ctx: Context, organization_id: str, domain_id: str) -> OrganizationDomain:
    """Read one domain of an organization.

    Raises: DomainNotFound.
    Source: Clerk FAPI 2026-05-12, GetOrganizationDomain.
    """
    await ctx.allow(organization_id)
    return await queries.get_domain(ctx.db, organization_id, domain_id, ctx.now)


@operation(
    "organization_domains.create", permission=Permission.DOMAINS_MANAGE, raises=ADDING_ERRORS
)
async def create(
    ctx: Context, organization_id: str, name: str, enrollment_mode: EnrollmentMode | None = None
) -> OrganizationDomain:
    """Name a domain as an organization's own. It has no effect before it is proven.

    name: such as example.com, in any case and alphabet.
    enrollment_mode: manual_invitation where it is left out.
    Raises: DomainsNotEnabled; EnrollmentModeNotEnabled; DomainNameInvalid; DomainCommon;
        DomainExists; DomainTaken; DomainLimitReached; OrganizationNotFound.
    Announces: OrganizationDomainCreated.
    Source: Clerk FAPI 2026-05-12, CreateOrganizationDomain.
    """
    settings = await claiming.enabled(ctx)
    await ctx.allow(organization_id)
    mode = claiming.checked_mode(enrollment_mode, settings)
    checked = domain_name(name)
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    return await claiming.add(ctx, organization_id, checked, mode, settings)


@operation(
    "organization_domains.create_several",
    permission=Permission.DOMAINS_MANAGE,
    raises=(DomainsNotEnabled, EnrollmentModeNotEnabled, OrganizationNotFound),
)
async def create_several(
    ctx: Context,
    organization_id: str,
    names: Sequence[str],
    enrollment_mode: EnrollmentMode | None = None,
) -> Several:
    """Name up to 10 domains as an organization's own; a name that comes twice counts once.

    Returns: those that were added, and those that were not, each with the error that
        `organization_domains.create` raises.
    Raises: DomainsNotEnabled; EnrollmentModeNotEnabled; OrganizationNotFound.
    Announces: OrganizationDomainCreated, for each that was added.
    Source: Clerk FAPI 2026-05-12, createOrganizationDomainsBulk.
    """
    settings = await claiming.enabled(ctx)
    await ctx.allow(organization_id)
    mode = claiming.checked_mode(enrollment_mode, settings)
    if not 1 <= len(names) <= MOST_AT_ONCE:
        raise InvalidInput("names", reason=f"it must hold 1 to {MOST_AT_ONCE}")
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    done: dict[str, OrganizationDomain] = {}
    refused: list[Refused] = []
    for name in names:
        try:
            checked = domain_name(name)
            if checked not in done:
                done[checked] = await claiming.add(ctx, organization_id, checked, mode, settings)
        except ONE_ALONE as error:
            refused.append(Refused(name, error))
    return Several(tuple(done.values()), refused)


@operation(
    "organization_domains.set_enrollment_mode",
    permission=Permission.DOMAINS_MANAGE,
    raises=(DomainNotFound, DomainSignsIn, DomainsNotEnabled, EnrollmentModeNotEnabled),
)
async def set_enrollment_mode(
    ctx: Context,
    organization_id: str,
    domain_id: str,
    enrollment_mode: EnrollmentMode,
    *,
    delete_pending: bool | None = None,
) -> OrganizationDomain:
    """Choose what becomes of users with a verified address of a domain, once it is verified.

    delete_pending: whether invitations and suggestions that the domain has made by itself, and
        that nobody has taken up, are taken back.
    Raises: DomainNotFound; DomainsNotEnabled; EnrollmentModeNotEnabled; DomainSignsIn, where
        people of the domain sign in through an enterprise connection.
    Announces: OrganizationDomainUpdated, and OrganizationInvitationRevoked for what is taken back.
    Source: Clerk FAPI 2026-05-12, UpdateOrganizationDomainEnrollmentMode.
    """
    settings = await claiming.enabled(ctx)
    await ctx.allow(organization_id)
    mode = claiming.checked_mode(enrollment_mode, settings)
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    await ctx.confirm(organization_id)
    if delete_pending:
        await claiming.withdraw(ctx, before)
    await claiming.change_mode(ctx, before, mode)
    return await queries.get_domain(ctx.db, organization_id, domain_id, ctx.now)


@operation(
    "organization_domains.delete", permission=Permission.DOMAINS_MANAGE, raises=(DomainNotFound,)
)
async def delete(ctx: Context, organization_id: str, domain_id: str) -> OrganizationDomain:
    """Give a domain up, and take back what it offered by itself. Members remain.

    Returns: the domain as it was.
    Raises: DomainNotFound.
    Announces: OrganizationDomainDeleted, and OrganizationInvitationRevoked for what is taken back.
    Source: Clerk FAPI 2026-05-12, deleteOrganizationDomain.
    """
    await ctx.allow(organization_id)
    before = await queries.lock_domain(ctx.db, organization_id, domain_id, ctx.now)
    await ctx.confirm(organization_id)
    await claiming.withdraw(ctx, before)
    await ctx.db.run(queries.DELETE, domain_id=domain_id)
    ctx.announce(OrganizationDomainDeleted(before=before))
    return before
