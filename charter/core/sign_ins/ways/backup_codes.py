"""A recovery code in the place of a second factor."""

from charter.core.checks.model import Check, CheckStatus, StrategyNotAllowed
from charter.core.instances.model import Instance
from charter.core.second_factors.opening import is_backup_code_open
from charter.core.second_factors.proving import BACKUP_CODE, prove_backup_code, tell_of_use
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context


def _offers(instance: Instance, user: User) -> list[Offer]:
    return [Offer(BACKUP_CODE)] if is_backup_code_open(instance, user) else []


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    if not answer.code:
        raise MissingInput("code", reason="it is required")
    if entry.user is None:
        raise StrategyNotAllowed
    left = await prove_backup_code(ctx, entry.instance, entry.user.id, answer.code)
    await tell_of_use(ctx, entry.user, left)
    return Passed(Check(BACKUP_CODE, CheckStatus.VERIFIED))


SECOND = Way(frozenset({BACKUP_CODE}), _offers, _attempt)
