"""Sealing stored secrets anew under the newest key, while everything goes on."""

import dataclasses

import pytest

from charter.bootstrap import keys_of
from charter.core.instances import operations as instances
from charter.core.keys import operations as keys
from charter.core.keys.lookup import Lookup
from charter.core.keys.resealing import BATCH, SEALED
from charter.core.tables import ALL
from charter.kernel.db import Database
from charter.kernel.secrets import Vault
from tests.world import all_at_once

OLD, NEW, STRANGE = ("old", b"O" * 32), ("new", b"N" * 32), ("strange", b"S" * 32)


def with_keys(platform, *chosen):
    return dataclasses.replace(platform, vault=Vault(chosen))


async def seal_all_under_test_key(world, *chosen):
    """Bring every value of the instance under the first of the keys."""
    [own] = [("test", bytes(range(32)))]
    platform = with_keys(world.platform, *chosen, own)
    await world.call(None, keys.reseal, platform=platform)
    return platform


async def totp_seeds(world, platform, count):
    """Rows with seeds of authenticator apps, sealed by the platform."""
    for number in range(count):
        user_id = (await world.user(f"u{number % 3}")).id
        sealed = platform.vault.seal(b"seed-%d" % number, f"totp_secret:{user_id}")
        await world.sql(
            "INSERT INTO totp_secrets (instance_id, user_id, sealed_secret, created_at)"
            " VALUES ($1, $2, $3, now()) ON CONFLICT (instance_id, user_id)"
            " DO UPDATE SET sealed_secret = excluded.sealed_secret",
            world.instance_id,
            user_id,
            sealed,
        )


async def sealed_values(world):
    found = []
    for each in SEALED:
        rows = await world.sql(
            f"SELECT {each.column} AS value FROM {each.table.name}"
            f" WHERE instance_id = $1 AND {each.column} IS NOT NULL",
            world.instance_id,
        )
        found += [row["value"] for row in rows]
    return found


@pytest.mark.security("P3")
def test_every_sealed_column_is_known_to_the_rotation():
    columns = {
        (table.name, column.name)
        for table in ALL
        for column in table.columns
        if column.name.startswith("sealed_")
    }
    assert columns == {(each.table.name, each.column) for each in SEALED}


@pytest.mark.security("P3")
async def test_old_rows_are_read_before_and_after_and_the_old_key_can_go(world):
    await totp_seeds(world, world.platform, 3)
    before = await sealed_values(world)
    assert len(before) == 6  # a secret key, two signing keys, three seeds
    both = with_keys(world.platform, NEW, ("test", bytes(range(32))))
    instance = await world.call(None, instances.get)
    assert (await keys_of(both, instance)).secret_key == world.keys.secret_key
    done = await world.call(None, keys.reseal, platform=both)
    assert (done.id, done.written, done.broken) == ("new", 6, 0)
    after = await sealed_values(world)
    assert not set(before) & set(after)
    assert all(value.startswith(both.vault.header) for value in after)
    only = with_keys(world.platform, NEW)
    assert (await keys_of(only, instance)).secret_key == world.keys.secret_key
    # A fresh lookup, so that the private key is opened again and not remembered.
    signing = await Lookup(only).signing_keys(world.instance_id)
    assert signing.active.public_pem() == signing.public[world.instance_id].to_pem()
    [row] = await world.sql(
        "SELECT * FROM totp_secrets WHERE instance_id = $1 AND user_id = $2",
        world.instance_id,
        world.people["u0"],
    )
    opened = only.vault.open(row["sealed_secret"], f"totp_secret:{row['user_id']}")
    assert opened.startswith(b"seed-")


@pytest.mark.security("P3")
async def test_what_is_under_the_newest_key_is_left_alone(world):
    done = await world.call(None, keys.reseal)
    assert (done.written, done.broken) == (0, 0)
    assert await world.events("secrets.resealed") == []


@pytest.mark.security("P3")
async def test_what_no_key_opens_is_counted_kept_and_does_not_stop_the_rest(world):
    platform = await seal_all_under_test_key(world, OLD)
    await totp_seeds(world, with_keys(world.platform, STRANGE), 1)
    both = with_keys(platform, NEW, OLD)
    done = await world.call(None, keys.reseal, platform=both)
    assert (done.written, done.broken) == (3, 1)
    again = await world.call(None, keys.reseal, platform=both)
    assert (again.written, again.broken) == (0, 1)
    [row] = await world.sql(
        "SELECT sealed_secret FROM totp_secrets WHERE instance_id = $1", world.instance_id
    )
    assert with_keys(world.platform, STRANGE).vault.open(
        row["sealed_secret"], f"totp_secret:{world.people['u0']}"
    )


@pytest.mark.security("P3")
async def test_tokens_are_minted_while_everything_is_sealed_anew(world):
    from charter.core.sessions import operations as sessions

    session = await world.session("ann")
    # A server of its own, whose look-ups open what they find with both keys.
    database = Database(world.platform.database.url)
    await database.open()
    own = dataclasses.replace(world.platform, database=database)
    both = with_keys(own, NEW, ("test", bytes(range(32))))
    results = await all_at_once(
        world.call(None, keys.reseal, platform=both),
        *(
            world.call(None, sessions.create_token, platform=both, session_id=session.id)
            for _ in range(20)
        ),
    )
    await database.close()
    assert not [result for result in results if isinstance(result, BaseException)]
    [event] = await world.events("secrets.resealed")
    assert event["after"] == {"id": "new", "written": 3, "broken": 0}
    assert BATCH >= 3
