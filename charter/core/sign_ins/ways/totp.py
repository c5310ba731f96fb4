"""An authenticator app's code as a second factor."""

from charter.core.checks.model import Check, CheckStatus, StrategyNotAllowed
from charter.core.instances.model import Instance
from charter.core.second_factors.opening import is_totp_open
from charter.core.second_factors.proving import TOTP, prove_totp
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context


def _offers(instance: Instance, user: User) -> list[Offer]:
    return [Offer(TOTP)] if is_totp_open(instance, user) else []


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    if not answer.code:
        raise MissingInput("code", reason="it is required")
    if entry.user is None:
        raise StrategyNotAllowed
    await prove_totp(ctx, entry.instance, entry.user.id, answer.code)
    return Passed(Check(TOTP, CheckStatus.VERIFIED))


SECOND = Way(frozenset({TOTP}), _offers, _attempt)
