"""Which moments may be kept."""

from datetime import UTC, datetime

from charter.kernel.errors import InvalidInput

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def check_kept(moment: datetime, parameter: str) -> None:
    """Refuse a moment before EARLIEST, which is a mistake of whoever exported it.

    The first moment of year 1, which some languages take for none, is minus infinity to the
    database, and cannot be read back.
    Raises: InvalidInput.
    """
    if moment < EARLIEST:
        raise InvalidInput(parameter, reason=f"it must not lie before the year {EARLIEST.year}")
