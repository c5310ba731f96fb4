"""What payments mean for an organization: whether it is paid, and until when."""

from datetime import datetime

from charter.kernel.operation import Context


async def paid(ctx: Context, organization_id: str, until: datetime) -> None:
    """Keep that an organization is paid until a moment."""
    # Completed with the columns of organizations.


async def overdue(ctx: Context, organization_id: str) -> None:
    """Keep that a payment of an organization failed."""
    # As above.
