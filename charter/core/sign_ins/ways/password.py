"""The password as a first factor."""

from charter.core.checks.model import Check, CheckStatus
from charter.core.instances.model import Instance
from charter.core.passwords import hashers
from charter.core.passwords.model import NoPasswordSet, PasswordIncorrect, UserLocked
from charter.core.passwords.trying import try_password
from charter.core.sign_ins import strangers
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context

PASSWORD = "password"  # noqa: S105  # the name of the strategy


def _offers(instance: Instance, user: User) -> list[Offer]:
    is_open = instance.settings.attributes.password.is_enabled
    return [Offer(PASSWORD)] if is_open and user.password_updated_at is not None else []


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    if not answer.password:
        raise MissingInput("password", reason="it is required")
    async with ctx.work.turn():
        if entry.user is None:
            # The same work is done without a person, so that time tells nothing.
            await ctx.work.run(hashers.verify_absent, answer.password)
            raise PasswordIncorrect("password")
        try:
            tried = await try_password(ctx, entry.instance, entry.user.id, answer.password)
        except (NoPasswordSet, UserLocked) as told:
            if not strangers.are_hidden(entry.instance, entry.sign_in):
                raise
            if isinstance(told, UserLocked):
                # Whoever is locked out is somebody: the same work, and the same answer.
                await ctx.work.run(hashers.verify_absent, answer.password)
            raise PasswordIncorrect("password") from told
    return Passed(
        Check(PASSWORD, CheckStatus.VERIFIED),
        is_sound=not tried.password.is_compromised,
        standing=tried.standing,
    )


WAY = Way(frozenset({PASSWORD}), _offers, _attempt)
