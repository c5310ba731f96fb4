"""What payments mean for an organization: whether it is paid, and until when."""

from datetime import datetime
from typing import Any

from charter.core.organizations import changing, queries
from charter.core.organizations.model import OrganizationNotFound, OrganizationStatus
from charter.kernel.operation import Context

PAYING = frozenset(
    {OrganizationStatus.ACTIVE, OrganizationStatus.TRIAL, OrganizationStatus.PAST_DUE}
)
"""Between which payments move an organization; what the instance put to rest they do not wake."""


async def paid(ctx: Context, organization_id: str, until: datetime) -> None:
    """Keep that an organization is paid until a moment, or longer where it was already.

    One that is gone is left alone. Announces: OrganizationUpdated, where something changes.
    """
    try:
        before = await queries.lock_whole(ctx.db, organization_id)
    except OrganizationNotFound:
        return
    changes: dict[str, Any] = {}
    if before.status in PAYING and before.status is not OrganizationStatus.ACTIVE:
        changes |= {"status": OrganizationStatus.ACTIVE, "is_status_held": False}
    if before.paid_until is None or before.paid_until < until:
        changes["paid_until"] = until
    if changes and before.status is not OrganizationStatus.CLOSED:
        await changing.save(ctx, before, changes)


async def overdue(ctx: Context, organization_id: str) -> None:
    """Keep that a payment of an organization failed.

    One that is gone is left alone. Announces: OrganizationUpdated, where something changes.
    """
    try:
        before = await queries.lock_whole(ctx.db, organization_id)
    except OrganizationNotFound:
        return
    if before.status in PAYING - {OrganizationStatus.PAST_DUE}:
        changes = {"status": OrganizationStatus.PAST_DUE, "is_status_held": True}
        await changing.save(ctx, before, changes)
