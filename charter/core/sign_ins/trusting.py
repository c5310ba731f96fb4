"""Tells devices that a person was seen on from those they were not."""

from contextlib import suppress

from charter.core.clients.browsers import Held
from charter.core.instances.model import Instance
from charter.core.sessions import queries as session_queries
from charter.core.sessions.activity import activity
from charter.core.sign_ins.model import Passed
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.notices import tell_of
from charter.core.vocabulary import Permission
from charter.kernel import jobs
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

TELL = "sign_ins.tell_of_device"
ON = " on "
"""What stands between a browser and its device."""


async def is_needed(
    ctx: Context, instance: Instance, held: Held, user: User, passed: Passed
) -> bool:
    """Whether this device has to be proven the person's: a password alone does not do there.

    A device is known by the sessions that the person had on it.
    """
    settings = instance.settings.sign_in
    if not settings.trusts_known_devices_only or passed.check.strategy != "password":
        return False
    return not user.bypasses_client_trust and not await _is_known(ctx, held, user)


async def tell_of_new_device(ctx: Context, instance: Instance, held: Held, user: User) -> None:
    """Have a person told who signs in where they never did; not at their first sign-in of all.

    Called before the session is there by which the device will be known.
    """
    if not instance.settings.sign_in.tells_of_new_devices or user.last_sign_in_at is None:
        return
    if await _is_known(ctx, held, user):
        return
    used = activity("", ctx.request.user_agent, ctx.request.address)
    device = ON.join(used.get(name, "") for name in ("browser_name", "device_type"))
    ctx.defer(TELL, {"user_id": user.id, "device": device, "address": used.get("ip_address")})


@operation("sign_ins.tell_of_device", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def tell_of_device(ctx: Context, user_id: str, device: str, address: str | None) -> None:
    """Write to every proven address of a user that they signed in on a new device.

    device: its browser, `ON` and its kind, each empty where it did not say. address: where it was.
    Raises: UserNotFound.
    """
    await ctx.allow()
    user = await user_queries.get_user(ctx.db, user_id)
    browser, _, system = device.partition(ON)
    await tell_of(
        ctx,
        user,
        "new_device_sign_in",
        browser_name=browser or None,
        system_name=system or None,
        ip_address=address,
        signed_in_at=ctx.now,
    )


async def tell_later(platform: Platform, job: jobs.ClaimedJob) -> None:
    """Do the job that a sign-in asked for; a user who was deleted meanwhile hears nothing."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    with suppress(UserNotFound):
        await run(platform, actor, tell_of_device, arguments=job.payload)


async def _is_known(ctx: Context, held: Held, user: User) -> bool:
    return not held.is_new and await session_queries.had_session(ctx.db, held.client.id, user.id)
