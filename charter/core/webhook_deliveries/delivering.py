"""Delivers messages: one worker at a time serves an endpoint, and no endpoint waits for another.

A message is written down as delivered after its endpoint took it, so that it is delivered at
least once whatever happens to the worker, under the same id each time.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import structlog

from charter.core.instances.reaching import may_be_private
from charter.core.keys.lookup import lookup
from charter.core.webhook_deliveries import queries
from charter.core.webhook_deliveries.queries import Due, Served, Taken
from charter.core.webhooks.bodies import body_of
from charter.core.webhooks.ending import disable_endpoint, note_parked
from charter.core.webhooks.model import (
    FAILING_FOR,
    RETRY_SECONDS,
    Answer,
    DeliveryState,
    WebhookEndpointNotFound,
)
from charter.core.webhooks.queries import SIGNING
from charter.core.webhooks.signing import key_of, opened_secret, signed_headers
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.ids import new_id
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform

log = structlog.get_logger("charter.webhooks")

MOST_ENDPOINTS = 1000
"""How many endpoints a worker serves side by side: enough that those that hang fill no place."""
AT_ONCE = 8
"""How many messages are on their way to an endpoint at the same time."""
BATCH = 64
LEASE = timedelta(seconds=40)
BEGIN_SECONDS = 20
"""How long after its lease was renewed a worker begins to deliver: an attempt takes up to 10."""
GONE = 410

Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[Answer]]
"""Posts a body with headers to an address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an attempt."""

    due: Due
    answer: Answer
    duration_ms: int
    at: datetime

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took it."""
        return self.answer.status is not None and 200 <= self.answer.status < 300


@dataclass(slots=True)
class Batch:
    """The messages that an endpoint is delivered under one lease, and what came of them."""

    served: Served
    keys: tuple[bytes, ...] = field(repr=False)
    ends_at: float
    done: list[Done] = field(default_factory=list)
    waiting: list[Done] = field(default_factory=list)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


def next_attempt(tries: int, at: datetime) -> datetime | None:
    """When a message that failed `tries` times before, and now again, is tried once more.

    Returns: None, when it is given up.
    """
    if tries >= len(RETRY_SECONDS):
        return None
    return at + timedelta(seconds=RETRY_SECONDS[tries])


