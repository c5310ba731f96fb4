"""How many requests are answered in a while: by address, credential, person and instance.

Counted apart from operations and their transactions, in this process or in a store that all share;
what is tried against sign-in is counted in `core/limits`, whatever is set here.
"""

import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from falcon.asgi import Request, Response
from limits import RateLimitItem, RateLimitItemPerSecond

from charter.core.limits.limiting import limit_key
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import RateLimited
from charter.kernel.operation import Operation
from charter.problems import SettingsProblem
from charter.wire.client_address import client_address

LONGEST_SECONDS = 86_400
NO_RATES = "none"
_RULE = re.compile(r"(\w+)(?::(\w+))?=(\d{1,9})/(\d{1,5})")
_PROGRAMS = frozenset(
    {
        ActorKind.SECRET_KEY,
        ActorKind.CLIENT,
        ActorKind.ORGANIZATION_TOKEN,
        ActorKind.ORGANIZATION_CLIENT,
        ActorKind.MACHINE,
    }
)


class Scope(StrEnum):
    """What requests are counted by."""

    ADDRESS = "address"
    """Where they come from: an IPv4 address, or the first 64 bits of an IPv6 one."""
    KEY = "key"
    """A secret key, a machine's secret or an organization's token."""
    USER = "user"
    """A person, or their browser while nobody is signed in on it."""
    INSTANCE = "instance"


class Cost(StrEnum):
    """What answering takes."""

    READ = "read"
    WRITE = "write"
    COSTLY = "costly"
    """Much time of a core, as hashing does."""

    @classmethod
    def of(cls, operation: Operation[..., Any]) -> "Cost":
        """An operation's."""
        if operation.is_costly:
            return cls.COSTLY
        return cls.WRITE if operation.writes else cls.READ


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests of one origin in so many seconds; of every cost, or of one."""

    scope: Scope
    cost: Cost | None
    item: RateLimitItem

    @property
    def name(self) -> str:
        """As the setting writes it."""
        return self.scope if self.cost is None else f"{self.scope}:{self.cost}"


class Counter(Protocol):
    """Counts requests in windows."""

    async def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Count one more; whether it is within the limit."""

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> Any:
        """When the window ends, as a Unix time, and how many are left in it."""


class TooManyRequests(RateLimited):
    """A rate is exceeded; `headers` say which, and when there is room again.

    Source: draft-ietf-httpapi-ratelimit-headers.
    """

    def __init__(self, rate: Rate, left_seconds: int) -> None:
        super().__init__(retry_after_seconds=left_seconds)
        most, window = rate.item.amount, rate.item.get_expiry()
        self.headers: Mapping[str, str] = {
            "Retry-After": str(left_seconds),
            "RateLimit-Policy": f'"{rate.name}";q={most};w={window}',
            "RateLimit": f'"{rate.name}";r=0;t={left_seconds}',
        }


def read_rates(text: str) -> tuple[Rate, ...]:
    """Rates from a setting such as `address=3000/10, key:costly=200/10`; `none` gives none.

    Each is a scope, perhaps with a cost, the most requests, and the seconds in which they may come.
    Raises: SettingsProblem.
    """
    if text == NO_RATES:
        return ()
    return tuple(_read_rate(part.strip()) for part in text.split(","))


def _read_rate(text: str) -> Rate:
    match = _RULE.fullmatch(text)
    if match is None or match[1] not in set(Scope) or (match[2] or Cost.READ) not in set(Cost):
        raise SettingsProblem(
            f"A rate in rate_limits must be like key=5000/10 or key:costly=200/10, not {text!r}; "
            f"it begins with {', '.join(Scope)}, and after a colon may stand {', '.join(Cost)}."
        )
    most, seconds = int(match[3]), int(match[4])
    if not most or not 1 <= seconds <= LONGEST_SECONDS:
        raise SettingsProblem(
            f"A rate in rate_limits must allow one request or more in 1 to {LONGEST_SECONDS} "
            f"seconds, not {text!r}."
        )
    cost = None if match[2] is None else Cost(match[2])
    item = RateLimitItemPerSecond(most, seconds, namespace=f"rates/{match[1]}/{match[2] or 'all'}")
    return Rate(Scope(match[1]), cost, item)


class Rates:
    """Refuses the requests that are too many."""

    def __init__(self, rates: Sequence[Rate], counter: Counter) -> None:
        # What needs no caller is counted before a credential is looked at, so that guesses count.
        self._first = [each for each in rates if (each.scope, each.cost) == (Scope.ADDRESS, None)]
        self._then = {
            cost: [each for each in rates if each not in self._first and each.cost in {None, cost}]
            for cost in Cost
        }
        self._counter = counter

    async def count_request(self, address: str | None) -> None:
        """Count a request, whoever sent it. Raises: TooManyRequests."""
        for rate in self._first:
            await self._count(rate, limit_key(address))

    async def count_call(
        self, actor: Actor, operation: Operation[..., Any], address: str | None
    ) -> None:
        """Count what a known caller asks for. Raises: TooManyRequests."""
        for rate in self._then[Cost.of(operation)]:
            origin = _origin(rate.scope, actor, address)
            if origin is not None:
                await self._count(rate, actor.instance_id, origin)

    async def _count(self, rate: Rate, *origin: str) -> None:
        if await self._counter.hit(rate.item, *origin):
            return
        window = await self._counter.get_window_stats(rate.item, *origin)
        left = math.ceil(window.reset_time - time.time())
        raise TooManyRequests(rate, min(max(1, left), rate.item.get_expiry()))


def _origin(scope: Scope, actor: Actor, address: str | None) -> str | None:
    """What a call counts for in a scope; None where it has no such origin."""
    if scope is Scope.INSTANCE:
        return actor.instance_id
    if scope is Scope.ADDRESS:
        return limit_key(address)
    if scope is Scope.KEY:
        return actor.id if actor.kind in _PROGRAMS else None
    if actor.user_id is not None:
        return actor.user_id
    return None if actor.client_digest is None else actor.client_digest.hex()


@dataclass(frozen=True, slots=True)
class CountedRequests:
    """Counts every request by its address before it is routed; pages of ours too."""

    rates: Rates
    trusted_proxies: int

    async def process_request(self, request: Request, _response: Response) -> None:
        """Before routing. Raises: TooManyRequests."""
        await self.rates.count_request(client_address(request, self.trusted_proxies))
