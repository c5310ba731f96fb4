"""An application goes with all that is in it, and with who owns it; and not before it is empty."""

import pytest

from charter.core.applications import ending
from charter.core.applications import operations as applications
from charter.core.applications.model import (
    ApplicationHasOrganizations,
    OwnedApplication,
)
from charter.core.images.keeping import FORGET
from charter.core.instances import resetting
from charter.core.keys.lookup import lookup
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import NewOrganization, Organization
from charter.core.users import operations as users
from charter.kernel.actor import NO_REQUEST, Actor, ActorKind
from charter.kernel.db import metadata
from charter.kernel.errors import NotFound, Unauthenticated
from charter.kernel.operation import Context
from tests.applying import applied, inside
from tests.cast import PICTURE
from tests.waiting import after_open
from tests.world import all_at_once

RECORD = {"audit_entries", "events"}
TABLES = sorted(table.name for table in metadata.tables.values() if "instance_id" in table.c)


async def left(world, instance_id):
    """The tables with rows of an instance."""
    query = " UNION ALL ".join(
        f"SELECT '{name}' AS name FROM {name} WHERE instance_id = $1" for name in TABLES
    )
    return {row["name"] for row in await world.sql(query, instance_id)}


async def end(world, made, who="ann"):
    return await world.call(who, applications.delete, application_id=made.application.id)


async def test_it_goes_with_people_keys_and_pictures_and_its_record_stays(world, app):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    there = inside(world, app, made)
    user = await there.user("eve")
    with_picture = await there.call(None, users.set_profile_image, user_id=user.id, file=PICTURE)
    await there.session("eve")
    assert await end(world, made) == made.application
    assert await left(world, made.application.id) <= RECORD
    rows = await world.sql("SELECT 1 FROM instances WHERE id = $1", made.application.id)
    named = await world.sql(
        "SELECT 1 FROM applications WHERE name = 'Shop' AND owner_instance_id = $1",
        world.instance_id,
    )
    assert (rows, named) == ([], [])
    with pytest.raises(Unauthenticated):
        await lookup(world.platform).actor_of(made.secret_key)
    jobs = await world.sql(
        "SELECT payload FROM jobs WHERE instance_id = $1 AND kind = $2", world.instance_id, FORGET
    )
    assert [job["payload"]["key"] for job in jobs] == [with_picture.image_key]
    (told,) = await world.events("application.deleted")
    assert told["subject_id"] == made.application.id
    with pytest.raises(NotFound):
        await end(world, made)


async def test_it_does_not_go_while_organizations_are_in_it(world, app):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    there = inside(world, app, made)
    customer = await there.organization("Customer", owner="cat")
    for who in ("ann", None):
        with pytest.raises(ApplicationHasOrganizations):
            await end(world, made, who)
    await there.call(None, organizations.delete, organization_id=customer.id)
    await end(world, made)


async def test_of_an_end_and_an_organization_made_at_once_one_happens(world, app):
    acme = await world.organization(owner="ann")
    for _ in range(4):
        made = await applied(world, acme, "ann")
        there = inside(world, app, made)
        new = NewOrganization(name="Customer", created_by=None)
        ended, created = await all_at_once(
            end(world, made), there.call(None, organizations.create, organization=new)
        )
        if isinstance(created, Organization):
            assert isinstance(ended, ApplicationHasOrganizations)
        else:
            assert isinstance(ended, OwnedApplication)
            assert isinstance(created, Exception)
            assert await left(world, made.application.id) <= RECORD


async def test_it_waits_for_an_organization_that_is_just_being_made(world, app):
    acme = await world.organization(owner="ann")
    made = await applied(world, acme, "ann")
    there = inside(world, app, made)
    role_set = await world.sql("SELECT id FROM role_sets WHERE instance_id = $1", there.instance_id)
    statement = (
        "INSERT INTO organizations (instance_id, id, name, max_allowed_memberships, role_set_id,"
        " created_at, updated_at) VALUES ($1, 'org_late', 'Late', 0, $2, now(), now())"
    )
    making = (statement, there.instance_id, role_set[0]["id"])
    with pytest.raises(ApplicationHasOrganizations):
        await after_open(world, end(world, made), making)


async def test_of_two_who_end_it_at_once_one_does(world):
    acme = await world.organization(owner=["ann", "ben"])
    made = await applied(world, acme, "ann")
    results = await all_at_once(end(world, made), end(world, made, "ben"))
    assert sum(isinstance(each, OwnedApplication) for each in results) == 1
    assert sum(isinstance(each, NotFound) for each in results) == 1
    assert len(await world.events("application.deleted")) == 1


async def ended_with(world, made):
    """End an application with what is in it, as who deletes its owner does."""
    database = world.platform.database
    db = database.writing(world.instance_id)
    actor = Actor(ActorKind.SYSTEM, world.instance_id)
    ctx = Context(
        world.platform, actor, applications.delete, NO_REQUEST, db, world.platform.clock()
    )
    owned = await ending.owned(ctx, [made.application.organization_id])
    assert [each.id for each in owned] == [made.application.id]
    await ending.end_all(ctx, owned)
    await db.end(commit=True)


async def test_with_its_owner_it_goes_whatever_is_in_it_to_any_depth(world, app):
    made = await applied(world, await world.organization(owner="ann"), "ann")
    there = inside(world, app, made)
    reseller = await there.organization("Reseller", owner="cat")
    inner = inside(world, app, await applied(there, reseller, "cat"))
    customer = await inner.organization("Customer", owner="dan")
    innermost = inside(world, app, await applied(inner, customer, "dan"))
    await ended_with(world, made)
    for each in (there, inner, innermost):
        assert await left(world, each.instance_id) <= RECORD
        assert await world.sql("SELECT 1 FROM instances WHERE id = $1", each.instance_id) == []
    assert [e["subject_id"] for e in await there.events("application.deleted")] == [
        inner.instance_id
    ]


async def test_emptying_an_instance_ends_what_its_organizations_own(world, app, other_world):
    kept = await applied(other_world, await other_world.organization(owner="ann"), "ann")
    made = await applied(world, await world.organization(owner="ann"), "ann")
    await world.call(None, resetting.reset)
    assert await left(world, made.application.id) <= RECORD
    assert await other_world.call(None, applications.get, application_id=kept.application.id)


async def test_emptying_waits_for_an_application_that_is_just_being_made(world):
    acme = await world.organization(owner="ann")
    holding = ("SELECT id FROM instances WHERE id = $1 FOR KEY SHARE", world.instance_id)
    statement = "INSERT INTO applications VALUES ('app_late', 'Late', $1, $2, now(), now())"
    instance = (
        "INSERT INTO instances (id, application_id, environment, frontend_host, created_at,"
        " updated_at) VALUES ('ins_late', 'app_late', 'development', 'late.test', now(), now())"
    )
    making = (statement, world.instance_id, acme.id)
    await after_open(world, world.call(None, resetting.reset), holding, making, (instance,))
    assert await world.sql("SELECT 1 FROM applications WHERE id = 'app_late'") == []


async def test_none_is_made_while_the_owners_instance_is_just_being_ended(world):
    acme = await world.organization(owner="ann")
    ending_it = ("SELECT id FROM instances WHERE id = $1 FOR UPDATE", world.instance_id)
    made = await after_open(world, applied(world, acme, "ann"), ending_it)
    assert made.application.organization_id == acme.id
