"""Collects payments through gateways: asked outside any transaction, each attempt once."""

from datetime import UTC, timedelta

from charter.core.payers import queries as payers
from charter.core.payments import queries
from charter.core.payments.charging import COLLECT
from charter.core.payments.holding import hold_of
from charter.core.payments.model import (
    SECRET_OF_GATEWAY,
    Charge,
    GatewayAway,
    Outcome,
    PaymentAttempt,
    PaymentAttemptNotFound,
    PaymentStatus,
)
from charter.core.payments.settling import settle
from charter.core.subscriptions.changing import settle_down
from charter.core.subscriptions.model import CheckoutInProgress, SubscriptionItemNotFound
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

ASK_AGAIN = timedelta(minutes=15)
"""When a gateway that did not say is asked again, as long as it takes."""
KEYS_KNOWN = timedelta(hours=12)
"""How long after a period began a gateway surely knows a charge by its key.

What is asked for later is looked for first: another server that had the instance, before a copy of
it was imported here, may have collected it.
"""
NOT_SET = Outcome(PaymentStatus.FAILED, None, "gateway_not_set")


@operation(
    "payments.settle",
    permission=Permission.BILLING_MANAGE,
    raises=(PaymentAttemptNotFound, SubscriptionItemNotFound, CheckoutInProgress),
)
async def settle_attempt(ctx: Context, attempt_id: str, outcome: Outcome) -> PaymentAttempt:
    """Keep what a gateway said of an attempt; one that is settled stays as it is.

    A gateway that has not decided is asked again later.
    Raises: PaymentAttemptNotFound.
    Announces: PaymentAttemptUpdated, and what becomes of the item.
    """
    await ctx.allow()
    attempt = await queries.get_attempt(ctx.db, attempt_id)
    payer = await payers.lock_payer(ctx.db, attempt.payer_id)
    attempt = await queries.get_attempt(ctx.db, attempt_id)
    if payer is None or attempt.status is not PaymentStatus.PENDING:
        return attempt
    if outcome.status is PaymentStatus.PENDING:
        again = {"attempt_id": attempt_id, "is_repeated": True}
        ctx.defer(COLLECT, again, at=ctx.now + ASK_AGAIN)
        return attempt
    settled = await settle(ctx, payer, attempt, outcome)
    await settle_down(ctx, payer)
    return settled


async def collect(platform: Platform, job: ClaimedJob) -> None:
    """Have a gateway collect an attempt, unless the instance is held.

    Done twice, the gateway does it once: it is told which.
    """
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    attempt_id = job.payload["attempt_id"]
    db = platform.database.reading(job.instance_id)
    attempt = await db.find(queries.ATTEMPT, attempt_id=attempt_id)
    if attempt is None or attempt.status is not PaymentStatus.PENDING:
        return
    if (await hold_of(db)).held_at is not None:
        return
    kept = await db.find(queries.GATEWAY, gateway=attempt.method.gateway)
    if platform.gateway is None or kept is None:
        outcome = NOT_SET
    else:
        secret = platform.vault.open(kept.sealed_secret, SECRET_OF_GATEWAY.format(id=kept.id))
        is_late = attempt.payment.period_start < platform.clock() - KEYS_KNOWN
        is_repeated = is_late or job.attempts > 1 or "is_repeated" in job.payload
        charge = _charge(attempt, is_repeated=is_repeated)
        try:
            outcome = await platform.gateway.charge(secret.decode(), charge)
        except GatewayAway:
            outcome = Outcome(PaymentStatus.PENDING)
    arguments = {"attempt_id": attempt_id, "outcome": outcome}
    await run(platform, actor, settle_attempt, arguments=arguments)


def _charge(attempt: PaymentAttempt, *, is_repeated: bool) -> Charge:
    payment = attempt.payment
    begun = payment.period_start.astimezone(UTC)
    return Charge(
        # Not the attempt's id: two servers that have the same instance would each make one.
        period=f"{payment.subscription_item_id}/{begun.isoformat()}",
        number=attempt.number,
        money=payment.money(payment.amount),
        customer=attempt.method.external_customer_id or "",
        method=attempt.method.external_id or "",
        since=begun,
        is_repeated=is_repeated,
    )
