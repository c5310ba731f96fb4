"""Grants: one use, one purpose, one browser, in time."""

from datetime import timedelta

import pytest

from charter.core.grants import granting, queries
from charter.core.grants.model import (
    GRANT_ERRORS,
    GrantExhausted,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.later import EXPIRED
from charter.core.vocabulary import Permission
from charter.kernel.operation import CATALOG, Context, operation
from tests.world import all_at_once, later

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def calls():
    """Operations that do nothing but use grants."""
    raises = GRANT_ERRORS

    @operation("test_grants.issue", permission=Permission.INSTANCE_READ)
    async def issue(ctx: Context, subject_id: str, options: dict) -> object:
        """Issue."""
        await ctx.allow()
        return await granting.issue(
            ctx,
            options.pop("purpose", Purpose.SIGN_IN_TOKEN),
            subject_id,
            expires_at=ctx.now + HOUR,
            **options,
        )

    @operation("test_grants.spend", permission=Permission.INSTANCE_READ, raises=raises)
    async def spend(ctx: Context, secret: str, purpose: str, client_id: str | None) -> object:
        """Spend."""
        await ctx.allow()
        return await granting.spend(ctx, Purpose(purpose), secret, client_id=client_id)

    @operation("test_grants.try", permission=Permission.INSTANCE_READ, raises=raises)
    async def attempt(ctx: Context, grant_id: str, code: str, client_id: str | None) -> object:
        """Try a code."""
        await ctx.allow()
        return await granting.attempt(ctx, Purpose.EMAIL_CODE, grant_id, code, client_id=client_id)

    @operation("test_grants.fail", permission=Permission.INSTANCE_READ, raises=raises)
    async def fail(ctx: Context, grant_id: str, code: str, client_id: str | None) -> object:
        """Try a code, and fail over something else."""
        await attempt.function(ctx, grant_id, code, client_id)
        raise RuntimeError

    @operation("test_grants.revoke", permission=Permission.INSTANCE_READ)
    async def revoke(ctx: Context, subject_id: str) -> int:
        """Revoke."""
        await ctx.allow()
        return await granting.revoke(ctx, Purpose.SIGN_IN_TOKEN, subject_id)

    yield {"issue": issue, "spend": spend, "attempt": attempt, "fail": fail, "revoke": revoke}
    for name in ("issue", "spend", "try", "fail", "revoke"):
        del CATALOG[f"test_grants.{name}"]


@pytest.fixture
def issue(world, calls):
    async def issued(**options):
        return await world.call(None, calls["issue"], subject_id="user_x", options=options)

    return issued


@pytest.fixture
def spend(world, calls):
    async def spent(secret, purpose=Purpose.SIGN_IN_TOKEN, client_id=None, platform=None):
        return await world.call(
            None,
            calls["spend"],
            platform=platform,
            secret=secret,
            purpose=purpose,
            client_id=client_id,
        )

    return spent


@pytest.fixture
def attempt(world, calls):
    async def tried(issued, code, client_id=None, platform=None):
        return await world.call(
            None,
            calls["attempt"],
            platform=platform,
            grant_id=issued.id,
            code=code,
            client_id=client_id,
        )

    return tried


def wrong(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 10**6:06}"


async def test_a_grant_is_spent_once(issue, spend):
    issued = await issue(facts={"colour": "blue"})
    grant = await spend(issued.secret)
    assert (grant.subject_id, grant.uses, grant.facts) == ("user_x", 1, {"colour": "blue"})
    with pytest.raises(GrantSpent):
        await spend(issued.secret)


@pytest.mark.security("O3")
async def test_of_fifty_uses_at_once_one_succeeds(issue, spend):
    issued = await issue()
    results = await all_at_once(*(spend(issued.secret) for _ in range(50)))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, GrantSpent) for result in results) == 49


async def test_uses_end_at_their_limit_also_at_once(issue, spend):
    issued = await issue(max_uses=7)
    results = await all_at_once(*(spend(issued.secret) for _ in range(30)))
    assert sorted(r.uses for r in results if not isinstance(r, Exception)) == list(range(1, 8))


async def test_a_grant_without_limit_is_used_again(issue, spend):
    issued = await issue(max_uses=None)
    assert [(await spend(issued.secret)).uses for _ in range(3)] == [1, 2, 3]


@pytest.mark.security("J2")
async def test_a_secret_of_one_purpose_is_unknown_to_another(issue, spend):
    issued = await issue()
    with pytest.raises(GrantInvalid):
        await spend(issued.secret, purpose=Purpose.PHONE_CODE)
    await spend(issued.secret)


@pytest.mark.security("J2")
async def test_a_secret_ends_with_its_time(world, issue, spend):
    issued = await issue()
    with pytest.raises(GrantExpired):
        await spend(issued.secret, platform=later(world.platform, hours=1))
    await spend(issued.secret, platform=later(world.platform, minutes=59))


