"""Changes an instance's settings: a merge patch over what its owner has set so far.

What nobody set is not kept, so that it follows the defaults of the version that runs.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from charter.core.grants.links import checked_redirect_url
from charter.core.instances import queries
from charter.core.instances.model import Instance, InstanceNotFound, InstanceUpdated
from charter.core.instances.settings import InstanceSettings
from charter.core.keys.lookup import lookup
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, UnknownInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import merge

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
BOUNDS = {
    "password_minimum_length": (8, 72),
    "lockout_attempts": (1, 100),
    "lockout_seconds": (0, 10 * 365 * 24 * 3600),
    "session_lifetime_seconds": (300, 10 * 365 * 24 * 3600),
    "session_inactivity_seconds": (300, 10 * 365 * 24 * 3600),
    "max_allowed_memberships": (0, 2**31 - 1),
    "max_metadata_bytes": (1024, 8 * 1024 * 1024),
}
"""The numbers among the settings, with the least and the most each may be."""


@operation("instances.configure", permission=Permission.INSTANCE_MANAGE, raises=(InstanceNotFound,))
async def configure(ctx: Context, changes: Mapping[str, Any]) -> Instance:
    """Change settings of the instance; null brings one back to its default.

    changes: a merge patch (RFC 7396) of the shape of InstanceSettings.
    Returns: the instance as it is now.
    Raises: UnknownInput and InvalidInput, for what is no setting or no value of one.
    Announces: InstanceUpdated.
    """
    await ctx.allow()
    before = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
    kept = await ctx.db.value(queries.LOCK_SETTINGS)
    merged = merge(kept or {}, dict(changes), parameter="settings")
    checked(merged)
    await ctx.db.run(queries.UPDATE_SETTINGS, settings=merged, now=ctx.now)
    after = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
    ctx.announce(InstanceUpdated(after, before=before))
    lookup(ctx.platform).forget()
    return after


def checked(given: Mapping[str, Any]) -> InstanceSettings:
    """The settings that these values make. Raises: UnknownInput, InvalidInput."""
    try:
        made = msgspec.convert(dict(given), InstanceSettings)
    except msgspec.ValidationError as mistake:
        raise InvalidInput("settings", reason=str(mistake)) from mistake
    _refuse_unknown(given, msgspec.to_builtins(made), "")
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(made, name) <= most:
            raise InvalidInput(name, reason=f"it must be from {least} to {most}")
    _refuse_messages_alone(made)
    branding = made.branding
    if branding.primary_color is not None and not COLOR.fullmatch(branding.primary_color):
        raise InvalidInput("branding.primary_color", reason="it must be a colour like #1a73e8")
    for name in ("logo_url", "favicon_url", "terms_url", "privacy_policy_url", "help_url"):
        checked_redirect_url(getattr(branding, name))
    return made


def _refuse_messages_alone(made: InstanceSettings) -> None:
    """Refuse text messages as the only second factor: a number can be taken over.

    Source: NIST SP 800-63B-4, section 3.1.3 (restricted authenticators).
    """
    attributes = made.attributes
    if "phone_code" not in attributes.phone_number.second_factors:
        return
    others = (attributes.authenticator_app, attributes.backup_code)
    if not any(each.is_enabled and each.second_factors for each in others):
        reason = "text messages must not be the only second factor: enable another one beside them"
        raise InvalidInput("attributes.phone_number.second_factors", reason=reason)


def _refuse_unknown(given: Any, known: Any, where: str) -> None:
    """Refuse names that no setting has: they would be kept, and mean nothing."""
    if not isinstance(given, Mapping) or not isinstance(known, Mapping):
        return
    for name, value in given.items():
        if name not in known:
            raise UnknownInput(where + name, reason="there is no such setting")
        _refuse_unknown(value, known[name], f"{where}{name}.")
