"""What an app's server sees of sign-ups, and says of them while they run."""

from charter.core.keys.lookup import instance_of
from charter.core.sign_ups import queries
from charter.core.sign_ups.model import (
    SignUp,
    SignUpMarks,
    SignUpNotFound,
    SignUpOver,
    SignUpStatus,
    SignUpUpdated,
    SignUpView,
)
from charter.core.sign_ups.requirements import requirements
from charter.core.users.model import ExternalIdTaken
from charter.core.users.texts import check_names
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset


@operation(
    "sign_ups.read", permission=Permission.USERS_READ, raises=(SignUpNotFound,), writes=False
)
async def read(ctx: Context, sign_up_id: str) -> SignUpView:
    """Read a sign-up of any browser.

    Raises: SignUpNotFound.
    Source: Clerk BAPI 2025-11-10, GetSignUp.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    sign_up = await queries.get_any_sign_up(ctx.db, sign_up_id)
    return SignUpView(sign_up, requirements(instance, sign_up))


@operation(
    "sign_ups.mark",
    permission=Permission.USERS_MANAGE,
    raises=(ExternalIdTaken, SignUpNotFound, SignUpOver),
)
async def mark(
    ctx: Context,
    sign_up_id: str,
    external_id: str | Unset | None = UNSET,
    has_custom_action: bool | Unset | None = UNSET,
) -> SignUpView:
    """Say something of a sign-up that runs. What is left out stays as it is.

    external_id: at most 255 characters; the user who is made has it. None takes it back.
    has_custom_action: whether the app's server has done its part, which some instances wait for:
        the next step of the browser makes the user. None means no.
    Raises: SignUpNotFound; SignUpOver, when it is complete or was given up; ExternalIdTaken.
    Announces: SignUpUpdated, when something has changed.
    Source: Clerk BAPI 2025-11-10, UpdateSignUp.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    check_names({"external_id": external_id})
    sign_up = await queries.lock_any_sign_up(ctx.db, sign_up_id)
    if sign_up.status_at(ctx.now) is not SignUpStatus.MISSING_REQUIREMENTS:
        raise SignUpOver("sign_up_id")
    before = _marks(sign_up)
    after = SignUpMarks(
        sign_up.id,
        before.external_id if isinstance(external_id, Unset) else external_id or None,
        before.has_custom_action
        if isinstance(has_custom_action, Unset)
        else bool(has_custom_action),
    )
    if after != before:
        taken = after.external_id is not None and after.external_id != before.external_id
        if taken and await queries.is_external_id_taken(ctx.db, after.external_id or ""):
            raise ExternalIdTaken
        await queries.mark_sign_up(ctx.db, after)
        ctx.announce(SignUpUpdated(after, before=before))
        sign_up = await queries.get_any_sign_up(ctx.db, sign_up_id)
    return SignUpView(sign_up, requirements(instance, sign_up))


def _marks(sign_up: SignUp) -> SignUpMarks:
    return SignUpMarks(sign_up.id, sign_up.external_id, sign_up.has_custom_action)
