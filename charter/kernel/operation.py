"""An operation has a name, a permission and declared errors; a call of it is a transaction."""

import contextlib
import dataclasses
import inspect
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, ParamSpec, TypeVar

import asyncpg

from charter.kernel import events, idempotency, jobs
from charter.kernel.actor import NO_REQUEST, Actor, ActorKind, RequestFacts
from charter.kernel.db import Db
from charter.kernel.deciding import Decision
from charter.kernel.errors import (
    ANYWHERE,
    DomainError,
    NotFound,
    NotPermitted,
    Overtaken,
    Unauthenticated,
    Unavailable,
    VersionConflict,
    VersionNotCompared,
)
from charter.kernel.ids import new_id
from charter.kernel.outages import told
from charter.kernel.permission import Requirement
from charter.kernel.platform import Platform, Standing
from charter.kernel.work import Work

P = ParamSpec("P")
Result = TypeVar("Result")
RETRIES = 3


class Undecided(RuntimeError):
    """An operation ended without having decided its permission. A defect: it is rolled back."""


class Undeclared(RuntimeError):
    """An operation raised an error that it does not declare. A defect, shown in tests."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an operation is given: who calls, when, and the database in its transaction."""

    platform: Platform
    actor: Actor
    operation: "Operation[..., Any]"
    request: RequestFacts
    db: Db
    now: datetime
    expected_version: str | None = None
    proven: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What an attempt that was overtaken has proven, for the next; by what it is about."""
    announced: list[events.Event] = dataclasses.field(default_factory=list)
    deferred: list[jobs.Job] = dataclasses.field(default_factory=list)
    decided: list[bool] = dataclasses.field(default_factory=list)
    compared: list[bool] = dataclasses.field(default_factory=list)

    async def allow(
        self,
        organization_id: str | None = None,
        *,
        or_self: str | None = None,
        missing: NotFound | None = None,
    ) -> Standing | None:
        """Decide the operation's permission.

        `or_self` names a user who may do this to themselves without it. `missing` is what strangers
        are told, where they asked for something of the organization's and not for itself.
        Returns: the acting user's or token's standing in the organization; None for callers who
        stand above it, and for users who do this to themselves.
        Raises: NotFound, to strangers of the organization (its existence stays hidden);
        NotPermitted, to members without the permission; Unauthenticated, where a user has to act.
        """
        standing = await self.confirm(organization_id, or_self=or_self, missing=missing)
        self.decided.append(True)
        return standing

    async def confirm(
        self,
        organization_id: str | None,
        *,
        or_self: str | None = None,
        missing: NotFound | None = None,
    ) -> Standing | None:
        """Decide again, once the organization is locked: the caller may have lost their role.

        Returns: the standing that holds until the transaction ends; as `allow` otherwise.
        Raises: as `allow`.
        """
        try:
            return await _decision(self).made(organization_id, or_self)
        except NotFound:
            if missing is None:
                raise
            raise missing from None

    @property
    def user_id(self) -> str:
        """The acting user. Raises: Unauthenticated, when nobody acts."""
        if self.actor.user_id is None:
            raise Unauthenticated("user")
        return self.actor.user_id

    @property
    def work(self) -> Work:
        """Where what takes much time of a core is done, in turn with other instances."""
        return self.platform.work.of(self.actor.instance_id)

    def expect(self, updated_at: datetime) -> None:
        """Refuse when the caller named another version. Raises: VersionConflict."""
        self.compared.append(True)
        if self.expected_version is not None and self.expected_version != version(updated_at):
            raise VersionConflict

    def announce(self, event: events.Event) -> None:
        """Say what happened; written in this transaction."""
        self.announced.append(event)

    def defer(self, kind: str, payload: dict[str, Any], *, at: datetime | None = None) -> None:
        """Ask for a job; written in this transaction."""
        self.deferred.append(jobs.Job(new_id("job_", self.now), kind, payload, at or self.now))

    def new_id(self, prefix: str) -> str:
        """A new id with this prefix, sorted by this operation's time."""
        return new_id(prefix, self.now)


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, Result]):
    """One thing that can be done, and all that its callers have to know of it."""

    name: str
    permission: Requirement
    raises: tuple[type[DomainError], ...]
    writes: bool
    function: Callable[..., Awaitable[Result]]
    parameters: Mapping[str, inspect.Parameter]
    types: Mapping[str, Any]
    is_costly: bool = False

    @property
    def summary(self) -> str:
        """The first line of its description."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        """All of its description."""
        return inspect.getdoc(self.function) or ""


CATALOG: dict[str, Operation[..., Any]] = {}
"""Every operation by name, filled as areas are imported."""


def operation(
    name: str,
    *,
    permission: Requirement,
    raises: tuple[type[DomainError], ...] = (),
    writes: bool = True,
    costly: bool = False,
) -> Callable[[Callable[typing.Concatenate[Context, P], Awaitable[Result]]], Operation[P, Result]]:
    """Declare a function as an operation.

    `name` is `area.verb`; `raises` lists every DomainError it may raise beyond the ones any
    operation may; `writes=False` runs it without a transaction and forbids it to announce;
    `costly` says that it takes much time of a core, which rate limits may count apart.
    """

    def declare(
        function: Callable[typing.Concatenate[Context, P], Awaitable[Result]],
    ) -> Operation[P, Result]:
        if not inspect.getdoc(function):
            raise TypeError(f"{name} has no description")
        if name in CATALOG:
            raise TypeError(f"{name} is declared twice")
        parameters = dict(list(inspect.signature(function).parameters.items())[1:])
        types = typing.get_type_hints(function)
        made: Operation[P, Result] = Operation(
            name, permission, raises, writes, function, parameters, types, costly
        )
        CATALOG[name] = made
        return made

    return declare


async def run(
    platform: Platform,
    actor: Actor,
    operation: Operation[P, Result],
    request: RequestFacts = NO_REQUEST,
    *,
    expected_version: str | None = None,
    once: idempotency.Once | None = None,
    arguments: Mapping[str, Any],
) -> Result:
    """Call an operation: one transaction, with its events and jobs in it.

    `once` makes a repeated request give the answer of the first.
    Raises: what the operation declares, and the errors any operation may raise.
    """
    proven: dict[str, Any] = {}
    for attempt in range(1, RETRIES + 1):
        db = (platform.database.writing if operation.writes else platform.database.reading)(
            actor.instance_id
        )
        context = Context(
            platform, actor, operation, request, db, platform.clock(), expected_version, proven
        )
        try:
            result: Result = await (
                _write(context, arguments, once) if operation.writes else _read(context, arguments)
            )
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Overtaken) as lost:
            if attempt == RETRIES:
                raise told(Unavailable(), lost) from lost
        except asyncpg.ForeignKeyViolationError:
            # What it refers to went away after it was looked up. Asked again, the operation
            # itself finds that and says so in its own words.
            if attempt == RETRIES:
                raise
        except (NotPermitted, Unauthenticated) as refusal:
            await _record_refusal(context, refusal)
            raise
        except DomainError as error:
            _check_declared(platform, operation, error)
            if isinstance(error, Unavailable):
                told(error)
            raise
        else:
            return result
    raise Unavailable  # pragma: no cover  # the loop above returns or raises


async def _read(context: Context, arguments: Mapping[str, Any]) -> Any:
    result = await context.operation.function(context, **arguments)
    if not context.decided:
        raise Undecided(context.operation.name)
    if context.announced or context.deferred:
        raise Undeclared(f"{context.operation.name} reads, and announced something")
    return result


async def _write(
    context: Context, arguments: Mapping[str, Any], once: idempotency.Once | None
) -> Any:
    db = context.db
    committed = False
    try:
        if once is not None:
            stored = await idempotency.find(context, once)
            if stored is not None:
                return stored
            db.begin_with(partial(idempotency.claim, context, once))
        result = await context.operation.function(context, **arguments)
        if not context.decided:
            raise Undecided(context.operation.name)
        if context.expected_version is not None and not context.compared:
            raise VersionNotCompared
        await _tell(context)
        if once is not None:
            await idempotency.keep(context, once, result)
        committed = True
        return result
    finally:
        await db.end(commit=committed)


async def _tell(context: Context) -> None:
    """Write what was announced and asked for, in the transaction."""
    if context.announced:
        actor, facts = context.actor.facts(), context.request.facts()
        rows = [events.record(event, actor, facts, context.now) for event in context.announced]
        await events.write(context.db, rows)
    for job in context.deferred:
        context.db.insert_later(jobs.INSERT, job)


@contextlib.asynccontextmanager
async def within(context: Context, instance_id: str) -> AsyncIterator[Context]:
    """Go on in another instance, in the same transaction, as somebody who came from this one.

    Who calls has decided that the caller may. What is announced in the block is told there, and
    says where they came from.
    """
    await context.db.begin()
    actor = context.actor
    there = Actor(
        ActorKind.STEWARD,
        instance_id,
        actor.id,
        home_instance_id=actor.home_instance_id or actor.instance_id,
        home_user_id=actor.home_user_id or actor.user_id,
    )
    db = context.db.of_instance(instance_id)
    inner = dataclasses.replace(context, actor=there, db=db, announced=[], deferred=[])
    yield inner
    await _tell(inner)


def _decision(context: Context) -> Decision:
    permission = context.operation.permission
    return Decision(context.actor, permission, context.platform.authority, context.db)


class OperationRefused(events.Event):
    """A caller was refused; the row names the operation and the reason."""

    name = "operation.refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, for the audit log."""

    id: str
    code: str
    times: int = 1
    """How many like it this row stands for: in a flood only the first ones get a row."""


