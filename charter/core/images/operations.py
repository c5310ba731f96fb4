"""Pictures for those who have uploaded none. They stand on public pages, so anyone may ask."""

from collections.abc import Sequence

from charter.core.images import queries
from charter.core.images.avatar import initials_avatar
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation("images.draw_user", permission=Permission.PUBLIC, writes=False)
async def draw_user(ctx: Context, user_id: str) -> str:
    """Draw the initials of a user as SVG; nobody learns from it whether the user exists.

    Returns: the picture; the outline of a person for a user without a name, and for no user.
    """
    await ctx.allow()
    return initials_avatar(user_id, _initials(await queries.find_user_names(ctx.db, user_id)))


@operation("images.draw_organization", permission=Permission.PUBLIC, writes=False)
async def draw_organization(ctx: Context, organization_id: str) -> str:
    """Draw the initials of an organization as SVG; nobody learns from it whether it exists.

    Returns: the picture; an outline where there is no such organization.
    """
    await ctx.allow()
    names = await queries.find_organization_names(ctx.db, organization_id)
    return initials_avatar(organization_id, _initials(names))


def _initials(names: Sequence[str]) -> str:
    return "".join(name[0] for name in names[:2])
