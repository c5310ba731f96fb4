"""Says in the log what this server depends on and does not get: once a while, not once a call."""

import time

import structlog

from charter.kernel.errors import Unavailable

log = structlog.get_logger("charter.outages")

QUIET_SECONDS = 10
"""After a line nothing more is said of the same for so long: a flood of failures is one story."""

_last: dict[tuple[str, str], float] = {}


def told(error: Unavailable, cause: BaseException | None = None) -> Unavailable:
    """The error, once the log has it. cause: what was met; else that of the error, or itself."""
    met = cause or error.__cause__ or error
    kind, now = type(met).__name__, time.monotonic()
    if now - _last.get((error.code, kind), -QUIET_SECONDS) >= QUIET_SECONDS:
        _last[error.code, kind] = now
        reason = f"{kind}: {met}".partition("\n")[0].rstrip(": ")
        log.warning("unavailable", what=error.code, reason=reason)
    return error
