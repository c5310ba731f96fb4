"""Emptying a development instance."""

import pytest

from charter.core.instances import resetting
from charter.core.sessions.model import DevelopmentOnly
from tests.browsing import PASSWORD


async def test_people_and_organizations_go_and_the_owner_s_things_stay(world, other_world):
    browser = world.browser()
    await browser.sign_in("ann", PASSWORD)
    await world.organization(owner="ben")
    await other_world.user("ann")
    assert await world.call(None, resetting.reset) == 2
    for table in ("users", "organizations", "clients", "sessions", "sign_ins"):
        rows = await world.sql(f"SELECT 1 FROM {table} WHERE instance_id = $1", world.instance_id)
        assert rows == [], table
    assert (await world.get("/users")).json() == []
    assert (
        len(
            await other_world.sql(
                "SELECT 1 FROM users WHERE instance_id = $1", other_world.instance_id
            )
        )
        == 1
    )
    world.people.clear()
    await world.organization(owner="ann")
    await browser.close()


async def test_a_production_instance_is_not_emptied(world):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    with pytest.raises(DevelopmentOnly):
        await world.call(None, resetting.reset)