async def test_a_grant_of_another_browser_is_unknown(issue, spend):
    issued = await issue(client_id="client_a")
    for client_id in (None, "client_b"):
        with pytest.raises(GrantInvalid):
            await spend(issued.secret, client_id=client_id)
    await spend(issued.secret, client_id="client_a")


async def test_a_grant_of_another_instance_is_unknown(issue, calls, other_world):
    issued = await issue()
    with pytest.raises(GrantInvalid):
        await other_world.call(
            None,
            calls["spend"],
            secret=issued.secret,
            purpose=Purpose.SIGN_IN_TOKEN,
            client_id=None,
        )


async def test_a_revoked_grant_is_refused_and_a_spent_one_stays_spent(world, calls, issue, spend):
    spent, open_ = await issue(), await issue()
    await spend(spent.secret)
    assert await world.call(None, calls["revoke"], subject_id="user_x") == 1
    with pytest.raises(GrantRevoked):
        await spend(open_.secret)
    with pytest.raises(GrantSpent):
        await spend(spent.secret)


@pytest.mark.security("J2")
async def test_the_secret_is_kept_as_a_digest_alone(world, issue):
    issued = await issue()
    assert len(issued.secret) >= granting.LEAST_SECRET_LENGTH
    rows = await world.sql("SELECT g::text AS row FROM grants g WHERE id = $1", issued.id)
    assert issued.secret not in rows[0]["row"]
    assert issued.secret not in repr(issued)


async def test_a_secret_that_could_be_guessed_is_refused(issue):
    with pytest.raises(ValueError, match="128 bits"):
        await issue(secret="123456")


async def test_the_right_code_spends_its_grant(issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5)
    result = await attempt(issued, issued.secret)
    assert result.is_right
    assert result.grant.uses == 1
    with pytest.raises(GrantSpent):
        await attempt(issued, issued.secret)


async def test_five_wrong_tries_end_a_code(issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5)
    left = [(await attempt(issued, wrong(issued.secret))).attempts_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(GrantExhausted):
        await attempt(issued, issued.secret)


async def test_a_try_is_counted_even_if_its_operation_fails(world, calls, issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5)
    arguments = {"grant_id": issued.id, "code": wrong(issued.secret), "client_id": None}
    with pytest.raises(RuntimeError):
        await world.call(None, calls["fail"], **arguments)
    assert (await attempt(issued, wrong(issued.secret))).attempts_left == 3


async def test_fifty_wrong_tries_at_once_are_five(issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5)
    tries = (attempt(issued, wrong(issued.secret, step)) for step in range(1, 51))
    results = await all_at_once(*tries)
    assert sum(not isinstance(result, Exception) for result in results) == 5
    assert sum(isinstance(result, GrantExhausted) for result in results) == 45


@pytest.mark.security("O3")
async def test_the_right_code_fifty_times_at_once_is_right_once(issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=100)
    results = await all_at_once(*(attempt(issued, issued.secret) for _ in range(50)))
    assert sum(not isinstance(result, Exception) for result in results) == 1


async def test_a_code_is_worthless_in_another_grant(issue, attempt, world):
    first = await issue(purpose=Purpose.EMAIL_CODE, attempts=5, secret="123456")
    second = await issue(purpose=Purpose.EMAIL_CODE, attempts=5, secret="654321")
    assert not (await attempt(second, "123456")).is_right
    rows = await world.sql("SELECT digest FROM grants WHERE id = $1", first.id)
    assert rows[0]["digest"] != granting.code_digest(second.id, "123456")


async def test_a_code_cannot_be_spent_as_a_secret(issue, spend):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5)
    with pytest.raises(GrantInvalid):
        await spend(issued.secret, purpose=Purpose.EMAIL_CODE)


async def test_an_expired_code_and_one_of_another_browser_are_refused(world, issue, attempt):
    issued = await issue(purpose=Purpose.EMAIL_CODE, attempts=5, client_id="client_a")
    with pytest.raises(GrantInvalid):
        await attempt(issued, issued.secret, client_id="client_b")
    with pytest.raises(GrantExpired):
        await attempt(
            issued, issued.secret, client_id="client_a", platform=later(world.platform, hours=2)
        )


async def test_long_expired_grants_are_forgotten_and_others_kept(world, issue, spend):
    issued = await issue()
    cleared = [kept for statement, kept in EXPIRED if statement is queries.CLEAR]
    assert cleared == [granting.KEPT_AFTER_EXPIRY]
    db = world.platform.database.reading("")
    await db.run(queries.CLEAR, before=world.platform.clock())
    await spend(issued.secret)
    await db.run(queries.CLEAR, before=world.platform.clock() + 2 * HOUR)
    assert not await world.sql("SELECT 1 FROM grants WHERE id = $1", issued.id)
