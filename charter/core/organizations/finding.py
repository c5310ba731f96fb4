"""Finds organizations by what people call them, and those that are somebody's own."""

from charter.core.organizations import naming, queries
from charter.core.organizations.model import Organization, OrganizationNotFound
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "organizations.find_by_name",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def find_by_name(ctx: Context, name: str) -> Organization:
    """Read the organization of exactly this name: the one that claims it, or the only one.

    name: compared in Unicode's composed form, with its case. Of organizations that the caller may
        not see nothing is told, and they make no name ambiguous.
    Raises: OrganizationNotFound, also where several are called so and none claims the name.
    """
    composed = naming.composed_name(name)
    found: tuple[Organization, ...] = ()
    if composed is not None:
        found = await ctx.db.all(
            queries.BY_NAME,
            name=composed,
            sees_all=ctx.actor.kind.is_instance_wide,
            user_id=ctx.actor.user_id,
            own_id=ctx.actor.organization_id,
        )
    is_clear = len(found) == 1 or (found and found[0].claimed_name is not None)
    return await _shown(ctx, found[0] if is_clear else None)


@operation("organizations.search_own", permission=Permission.ORGANIZATIONS_READ, writes=False)
async def search_own(ctx: Context, search: Search) -> Found[Organization]:
    """List the organizations that the acting user is a member of, the newest first.

    Closed ones are left out. Callers who see all of the instance see all of it here as well.
    """
    user_id = ctx.actor.user_id
    await ctx.allow(or_self=user_id)
    if ctx.actor.kind.is_instance_wide:
        return await queries.EVERY.search(ctx.db, search)
    return await queries.OWN.search(ctx.db, search, user_id=user_id)


async def _shown(ctx: Context, found: Organization | None) -> Organization:
    """What was found, if the caller may see it; they are told the same where nothing was.

    Raises: OrganizationNotFound, and the errors of the decision.
    """
    await ctx.allow("" if found is None else found.id)
    if found is None:
        raise OrganizationNotFound("organization_id")
    return found
