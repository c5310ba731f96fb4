"""What can be done with statements and payments: an app's server reads, an operator settles."""

from charter.core.payers import queries as payers
from charter.core.payers.model import Gateway
from charter.core.payments import holding, queries
from charter.core.payments.model import (
    SECRET_OF_GATEWAY,
    WEBHOOK_SECRET_OF_GATEWAY,
    AttemptNotOpen,
    BillingHold,
    GatewaySet,
    Outcome,
    PaymentAttempt,
    PaymentAttemptNotFound,
    PaymentGatewaySet,
    PaymentStatus,
    StatementNotFound,
    StatementView,
)
from charter.core.payments.settling import settle
from charter.core.subscriptions.changing import settle_down
from charter.core.subscriptions.model import CheckoutInProgress, SubscriptionItemNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

LONGEST_REFERENCE = 255


@operation("billing_statements.search", permission=Permission.BILLING_READ, writes=False)
async def search_statements(ctx: Context, search: Search) -> Found[StatementView]:
    """List the statements of all payers, newest first.

    Source: Clerk BAPI 2025-11-10, GetBillingStatementList.
    """
    await ctx.allow()
    found = await queries.STATEMENT_LISTING.search(ctx.db, search)
    attempts = await queries.attempts_of(ctx.db, [each.id for each in found.items])
    views = [
        StatementView(each, tuple(one for one in attempts if one.statement_id == each.id))
        for each in found.items
    ]
    return Found(tuple(views), found.total)


@operation(
    "billing_statements.get",
    permission=Permission.BILLING_READ,
    raises=(StatementNotFound,),
    writes=False,
)
async def get_statement(ctx: Context, statement_id: str) -> StatementView:
    """Read a statement with its attempts.

    Raises: StatementNotFound.
    Source: Clerk BAPI 2025-11-10, GetBillingStatement.
    """
    await ctx.allow()
    statement = await queries.get_statement(ctx.db, statement_id)
    return StatementView(statement, await queries.attempts_of(ctx.db, [statement_id]))


@operation(
    "payment_attempts.search",
    permission=Permission.BILLING_READ,
    raises=(StatementNotFound,),
    writes=False,
)
async def search_attempts(ctx: Context, statement_id: str, search: Search) -> Found[PaymentAttempt]:
    """List the payment attempts of a statement, newest first.

    Raises: StatementNotFound.
    Source: Clerk BAPI 2025-11-10, GetBillingStatementPaymentAttempts.
    """
    await ctx.allow()
    await queries.get_statement(ctx.db, statement_id)
    return await queries.ATTEMPT_LISTING.search(ctx.db, search, statement_id=statement_id)


@operation(
    "payment_attempts.mark_paid",
    permission=Permission.BILLING_MANAGE,
    raises=(PaymentAttemptNotFound, AttemptNotOpen, SubscriptionItemNotFound, CheckoutInProgress),
)
async def mark_paid(ctx: Context, attempt_id: str, reference: str | None = None) -> PaymentAttempt:
    """Say that an invoice was paid, by bank or otherwise; a gateway's attempts settle themselves.

    reference: what the bank calls it, up to 255 characters.
    Raises: PaymentAttemptNotFound; AttemptNotOpen.
    Announces: PaymentAttemptUpdated, and what becomes of the item.
    """
    await ctx.allow()
    if reference is not None and len(reference) > LONGEST_REFERENCE:
        raise InvalidInput("reference", reason=f"at most {LONGEST_REFERENCE} characters")
    attempt = await queries.get_attempt(ctx.db, attempt_id)
    payer = await payers.lock_payer(ctx.db, attempt.payer_id)
    attempt = await queries.get_attempt(ctx.db, attempt_id)
    is_open = attempt.status is PaymentStatus.PENDING and not attempt.method.gateway.is_automatic
    if payer is None or not is_open:
        raise AttemptNotOpen
    settled = await settle(ctx, payer, attempt, Outcome(PaymentStatus.PAID, reference))
    await settle_down(ctx, payer)
    return settled


@operation("payment_gateways.set", permission=Permission.BILLING_MANAGE)
async def set_gateway(
    ctx: Context, gateway: Gateway, secret: str, webhook_secret: str | None = None
) -> GatewaySet:
    """Say with which secret key the instance reaches a gateway; it is kept sealed.

    webhook_secret: what the gateway signs its events with; the one before stays without it.
    Announces: PaymentGatewaySet, without the secrets.
    """
    await ctx.allow()
    if not gateway.is_automatic:
        raise InvalidInput("gateway", reason="invoices need no secret")
    vault, gateway_id = ctx.platform.vault, ctx.new_id("cgw_")
    if webhook_secret is None:
        webhook_secret = await _webhook_secret(ctx, gateway)
    values: dict[str, bytes | None] = {
        "sealed_secret": vault.seal(
            _checked_secret(secret, "secret"), SECRET_OF_GATEWAY.format(id=gateway_id)
        ),
        "sealed_webhook_secret": None
        if webhook_secret is None
        else vault.seal(
            _checked_secret(webhook_secret, "webhook_secret"),
            WEBHOOK_SECRET_OF_GATEWAY.format(id=gateway_id),
        ),
    }
    await ctx.db.run(queries.DELETE_GATEWAY, gateway=gateway)
    await ctx.db.run(queries.INSERT_GATEWAY, id=gateway_id, gateway=gateway, **values, now=ctx.now)
    made = GatewaySet(gateway_id, gateway, webhook_secret is not None, ctx.now)
    ctx.announce(PaymentGatewaySet(made))
    return made


def _checked_secret(secret: str, parameter: str) -> bytes:
    if not secret.strip() or not secret.isascii() or not secret.isprintable():
        raise InvalidInput(parameter, reason="it must be a key of the gateway")
    return secret.strip().encode()


async def _webhook_secret(ctx: Context, gateway: Gateway) -> str | None:
    """What the gateway has signed its events with so far."""
    before = await ctx.db.find(queries.GATEWAY, gateway=gateway)
    if before is None or before.sealed_webhook_secret is None:
        return None
    context = WEBHOOK_SECRET_OF_GATEWAY.format(id=before.id)
    return ctx.platform.vault.open(before.sealed_webhook_secret, context).decode()


@operation("payments.hold", permission=Permission.BILLING_MANAGE)
async def hold(ctx: Context) -> BillingHold:
    """Renew and collect nothing any more, as before the instance moves to another server.

    Nobody loses anything meanwhile: what comes due waits.
    Announces: BillingHeld, unless it is held already.
    """
    await ctx.allow()
    return await holding.hold(ctx)


@operation("payments.resume", permission=Permission.BILLING_MANAGE)
async def resume(ctx: Context) -> BillingHold:
    """Renew and collect again, also what came due meanwhile; an import leaves the instance held.

    Announces: BillingResumed, unless it is not held.
    """
    await ctx.allow()
    return await holding.resume(ctx)
