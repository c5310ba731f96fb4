"""Logos of organizations, credited to who brought them."""

from charter.core.images import keeping
from charter.core.organizations import changing, queries
from charter.core.organizations.model import LogoCredit, LogoUploaded, Organization
from charter.core.users import queries as user_queries
from charter.kernel.operation import Context


async def show(
    ctx: Context, organization_id: str, key: str, uploader_user_id: str | None
) -> Organization:
    """Give an organization the logo that is kept under a key. Returns: it as it is now.

    Raises: OrganizationNotFound; UserNotFound, for an uploader who does not exist.
    Announces: OrganizationUpdated, LogoUploaded.
    """
    before = await queries.lock_whole(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    ctx.expect(before.updated_at)
    if uploader_user_id is not None:
        await user_queries.get_user(ctx.db, uploader_user_id)
    keeping.forget(ctx, before.image_key)
    ctx.announce(LogoUploaded(LogoCredit(before.id, before.id, key, uploader_user_id)))
    return await changing.save(ctx, before, {"image_key": key})
