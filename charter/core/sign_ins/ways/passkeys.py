"""A passkey as a first factor that stands for both: a device that its owner unlocked."""

from charter.core.checks.model import (
    Check,
    CheckDone,
    CheckNotPrepared,
    CheckStatus,
    StrategyNotAllowed,
)
from charter.core.instances.model import Instance
from charter.core.passkeys import ceremony
from charter.core.passkeys.model import STRATEGY
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed, Preparation
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context


def _is_open(instance: Instance) -> bool:
    attribute = instance.settings.attributes.passkey
    return attribute.is_enabled and STRATEGY in attribute.first_factors


def _offers(instance: Instance, user: User) -> list[Offer]:
    return [Offer(STRATEGY)] if _is_open(instance) and user.passkeys else []


async def _prepare(ctx: Context, entry: Entry, _given: Preparation) -> Check:
    if not _is_open(entry.instance):
        raise StrategyNotAllowed
    asked = await ceremony.ask_to_prove(ctx, entry.instance, entry.sign_in.client_id)
    return Check(
        STRATEGY,
        CheckStatus.UNVERIFIED,
        attempts=0,
        expires_at=asked.expires_at,
        grant_id=asked.grant_id,
        nonce=asked.options,
    )


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    if not answer.public_key_credential:
        raise MissingInput("public_key_credential", reason="it is required")
    check = entry.sign_in.first_check
    if check is None or check.strategy != STRATEGY:
        raise CheckNotPrepared("strategy")
    if check.is_verified:
        raise CheckDone("strategy")
    row = await ceremony.proven(
        ctx,
        entry.instance,
        answer.public_key_credential,
        grant_id=check.grant_id,
        client_id=entry.sign_in.client_id,
        user_id=entry.user.id if entry.user is not None else None,
    )
    proven = Check(STRATEGY, CheckStatus.VERIFIED, attempts=1, expires_at=check.expires_at)
    return Passed(proven, user_id=row.user_id, is_enough=True)


FIRST = Way(frozenset({STRATEGY}), _offers, _attempt, _prepare, needs_person=False)
