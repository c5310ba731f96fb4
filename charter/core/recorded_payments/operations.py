"""What can be done with recorded payments: members look, the app's server records and corrects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from charter.core.credits.model import CreditAmountInvalid
from charter.core.organizations.model import OrganizationNotFound
from charter.core.payers import queries as payers
from charter.core.query_deletions import deleting
from charter.core.query_deletions.model import Deleted, Deletion, RecordKind
from charter.core.recorded_payments import queries
from charter.core.recorded_payments.checking import (
    checked_data,
    checked_metadata,
    checked_name,
    checked_price,
)
from charter.core.recorded_payments.model import (
    ExternalIdTaken,
    NewRecordedPayment,
    RecordedPayment,
    RecordedPaymentNotFound,
    RecordedPaymentRow,
    RecordedPaymentsDeleted,
    RecordedPaymentUpdated,
    RecordedStatus,
)
from charter.core.recorded_payments.recording import keep, strike
from charter.core.subscriptions.opening import find_payer, locked_payer
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, NotFound
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset, merge

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
PAID = (RecordedStatus.SUCCEEDED, RecordedStatus.REFUNDED)


@operation(
    "recorded_payments.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[RecordedPayment]:
    """List what an organization paid outside, newest first.

    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    return await queries.LISTING.search(ctx.db, search, organization_id=organization_id)


@operation("recorded_payments.get", permission=Permission.ORGANIZATION_VIEW, writes=False)
async def get(ctx: Context, payment_id: str) -> RecordedPayment:
    """Read a payment that was made outside.

    Raises: NotFound, to strangers of its organization too.
    """
    missing = NotFound("payment_id")
    found = await ctx.db.one(queries.BY_ID, missing=missing, payment_id=payment_id)
    await ctx.allow(found.organization_id, missing=missing)
    return found


@operation(
    "recorded_payments.record",
    permission=Permission.BILLING_MANAGE,
    raises=(OrganizationNotFound, ExternalIdTaken, CreditAmountInvalid),
)
async def record(ctx: Context, organization_id: str, new: NewRecordedPayment) -> RecordedPayment:
    """Record what an organization paid outside: by bank, by cheque, through another processor.

    What succeeded is posted in the ledger. It gives no credits: it paid for something outside.
    Raises: OrganizationNotFound; ExternalIdTaken; CreditAmountInvalid, where more would have been
    paid than can be counted.
    Announces: RecordedPaymentCreated; for the first dealing with a payer also SubscriptionCreated
    and SubscriptionItemActive.
    """
    await ctx.allow()
    row = _row(ctx, new)
    payer = await locked_payer(ctx, organization_id=organization_id)
    return await keep(ctx, organization_id, replace(row, payer_id=payer.id))


@operation(
    "recorded_payments.merge_metadata",
    permission=Permission.BILLING_MANAGE,
    raises=(RecordedPaymentNotFound,),
)
async def merge_metadata(
    ctx: Context, payment_id: str, metadata: dict[str, str | None] | Unset | None = UNSET
) -> RecordedPayment:
    """Merge into the metadata of a payment; null takes a key away, or all (RFC 7396).

    Raises: RecordedPaymentNotFound.
    Announces: RecordedPaymentUpdated, unless nothing changes.
    """
    await ctx.allow()
    found = await queries.get_payment(ctx.db, payment_id)
    await payers.lock_payer(ctx.db, found.payer_id)
    # It may have been deleted while this waited.
    before = await queries.get_payment(ctx.db, payment_id)
    ctx.expect(before.updated_at)
    given = {} if metadata is UNSET else metadata
    merged = checked_metadata({} if given is None else merge(before.metadata, given))
    if merged == before.metadata:
        return before
    await ctx.db.run(queries.SET_METADATA, payment_id=payment_id, metadata=merged, now=ctx.now)
    after = await queries.get_payment(ctx.db, payment_id)
    ctx.announce(RecordedPaymentUpdated(after, before=before))
    return after


@operation(
    "recorded_payments.delete_by_query",
    permission=Permission.BILLING_MANAGE,
    raises=(OrganizationNotFound, *deleting.DELETION_ERRORS),
)
async def delete_by_query(ctx: Context, organization_id: str, deletion: Deletion) -> Deleted:
    """Delete those payments of an organization that a query names, oldest first.

    What stands in the ledger for them is taken back by entries of its own. A gateway keeps what it
    has, and does not bring them back for 30 days.
    Raises: OrganizationNotFound; FilterSyntax; FilterType; QueryNamesNothing; MatchCountDiffers.
    Announces: RecordedPaymentsDeleted, unless nothing goes.
    """
    await ctx.allow()
    return await deleting.delete(ctx, organization_id, deletion, DELETABLE)


async def _remove(ctx: Context, payer_id: str, found: Sequence[RecordedPayment]) -> None:
    for each in found:
        await strike(ctx, each)
    ids = [each.id for each in found]
    await ctx.db.run(queries.DELETE, payer_id=payer_id, payment_ids=ids)


DELETABLE = deleting.Deletable(
    RecordKind.PAYMENT, queries.DELETABLE, queries.OFFERED, _remove, RecordedPaymentsDeleted
)


def _row(ctx: Context, new: NewRecordedPayment) -> RecordedPaymentRow:
    """What is kept of a new payment, without whose it is. Raises: InvalidInput; TooLarge."""
    amount, currency = checked_price(new.amount, new.currency)
    return RecordedPaymentRow(
        id=ctx.new_id("pay_"),
        payer_id="",
        amount=amount,
        refunded_amount=amount if new.status is RecordedStatus.REFUNDED else 0,
        currency=currency,
        status=new.status,
        paid_at=_paid_at(ctx.now, new),
        payment_method=new.payment_method,
        external_id=checked_name(new.external_id, "external_id"),
        external_customer_id=checked_name(new.external_customer_id, "external_customer_id"),
        external_data=checked_data(new.external_data),
        metadata=checked_metadata(new.metadata),
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _paid_at(now: datetime, new: NewRecordedPayment) -> datetime | None:
    if new.status not in PAID:
        if new.paid_at is not None:
            raise InvalidInput("paid_at", reason="only what was paid has been paid at a time")
        return None
    if new.paid_at is None:
        return now
    if new.paid_at.tzinfo is None:
        raise InvalidInput("paid_at", reason="it must say its distance from UTC")
    if not EARLIEST <= new.paid_at <= now:
        raise InvalidInput("paid_at", reason="it must not be later than now, nor before 1970")
    return new.paid_at
