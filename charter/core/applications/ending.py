"""Ends applications with all that is in them; shared by all that ends one, or who owns it."""

from collections.abc import Sequence

from charter.core.accountless_applications.queries import PICTURES, delete_instance
from charter.core.applications import queries
from charter.core.applications.model import (
    ApplicationDeleted,
    ApplicationHasOrganizations,
    OwnedApplication,
)
from charter.core.files import freeing
from charter.core.images import keeping
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import lookup
from charter.core.provider_subscriptions.ending import end_left_later
from charter.kernel.operation import Context, within


async def owned(ctx: Context, organization_ids: Sequence[str]) -> tuple[OwnedApplication, ...]:
    """The applications that organizations of this instance own.

    With these locked nobody adds one until the transaction ends.
    """
    return await queries.owned_by(ctx.db, organization_ids)


async def end_all(
    ctx: Context, applications: Sequence[OwnedApplication], asker: Context | None = None
) -> None:
    """End applications of this instance's organizations with all that is in them.

    The organizations in them go too, and what those own in turn.
    asker: in whose instance jobs are asked for: this one, unless it is about to go as well.
    Announces: ApplicationDeleted for each, in the instance whose organization owned it.
    """
    for each in applications:
        await end(ctx, each, with_organizations=True, asker=asker)


async def end_all_of_instance(ctx: Context, asker: Context | None = None) -> None:
    """End all that organizations of this instance own, when they all go. As `end_all`."""
    # Whoever adds one holds the instance, so that none comes after those that are found.
    await ctx.db.run(queries.LOCK_INSTANCE)
    await end_all(ctx, await ctx.db.all(queries.OWNED_BY_INSTANCE), asker)


async def end(
    ctx: Context,
    application: OwnedApplication,
    *,
    with_organizations: bool,
    asker: Context | None = None,
) -> None:
    """End one application. What stays is its record in the event stream and the audit log.

    What a payment gateway keeps for organizations in it is canceled there.

    asker: as `end_all`. Raises: ApplicationHasOrganizations, unless they are to go with it.
    Announces: ApplicationDeleted, in this instance.
    """
    asker = asker or ctx
    async with within(ctx, application.id) as inner:
        # Organizations refer to their instance: from here on nobody makes one in it.
        if await inner.db.value(queries.LOCK_INSTANCE) is None:
            return
        if not with_organizations and await inner.db.value(queries.HAS_ORGANIZATIONS):
            raise ApplicationHasOrganizations
        await end_all_of_instance(inner, asker)
        for pictures in PICTURES:
            for picture in await inner.db.all(pictures):
                # Asked for where the asker is: the jobs of an instance go with it.
                keeping.forget(asker, picture["image_key"])
        freeing.free_instance(asker, application.id)
        await end_left_later(inner, asker)
        application_id = await inner.db.value(queries.APPLICATION_ID)
        await delete_instance(inner.db, application_id)
    ctx.announce(ApplicationDeleted(before=application))
    lookup(ctx.platform).forget()
    hosts(ctx.platform.database).forget()
