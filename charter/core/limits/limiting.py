"""Refuses what is done too often from one address; counted across all processes."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from charter.core.instances.model import Instance
from charter.core.limits import queries
from charter.kernel.errors import RateLimited
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

IPV6_PREFIX = 64
"""What one customer of a provider gets: rotating within it gains nothing."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be done from one address within a while."""

    name: str
    most: int
    within: timedelta


FLOWS = Limit("flows", 30, timedelta(minutes=1))
"""Sign-ins and sign-ups that are begun."""
ATTEMPTS = Limit("attempts", 20, timedelta(minutes=1))
"""Passwords, codes and other proofs that are tried."""
KEYLESS_STARTS = Limit("keyless_starts", 10, timedelta(hours=1))
"""Instances that SDKs make for themselves; of the server, for each is another instance's."""
_EVERYWHERE = ""


class TooManyAttempts(RateLimited):
    """Too much came from one address in a while."""

    code = "too_many_attempts"
    message = "Too many requests. Wait a moment and try again."


async def limit(ctx: Context, instance: Instance, what: Limit) -> None:
    """Count one more from the caller's address, on a connection of its own.

    Development instances are not limited unless their settings say so, nor are an app's tests.
    Raises: TooManyAttempts.
    """
    if ctx.request.is_testing or not instance.limits_addresses:
        return
    await _count(ctx, ctx.actor.instance_id, what)


async def limit_subject(ctx: Context, instance: Instance, what: Limit, subject: str) -> None:
    """Count one more that is about a subject, from wherever it comes; as `limit` otherwise.

    Raises: TooManyAttempts.
    """
    if ctx.request.is_testing or not instance.limits_addresses:
        return
    await _count(ctx, ctx.actor.instance_id, what, subject)


async def limit_everywhere(ctx: Context, what: Limit) -> None:
    """The same for the server as a whole, in development too: each call makes another instance.

    Raises: TooManyAttempts.
    """
    await _count(ctx, _EVERYWHERE, what)


async def _count(ctx: Context, instance_id: str, what: Limit, subject: str | None = None) -> None:
    key = digest(limit_key(ctx.request.address) if subject is None else subject)
    db = ctx.platform.database.reading(instance_id)
    window = await queries.count(db, what.name, key, now=ctx.now, until=ctx.now + what.within)
    if window.count > what.most:
        left = max(1, int((window.ends_at - ctx.now).total_seconds()) + 1)
        raise TooManyAttempts(retry_after_seconds=left)


def limit_key(address: str | None) -> str:
    """What limits count by: an IPv4 address whole, of an IPv6 one the first 64 bits.

    address: in its normal form, as a request has it; all callers without one are counted as one.
    """
    if address is None:
        return "unknown"
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
