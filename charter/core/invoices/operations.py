"""What can be done with invoices: members look, the app's server corrects."""

from collections.abc import Sequence

from charter.core.invoices import queries
from charter.core.invoices.model import Invoice, InvoicesDeleted
from charter.core.organizations.model import OrganizationNotFound
from charter.core.query_deletions import deleting
from charter.core.query_deletions.model import Deleted, Deletion, RecordKind
from charter.core.subscriptions.opening import find_payer
from charter.core.vocabulary import Permission
from charter.kernel.errors import NotFound
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "invoices.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[Invoice]:
    """List what a gateway asked an organization to pay, newest first.

    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    return await queries.LISTING.search(ctx.db, search, organization_id=organization_id)


@operation("invoices.get", permission=Permission.ORGANIZATION_VIEW, writes=False)
async def get(ctx: Context, invoice_id: str) -> Invoice:
    """Read an invoice.

    Raises: NotFound, to strangers of its organization too.
    """
    missing = NotFound("invoice_id")
    found = await ctx.db.one(queries.BY_ID, missing=missing, invoice_id=invoice_id)
    await ctx.allow(found.organization_id, missing=missing)
    return found


@operation(
    "invoices.delete_by_query",
    permission=Permission.BILLING_MANAGE,
    raises=(OrganizationNotFound, *deleting.DELETION_ERRORS),
)
async def delete_by_query(ctx: Context, organization_id: str, deletion: Deletion) -> Deleted:
    """Delete those invoices of an organization that a query names, oldest first.

    What was paid stays on record: an invoice only asks. The gateway keeps its own, and does not
    bring these back for 30 days.
    Raises: OrganizationNotFound; FilterSyntax; FilterType; QueryNamesNothing; MatchCountDiffers.
    Announces: InvoicesDeleted, unless nothing goes.
    """
    await ctx.allow()
    return await deleting.delete(ctx, organization_id, deletion, DELETABLE)


async def _remove(ctx: Context, payer_id: str, found: Sequence[Invoice]) -> None:
    ids = [each.id for each in found]
    await ctx.db.run(queries.DELETE, payer_id=payer_id, invoice_ids=ids)


DELETABLE = deleting.Deletable(
    RecordKind.INVOICE, queries.DELETABLE, queries.OFFERED, _remove, InvoicesDeleted
)
