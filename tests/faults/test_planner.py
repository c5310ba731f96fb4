"""The database's surprises are off: its limits are set, and it compiles no statement."""

import pytest

from tests.world import World

SETTINGS = {
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "TimeZone": "UTC",
}


@pytest.mark.security("O8")
async def test_every_connection_has_its_limits_and_no_compiler(world: World):
    names = list(SETTINGS)
    rows = await world.sql(
        "SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1)", names
    )
    assert {row["name"]: row["value"] for row in rows} == SETTINGS


@pytest.mark.security("O8")
async def test_a_statement_that_waits_for_a_lock_ends_and_says_so(world: World):
    """Rather than hold its caller, and everybody behind it."""
    await world.user("ann")
    async with world.platform.database.pool.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        response = await world.get("/users")
        assert response.status_code == 503
        assert response.headers["retry-after"]
    assert (await world.get("/users")).status_code == 200
