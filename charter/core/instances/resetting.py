"""Empties a development instance: what people made goes, what its owner set up stays."""

from sqlalchemy import Table, delete

from charter.core.applications.ending import end_all_of_instance
from charter.core.files import freeing
from charter.core.files.queries import KEEPING
from charter.core.grants.model import Purpose
from charter.core.instances.model import InstanceReset
from charter.core.keys.lookup import instance_of
from charter.core.sessions.model import DevelopmentOnly
from charter.core.tables import ALL, grants, users
from charter.core.vocabulary import Permission
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.operation import Context, operation

KEPT = frozenset(
    {
        "accountless_applications",
        "audit_entries",
        "discounts",
        "events",
        "features",
        "identity_providers",
        "instance_domains",
        "instances",
        "jobs",
        "jwt_templates",
        "listed_identifiers",
        "message_templates",
        "permissions",
        "proxy_checks",
        "payment_gateways",
        "plan_features",
        "plans",
        "prices",
        "redirect_urls",
        "role_permissions",
        "role_set_roles",
        "role_sets",
        "roles",
        "secret_keys",
        "signing_keys",
        "stream_cursors",
        "webhook_apps",
        "webhook_endpoints",
        "webhook_secrets",
    }
)
"""Tables with what is the owner's, or the record of what happened."""


def _emptying(table: Table) -> Statement[None]:
    emptying = delete(table).where(table.c.instance_id == INSTANCE)
    if table is grants:
        # By this one the instance itself is claimed.
        emptying = emptying.where(grants.c.purpose != Purpose.APPLICATION_CLAIM.value)
    return Statement(emptying)


EMPTY = [
    (table.name, _emptying(table))
    for table in reversed(ALL)
    if table.name not in KEPT and "instance_id" in table.c
]
"""What deletes the rows of each table, those first that refer to others."""


@operation("instances.reset", permission=Permission.INSTANCE_MANAGE, raises=(DevelopmentOnly,))
async def reset(ctx: Context) -> int:
    """Delete all people, organizations and what belongs to them.

    Returns: how many users there were.
    Raises: DevelopmentOnly, in a production instance.
    Announces: InstanceReset.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    if not instance.is_development:
        raise DevelopmentOnly
    await end_all_of_instance(ctx)
    # Each by itself: organizations that are made from now on keep theirs.
    for row in await ctx.db.all(KEEPING):
        freeing.free_organization(ctx, row["organization_id"])
    deleted = {name: await ctx.db.run(statement) for name, statement in EMPTY}
    ctx.announce(InstanceReset(instance))
    return deleted[users.name]
