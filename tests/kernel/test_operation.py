"""What the kernel promises of every operation: decided, declared, whole, and tried again."""

import dataclasses

import asyncpg
import pytest

from charter.core.vocabulary import Permission
from charter.kernel import idempotency
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import (
    NotPermitted,
    Unauthenticated,
    Unavailable,
    VersionConflict,
    VersionNotCompared,
)
from charter.kernel.ids import new_id
from charter.kernel.operation import (
    CATALOG,
    RETRIES,
    Undecided,
    Undeclared,
    operation,
    run,
    version,
)
from charter.kernel.tally import MOST
from tests.kernel.things import (
    ALL,
    INSERT,
    Thing,
    ThingExists,
    ThingMade,
    ThingRefused,
    create_table,
    declared,
    make,
)
from tests.world import later


@pytest.fixture(scope="module", autouse=True)
async def table(database_url):
    await create_table(database_url)


@pytest.fixture
def actor():
    return Actor(ActorKind.SECRET_KEY, new_id("ins_"))


async def kept(platform, actor):
    return await platform.database.reading(actor.instance_id).all(ALL)


async def announced(platform, actor):
    async with platform.database.pool.acquire() as connection:
        return [
            await connection.fetchval(
                f"SELECT count(*) FROM {table} WHERE instance_id = $1", actor.instance_id
            )
            for table in ("events", "jobs")
        ]


async def test_an_operation_keeps_its_rows_its_events_and_its_jobs(platform, actor):
    done = declared("things.make", make, raises=(ThingExists,))
    thing = Thing("a", "A")
    assert await run(platform, actor, done, arguments={"thing": thing}) == thing
    assert await kept(platform, actor) == (thing,)
    assert await announced(platform, actor) == [1, 1]


async def test_an_operation_that_is_refused_keeps_nothing(platform, actor):
    async def refuse(ctx, thing):
        """Make a thing and think better of it."""
        await make(ctx, thing)
        raise ThingRefused

    refused = declared("things.refuse", refuse, raises=(ThingRefused,))
    with pytest.raises(ThingRefused):
        await run(platform, actor, refused, arguments={"thing": Thing("a", "A")})
    assert (await kept(platform, actor), await announced(platform, actor)) == ((), [0, 0])


@pytest.mark.security("G2")
@pytest.mark.parametrize("writes", [True, False])
async def test_an_operation_that_never_decides_is_a_defect_and_keeps_nothing(
    platform, actor, writes
):
    async def forget(ctx):
        """Do something for anybody."""
        if writes:
            await ctx.db.insert(INSERT, Thing("a", "A"))

    undecided = declared("things.forget", forget, writes=writes)
    with pytest.raises(Undecided):
        await run(platform, actor, undecided, arguments={})
    assert await kept(platform, actor) == ()


async def test_an_undeclared_error_is_a_defect_in_tests_and_an_answer_elsewhere(platform, actor):
    async def surprise(ctx):
        """Raise what nobody expects."""
        await ctx.allow()
        raise ThingRefused

    surprising = declared("things.surprise", surprise)
    with pytest.raises(Undeclared):
        await run(platform, actor, surprising, arguments={})
    lenient = dataclasses.replace(platform, is_strict=False)
    with pytest.raises(ThingRefused):
        await run(lenient, actor, surprising, arguments={})


async def test_a_reading_operation_announces_nothing(platform, actor):
    async def whisper(ctx):
        """Read, and say so."""
        await ctx.allow()
        ctx.announce(ThingMade(Thing("a", "A")))

    whispering = declared("things.whisper", whisper, writes=False)
    with pytest.raises(Undeclared):
        await run(platform, actor, whispering, arguments={})


@pytest.mark.parametrize(
    ("lost", "losses", "ends"),
    [
        (asyncpg.DeadlockDetectedError, RETRIES - 1, "done"),
        (asyncpg.SerializationError, RETRIES - 1, "done"),
        (asyncpg.ForeignKeyViolationError, RETRIES - 1, "done"),
        (asyncpg.DeadlockDetectedError, RETRIES, "unavailable"),
    ],
)
async def test_a_lost_transaction_is_tried_again_a_few_times(platform, actor, lost, losses, ends):
    tries = []

    async def struggle(ctx, thing):
        """Make a thing after some losses."""
        tries.append(thing)
        done = await make(ctx, thing)
        if len(tries) <= losses:
            raise lost("lost")
        return done

    struggling = declared("things.struggle", struggle, raises=(ThingExists,))
    if ends == "done":
        await run(platform, actor, struggling, arguments={"thing": Thing("a", "A")})
        assert await announced(platform, actor) == [1, 1]
    else:
        with pytest.raises(Unavailable):
            await run(platform, actor, struggling, arguments={"thing": Thing("a", "A")})
        assert await kept(platform, actor) == ()
    assert len(tries) == min(losses + 1, RETRIES)