class Deliverer:
    """Serves endpoints, each in a task of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> int:
        """Begin to serve the endpoints for which something is due. Returns: 0, none waits here."""
        room = MOST_ENDPOINTS - len(self._tasks)
        if room <= 0 or self._platform.posts is None:
            return 0
        now = self._platform.clock()
        db = self._platform.database.reading("")
        held_until = now + LEASE
        for taken in await db.all(queries.TAKE, now=now, limit=room, leased_until=held_until):
            task = asyncio.create_task(_Serving(self._platform, taken, held_until).serve())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return 0

    async def settle(self) -> None:
        """Wait for all that was begun."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def end(self) -> None:
        """Stop now. What was on its way and is not written down is delivered once more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Serving:
    """The delivery of messages to one endpoint, as long as some are due."""

    def __init__(self, platform: Platform, taken: Taken, held_until: datetime) -> None:
        self._platform = platform
        self._taken = taken
        self._held_until = held_until
        self._db = platform.database.reading(taken.instance_id)
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def serve(self) -> None:
        """Serve until nothing is due; then others may."""
        try:
            instance = await lookup(self._platform).instance(self._taken.instance_id)
            assert self._platform.posts is not None  # noqa: S101  # none is begun without
            private = may_be_private(self._platform, instance)
            async with self._platform.posts.opened(may_be_private=private) as line:
                while await self._batch(line.post):
                    pass
            await self._release()
        except asyncio.CancelledError:
            # At the end of the worker: another may go on at once.
            with suppress(DomainError):
                await asyncio.shield(self._release())
            raise
        except DomainError as error:
            # The database or the instance has gone; the lease ends by itself.
            log.warning("webhooks wait", endpoint=self._taken.id, reason=error.code)
        except Exception:  # the worker outlives any defect of a single endpoint
            log.exception("serving an endpoint failed", endpoint=self._taken.id)

    async def _batch(self, post: Post) -> bool:
        """Deliver some messages. Returns: whether there may be more."""
        batch = await self._renewed()
        if batch is None:
            return False
        now = self._platform.clock()
        dues = await self._db.all(queries.DUE, endpoint_id=self._taken.id, now=now, limit=BATCH)
        by_subject: defaultdict[str, list[Due]] = defaultdict(list)
        for due in dues:
            by_subject[due.subject_id].append(due)
        async with asyncio.TaskGroup() as group:
            for own in by_subject.values():
                group.create_task(self._in_order(post, batch, own))
        await self._note_health(batch)
        return bool(dues)

    async def _renewed(self) -> Batch | None:
        """A batch under a new lease; None where the endpoint is disabled, gone, or another's."""
        until = self._platform.clock() + LEASE
        served = await self._db.find(
            queries.RENEW,
            endpoint_id=self._taken.id,
            held_until=self._held_until,
            leased_until=until,
        )
        if served is None:
            return None
        self._held_until = until
        now = self._platform.clock()
        kept = await self._db.all(SIGNING, endpoint_id=self._taken.id, now=now)
        keys = tuple(key_of(opened_secret(self._platform, each)) for each in kept)
        return Batch(served, keys, perf_counter() + BEGIN_SECONDS)

    async def _in_order(self, post: Post, batch: Batch, dues: list[Due]) -> None:
        """Deliver what happened to one subject, one after another."""
        for due in dues:
            async with self._slots:
                if perf_counter() > batch.ends_at:
                    return
                done = await self._attempt(post, batch, due)
            batch.done.append(done)
            batch.waiting.append(done)
            # Those that end while others are written are written together.
            async with batch.writing:
                await self._record(batch)

    async def _attempt(self, post: Post, batch: Batch, due: Due) -> Done:
        body = body_of(self._platform, due.message_id, due.body, due.sealed_body).encode()
        at = self._platform.clock()
        headers = signed_headers(batch.keys, due.message_id, body, at)
        headers["content-type"] = "application/json"
        started = perf_counter()
        answer = await post(batch.served.url, body, headers)
        return Done(due, answer, int((perf_counter() - started) * 1000), at)

    async def _record(self, batch: Batch) -> None:
        done, batch.waiting = batch.waiting, []
        if not done:
            return
        outcomes = [_outcome(each) for each in done]
        parked = [
            each.due.message_id
            for each, (state, _) in zip(done, outcomes, strict=True)
            if state is DeliveryState.PARKED
        ]
        if parked:
            # Before it is so: said twice is better than never.
            log.error("webhooks parked", endpoint=self._taken.id, count=len(parked))
            await self._say(note_parked, message_ids=parked)
        now = self._platform.clock()
        await self._db.run(
            queries.RECORD,
            endpoint_id=self._taken.id,
            ids=[new_id("atmpt_", now) for _ in done],
            message_ids=[each.due.message_id for each in done],
            tries=[each.due.tries for each in done],
            states=[state for state, _ in outcomes],
            next_attempts=[at for _, at in outcomes],
            statuses=[each.answer.status for each in done],
            errors=[each.answer.error for each in done],
            durations=[each.duration_ms for each in done],
            heads=[each.answer.head for each in done],
            attempted=[each.at for each in done],
        )

    async def _note_health(self, batch: Batch) -> None:
        """Remember since when an endpoint takes nothing, and disable one that did for days."""
        if not batch.done:
            return
        if any(done.answer.status == GONE for done in batch.done):
            await self._say(disable_endpoint, is_gone=True)
            return
        since = batch.served.failing_since
        first = None if any(done.is_success for done in batch.done) else batch.done[0].at
        if first is None or since is None:
            if since is not first:
                await self._db.run(queries.HEALTH, endpoint_id=self._taken.id, failing_since=first)
        elif since <= self._platform.clock() - FAILING_FOR:
            await self._say(disable_endpoint, is_gone=False)

    async def _say(self, operation: Operation[..., Any], **arguments: Any) -> None:
        actor = Actor(ActorKind.SYSTEM, self._taken.instance_id)
        given = {"endpoint_id": self._taken.id, **arguments}
        with suppress(WebhookEndpointNotFound):
            await run(self._platform, actor, operation, arguments=given)

    async def _release(self) -> None:
        await self._db.run(
            queries.RELEASE,
            endpoint_id=self._taken.id,
            held_until=self._held_until,
        )


def _outcome(done: Done) -> tuple[DeliveryState, datetime]:
    """How a delivery stands after an attempt, and when it is tried again if it is."""
    if done.is_success:
        return DeliveryState.DELIVERED, done.at
    again = next_attempt(done.due.tries, done.at)
    return (DeliveryState.PARKED, done.at) if again is None else (DeliveryState.PENDING, again)
