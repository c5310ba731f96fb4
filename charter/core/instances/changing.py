"""What an app's server changes of its instance's settings, a group at a time."""

from typing import Any

from phonenumbers import SUPPORTED_REGIONS

from charter.core.instances.checking import check_countries
from charter.core.instances.configuring import CONFIGURING_ERRORS, Held, changed, hold
from charter.core.instances.model import Instance
from charter.core.instances.patches import (
    PLACES,
    AuthenticationPatch,
    InstancePatch,
    MessagesPatch,
    OAuthPatch,
    OrganizationsPatch,
    ProtectionPatch,
    RestrictionsPatch,
    merge_patch,
    said,
)
from charter.core.memberships.model import LastOwner
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.role_sets.model import RoleNotInSet, RoleSetNotFound
from charter.core.role_sets.pointing import point_initial
from charter.core.roles.model import MissingCreatorPermissions, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

FIELDS = {setting: field for field, setting in PLACES.items()}
CLIENT_DOCUMENTS = (
    "advertises_client_documents",
    "takes_known_documents_only",
    "blocks_implicit_documents",
)


@operation("instances.update", permission=Permission.INSTANCE_MANAGE, raises=CONFIGURING_ERRORS)
async def update(ctx: Context, patch: InstancePatch) -> Instance:
    """Change settings of the instance as a whole.

    Raises: InvalidInput.
    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstance.
    """
    await ctx.allow()
    fields = said(patch)
    older = fields.pop("hands_names_on", None)
    if older is not None:
        fields.setdefault("syncs_sessions_by_url", older)
    return await _changed(ctx, await hold(ctx), fields)


@operation(
    "instances.update_restrictions",
    permission=Permission.INSTANCE_MANAGE,
    raises=CONFIGURING_ERRORS,
)
async def update_restrictions(ctx: Context, patch: RestrictionsPatch) -> Instance:
    """Change who may come in.

    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceRestrictions.
    """
    await ctx.allow()
    return await _changed(ctx, await hold(ctx), said(patch))


@operation(
    "instances.update_protection", permission=Permission.INSTANCE_MANAGE, raises=CONFIGURING_ERRORS
)
async def update_protection(ctx: Context, patch: ProtectionPatch) -> Instance:
    """Change what keeps machines out: limits by address, and the check of browsers.

    Raises: InvalidInput, for the check of browsers where it was not set up.
    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceProtect.
    """
    await ctx.allow()
    fields = said(patch)
    held = await hold(ctx)
    if fields.get("checks_browsers") and held.instance.settings.sign_up.captcha_site_key is None:
        reason = "the check of browsers has no key: set sign_up.captcha_site_key first"
        raise InvalidInput("checks_browsers", reason=reason)
    return await _changed(ctx, held, fields)


@operation(
    "instances.update_messages", permission=Permission.INSTANCE_MANAGE, raises=CONFIGURING_ERRORS
)
async def update_messages(ctx: Context, patch: MessagesPatch) -> Instance:
    """Change to which countries no text message is sent; what is no country is left out.

    Raises: InvalidInput.
    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceCommunication.
    """
    await ctx.allow()
    fields = said(patch)
    if (countries := fields.get("blocked_countries")) is not None:
        check_countries(countries, "blocked_countries")
        fields["blocked_countries"] = [each for each in countries if each in SUPPORTED_REGIONS]
    return await _changed(ctx, await hold(ctx), fields)


@operation(
    "instances.update_oauth", permission=Permission.INSTANCE_MANAGE, raises=CONFIGURING_ERRORS
)
async def update_oauth(ctx: Context, patch: OAuthPatch) -> Instance:
    """Change what OAuth clients may do.

    Raises: InvalidInput.
    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceOAuthApplicationSettings.
    """
    await ctx.allow()
    fields = said(patch)
    for name in CLIENT_DOCUMENTS:
        if fields.pop(name, False):
            raise InvalidInput(name, reason="clients are not known by documents of their own here")
    if patch.default_scopes is None:
        fields["default_scopes"] = None
    return await _changed(ctx, await hold(ctx), fields)


@operation(
    "instances.update_organizations",
    permission=Permission.INSTANCE_MANAGE,
    raises=(
        *CONFIGURING_ERRORS,
        LastOwner,
        MissingCreatorPermissions,
        RoleNotFound,
        RoleNotInSet,
        RoleSetNotFound,
    ),
)
async def update_organizations(ctx: Context, patch: OrganizationsPatch) -> Instance:
    """Change what organizations may do, and the roles of the initial role set.

    Domains may always let members invite whom they want, whatever other modes there are.
    Raises: InvalidInput; RoleNotFound; RoleSetNotFound, when no role set is the initial one;
        RoleNotInSet, for a role outside of it; MissingCreatorPermissions; LastOwner, when another
        creators' role would leave an organization without an owner.
    Announces: InstanceUpdated; RoleSetUpdated, when one of the roles is another now.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceOrganizationSettings.
    """
    await ctx.allow()
    fields = said(patch)
    creator_role_id = fields.pop("creator_role_id", None)
    default_role_id = fields.pop("default_role_id", None)
    modes = fields.get("domain_enrollment_modes")
    if modes is not None:
        always = EnrollmentMode.MANUAL_INVITATION.value
        fields["domain_enrollment_modes"] = [always, *(each for each in modes if each != always)]
    held = await hold(ctx)
    is_pointed = creator_role_id is not None or default_role_id is not None
    if is_pointed:
        await point_initial(ctx, creator_role_id=creator_role_id, default_role_id=default_role_id)
    return await _changed(ctx, held, fields, always=is_pointed)


@operation(
    "instances.update_authentication",
    permission=Permission.INSTANCE_MANAGE,
    raises=CONFIGURING_ERRORS,
)
async def update_authentication(ctx: Context, patch: AuthenticationPatch) -> Instance:
    """Change how people come in, and whom mail comes from.

    Raises: InvalidInput.
    Announces: InstanceUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateInstanceAuthConfig.
    """
    await ctx.allow()
    return await _changed(ctx, await hold(ctx), said(patch))


async def _changed(
    ctx: Context, held: Held, fields: dict[str, Any], *, always: bool = False
) -> Instance:
    """The instance after a change. With nothing to change it is as it was, unless `always`.

    Raises: InvalidInput, with the field of the patch; CONFIGURING_ERRORS.
    """
    if not fields and not always:
        return held.instance
    try:
        return await changed(ctx, held, merge_patch(fields))
    except InvalidInput as mistake:
        mistake.parameter = FIELDS.get(mistake.parameter or "", mistake.parameter)
        raise