async def test_a_call_with_a_key_holds_no_connection_before_its_first_statement(platform, actor):
    in_use = []

    async def ponder(ctx, thing):
        """Think before making a thing, as whoever hashes does."""
        in_use.append(platform.database._in_use)
        return await make(ctx, thing)

    pondering = declared("things.ponder", ponder, raises=(ThingExists,))
    once = idempotency.Once("key", b"x" * 32, lambda thing: thing.id.encode())
    arguments = {"thing": Thing("a", "A")}
    await run(platform, actor, pondering, once=once, arguments=arguments)
    again = await run(platform, actor, pondering, once=once, arguments=arguments)
    assert again == idempotency.Replay(b"a")
    assert in_use == [0]


async def test_a_version_that_nothing_compares_is_refused(platform, actor):
    done = declared("things.make", make, raises=(ThingExists,))
    with pytest.raises(VersionNotCompared):
        await run(platform, actor, done, expected_version="0", arguments={"thing": Thing("a", "A")})
    assert (await kept(platform, actor), await announced(platform, actor)) == ((), [0, 0])


async def test_another_version_than_the_expected_is_refused(platform, actor):
    async def look(ctx):
        """Look at a thing of now."""
        await ctx.allow()
        ctx.expect(ctx.now)

    looking = declared("things.look", look)
    frozen = platform.clock()
    still = dataclasses.replace(platform, clock=lambda: frozen)
    await run(still, actor, looking, expected_version=version(frozen), arguments={})
    with pytest.raises(VersionConflict):
        await run(still, actor, looking, expected_version="0", arguments={})


@pytest.mark.parametrize(
    ("kind", "permission", "refusal"),
    [
        (ActorKind.ANONYMOUS, Permission.USERS_READ, Unauthenticated),
        (ActorKind.ANONYMOUS, Permission.MEMBERS_READ, Unauthenticated),
        (ActorKind.SECRET_KEY, Permission.SELF, Unauthenticated),
        (ActorKind.USER, Permission.USERS_READ, NotPermitted),
    ],
)
async def test_a_refusal_is_written_down(platform, actor, kind, permission, refusal):
    async def guarded(ctx):
        """Do what not everybody may."""
        await ctx.allow()

    caller = dataclasses.replace(
        actor, kind=kind, user_id="user_x" if kind is ActorKind.USER else None
    )
    with pytest.raises(refusal):
        await run(
            platform,
            caller,
            declared("things.guarded", guarded, permission=permission),
            arguments={},
        )
    assert await announced(platform, actor) == [1, 0]


async def test_a_flood_of_refusals_is_counted_and_not_written_down_one_by_one(platform, actor):
    async def guarded(ctx):
        """Do what not everybody may."""
        await ctx.allow()

    guarding = declared("things.guarded", guarded, permission=Permission.SELF)

    async def be_refused(platform, caller=actor):
        with pytest.raises(Unauthenticated):
            await run(platform, caller, guarding, arguments={})

    for _ in range(MOST + 30):
        await be_refused(platform)
    assert await announced(platform, actor) == [MOST, 0]
    await be_refused(platform, dataclasses.replace(actor, id="another"))
    await be_refused(later(platform, minutes=2))
    async with platform.database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT after FROM events WHERE instance_id = $1 ORDER BY position", actor.instance_id
        )
    assert [row["after"]["times"] for row in rows] == [1] * (MOST + 1) + [31]


def test_an_operation_is_declared_once_and_described():
    async def silent(ctx):
        await ctx.allow()

    with pytest.raises(TypeError, match="no description"):
        operation("things.silent", permission=Permission.PUBLIC)(silent)
    known = next(iter(CATALOG.values()))
    with pytest.raises(TypeError, match="twice"):
        operation(known.name, permission=Permission.PUBLIC)(known.function)