async def _record_refusal(context: Context, refusal: DomainError) -> None:
    """Write the refusal down in a transaction of its own: the operation's is gone."""
    actor, name = context.actor, context.operation.name
    kind = (actor.instance_id, actor.id, actor.user_id, name, refusal.code)
    times = context.platform.refusals.count(kind, context.now)
    if not times:
        return
    event = OperationRefused(Refusal(name, refusal.code, times))
    row = events.record(event, context.actor.facts(), context.request.facts(), context.now)
    db = context.platform.database.writing(context.actor.instance_id)
    committed = False
    try:
        await events.write(db, [row])
        committed = True
    except DomainError:
        # The refusal stands even when it cannot be written down.
        return
    finally:
        await db.end(commit=committed)


def _check_declared(platform: Platform, operation: Operation[..., Any], error: DomainError) -> None:
    known = (*operation.raises, *ANYWHERE)
    # NotFound itself is what a stranger of an organization is told; its kinds have to be declared.
    if platform.is_strict and not isinstance(error, known) and type(error) is not NotFound:
        raise Undeclared(f"{operation.name} raised {type(error).__name__}") from error


def version(updated_at: datetime) -> str:
    """The version of a row, for If-Match: its last change in microseconds."""
    return f"{int(updated_at.timestamp() * 1_000_000):x}"
