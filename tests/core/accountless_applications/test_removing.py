"""What nobody claims within a week is removed; what somebody claimed stays."""

from datetime import timedelta

import pytest

from charter.core.accountless_applications import removing
from charter.core.accountless_applications.model import AccountlessApplicationNotFound
from charter.core.images.keeping import FORGET, delete_file
from charter.core.keys.lookup import lookup
from charter.core.users import operations as users
from charter.kernel.db import metadata
from charter.kernel.errors import Unauthenticated
from charter.kernel.jobs import ClaimedJob
from tests.cast import PICTURE
from tests.keyless import claim, look, start, world_of
from tests.world import all_at_once, later

TABLES = sorted(table.name for table in metadata.tables.values() if "instance_id" in table.c)


async def remove(platform, instance_id):
    """What the worker does when the job is due."""
    job = ClaimedJob(instance_id, "job_test", removing.REMOVE, {}, 1)
    await removing.remove_later(platform, job)


async def left(world):
    """The tables in which something of the instance is, and how much."""
    found = {}
    for table in TABLES:
        (row,) = await world.sql(
            f"SELECT count(*) FROM {table} WHERE instance_id = $1", world.instance_id
        )
        if row["count"]:
            found[table] = row["count"]
    return found


async def test_the_worker_is_asked_to_come_in_a_week(platform, app):
    made = await start(platform)
    (job,) = await world_of(platform, app, made).sql(
        "SELECT * FROM jobs WHERE instance_id = $1", made.instance.id
    )
    assert job["kind"] == removing.REMOVE
    assert job["run_at"] - made.application.created_at == timedelta(days=7)


async def test_what_nobody_claimed_goes_with_all_that_is_in_it(platform, app):
    made = await start(platform)
    world = world_of(platform, app, made)
    await world.organization()
    user = await world.user("ann")
    user = await world.call(None, users.set_profile_image, user_id=user.id, file=PICTURE)
    kept = await platform.blobs.get(user.image_key)
    assert kept.data
    await remove(later(platform, days=7, seconds=1), world.instance_id)
    # The record that it was there is append-only; the file goes by a job.
    assert left_over(await left(world)) == set()
    rows = await world.sql(
        "SELECT id FROM applications WHERE id = $1", made.instance.application_id
    )
    assert rows == []
    assert (await world.events())[-1]["name"] == "accountlessApplication.removed"
    (job,) = await world.sql(
        "SELECT * FROM jobs WHERE instance_id = $1 AND kind = $2", world.instance_id, FORGET
    )
    assert (job["kind"], job["payload"]) == (FORGET, {"key": user.image_key})
    await delete_file(platform, ClaimedJob(world.instance_id, "x", FORGET, job["payload"], 1))
    with pytest.raises(Unauthenticated):
        await lookup(platform).actor_of(made.secret_key)
    with pytest.raises(AccountlessApplicationNotFound):
        await look(platform, made)
    # A job is done at least once.
    await remove(platform, world.instance_id)


def left_over(found):
    return found.keys() - {"audit_entries", "events", "jobs"}


async def test_what_was_claimed_stays(platform, app):
    made = await start(platform)
    await claim(platform, made)
    await remove(later(platform, days=8), made.instance.id)
    assert (await lookup(platform).instance(made.instance.id)).claimed_at is not None
    assert (await world_of(platform, app, made).user("ann")).id


async def test_what_the_operator_made_stays(world):
    await world.user("ann")
    before = await left(world)
    assert await world.call(None, removing.remove) is False
    assert await left(world) == before


async def test_nothing_is_taken_from_any_other_instance(platform, app, world):
    await world.organization()
    neighbour = world_of(platform, app, await start(platform))
    await neighbour.organization()
    before = await left(world), await left(neighbour)
    await remove(platform, (await start(platform)).instance.id)
    assert (await left(world), await left(neighbour)) == before


async def test_of_claiming_and_removing_at_once_one_happens(platform, app):
    for _ in range(5):
        made = await start(platform)
        world = world_of(platform, app, made)
        claimed, _ = await all_at_once(claim(platform, made), remove(platform, made.instance.id))
        rows = await world.sql(
            "SELECT claimed_at FROM accountless_applications WHERE instance_id = $1",
            made.instance.id,
        )
        if isinstance(claimed, AccountlessApplicationNotFound):
            assert rows == []
        else:
            assert rows[0]["claimed_at"] is not None
            assert claimed.application.claimed_at is not None


async def test_a_user_who_comes_while_it_goes_leaves_nothing_behind(platform, app):
    made = await start(platform)
    world = world_of(platform, app, made)
    await all_at_once(*(world.user(name) for name in "abc"), remove(platform, made.instance.id))
    await remove(platform, made.instance.id)
    assert left_over(await left(world)) - {"idempotency_keys", "limit_counts"} == set()
