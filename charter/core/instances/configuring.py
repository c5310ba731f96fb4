"""Changes an instance's settings: a merge patch over what its owner has set so far.

What nobody set is not kept, so that it follows the defaults of the version that runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charter.core.instances import queries
from charter.core.instances.checking import checked
from charter.core.instances.model import Instance, InstanceNotFound, InstanceUpdated
from charter.core.jwt_templates.shortcodes import ShortcodeInvalid
from charter.core.keys.lookup import lookup
from charter.core.sessions.claims import ClaimReserved, ClaimsTooLarge
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import merge

CONFIGURING_ERRORS = (ClaimReserved, ClaimsTooLarge, InstanceNotFound, ShortcodeInvalid)
"""What changing settings may raise, beyond the errors of any input."""


@dataclass(frozen=True, slots=True)
class Held:
    """An instance whose settings nobody else changes now. kept: what its owner has set."""

    instance: Instance
    kept: dict[str, Any]


@operation("instances.configure", permission=Permission.INSTANCE_MANAGE, raises=CONFIGURING_ERRORS)
async def configure(ctx: Context, changes: Mapping[str, Any]) -> Instance:
    """Change settings of the instance; null brings one back to its default.

    changes: a merge patch (RFC 7396) of the shape of InstanceSettings.
    Returns: the instance as it is now.
    Raises: UnknownInput and InvalidInput, for what is no setting or no value of one;
        ClaimReserved, ClaimsTooLarge and ShortcodeInvalid, for claims of session tokens.
    Announces: InstanceUpdated.
    """
    await ctx.allow()
    return await changed(ctx, await hold(ctx), changes)


async def hold(ctx: Context) -> Held:
    """The instance, locked until the transaction ends. Raises: InstanceNotFound."""
    # Locked first: what is read afterwards is what all changes before this one have made.
    kept = await ctx.db.value(queries.LOCK_SETTINGS)
    instance = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
    ctx.expect(instance.updated_at)
    return Held(instance, kept or {})


async def changed(ctx: Context, held: Held, changes: Mapping[str, Any]) -> Instance:
    """Write a merge patch of the settings of an instance that is held, and say so.

    Returns: the instance as it is now.
    Raises: UnknownInput; InvalidInput, with the dotted name of a setting; CONFIGURING_ERRORS.
    Announces: InstanceUpdated.
    """
    merged = merge(held.kept, dict(changes), parameter="settings")
    made = checked(merged)
    if not held.instance.is_development:
        for name in ("development_origin", "syncs_sessions_by_url"):
            if getattr(made, name):
                raise InvalidInput(name, reason="a production instance cannot have it")
    await ctx.db.run(queries.UPDATE_SETTINGS, settings=merged, now=ctx.now)
    after = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
    ctx.announce(InstanceUpdated(after, before=held.instance))
    lookup(ctx.platform).forget()
    return after
