"""Says what is not done on a satellite domain."""

from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.kernel.operation import Context


def require_primary(ctx: Context) -> None:
    """Refuse a request that came to a satellite: people are known by the primary domain.

    Raises: SatelliteOnlyReads.
    """
    if ctx.request.satellite is not None:
        raise SatelliteOnlyReads
