"""Changing settings a group at a time, many at once, and what is told of it."""

import asyncio

import pytest

from charter.core.instances import changing, configuring
from charter.core.instances import operations as instances
from charter.core.instances.patches import (
    PLACES,
    AuthenticationPatch,
    InstancePatch,
    MessagesPatch,
    OAuthPatch,
    OrganizationsPatch,
    ProtectionPatch,
    RestrictionsPatch,
)
from charter.core.instances.queries import LOCK_SETTINGS
from charter.core.keys.lookup import Lookup
from charter.core.memberships.model import LastOwner
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import NewRoleSet, RoleNotInSet, RoleSetNotFound, RoleSetType
from charter.core.roles import operations as roles
from charter.core.roles.model import MissingCreatorPermissions, NewRole, RoleNotFound
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.world import all_at_once

PATCHES = [
    (changing.update, InstancePatch(checks_breaches=False)),
    (changing.update, InstancePatch(support_email="help@acme.test")),
    (changing.update_restrictions, RestrictionsPatch(blocks_subaddresses=True)),
    (changing.update_restrictions, RestrictionsPatch(ignores_gmail_dots=True)),
    (changing.update_protection, ProtectionPatch(limits_addresses=True)),
    (changing.update_messages, MessagesPatch(["FR"])),
    (changing.update_oauth, OAuthPatch(has_jwt_access_tokens=True)),
    (changing.update_organizations, OrganizationsPatch(max_allowed_memberships=9)),
    (changing.update_authentication, AuthenticationPatch(sender_name="hello")),
    (configuring.configure, {"lockout_attempts": 7}),
]


async def settings_of(world):
    return (await world.call(None, instances.get)).settings


async def role_ids(world):
    found = await world.call(None, roles.search, search=Search(limit=100))
    return {role.key: role.id for role in found.items}


async def new_role(world, key, *, is_initial=True):
    """A role that may do everything."""
    rows = await world.sql("SELECT id FROM permissions WHERE instance_id = $1", world.instance_id)
    held = [row["id"] for row in rows]
    new = NewRole(name=key, key=key, permissions=held, include_in_initial_role_set=is_initial)
    return await world.call(None, roles.create, new=new)


async def test_changes_at_the_same_time_lose_nothing_of_one_another(world):
    calls = [
        world.call(
            None,
            operation,
            **({"patch": patch} if operation is not configuring.configure else {"changes": patch}),
        )
        for _ in range(3)
        for operation, patch in PATCHES
    ]
    assert [each for each in await all_at_once(*calls) if isinstance(each, Exception)] == []
    found = await settings_of(world)
    assert found.password_checks_breaches is False
    assert found.branding.support_email == "help@acme.test"
    assert found.sign_up.blocks_subaddresses is True
    assert found.sign_up.ignores_gmail_dots is True
    assert found.limits_addresses is True
    assert found.messages.blocked_countries == ("FR",)
    assert found.messages.sender_name == "hello"
    assert found.oauth_jwt_access_tokens is True
    assert found.max_allowed_memberships == 9
    assert found.lockout_attempts == 7


async def test_every_change_begins_where_the_one_before_it_ended(world):
    await all_at_once(
        *(
            world.call(
                None,
                changing.update_organizations,
                patch=OrganizationsPatch(max_allowed_memberships=number),
            )
            for number in range(1, 9)
        )
    )
    events = await world.events("instance.updated")
    assert len(events) == 8
    spans = [
        tuple(part["settings"]["max_allowed_memberships"] for part in (row["before"], row["after"]))
        for row in events
    ]
    assert {before for before, _ in spans} == {0, *(after for _, after in spans)} - {
        (await settings_of(world)).max_allowed_memberships
    }


async def test_a_change_tells_what_there_was_and_what_there_is(world):
    await world.call(
        None, changing.update_restrictions, patch=RestrictionsPatch(has_allowlist=True)
    )
    (event,) = await world.events("instance.updated")
    assert event["before"]["settings"]["restrictions"]["has_allowlist"] is False
    assert event["after"]["settings"]["restrictions"]["has_allowlist"] is True
    assert event["subject_id"] == world.instance_id


async def test_people_sign_up_while_settings_change(world):
    """A change must not hold up rows that only refer to the instance."""
    async with world.platform.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(LOCK_SETTINGS.sql, world.instance_id)
        await asyncio.wait_for(world.user("ann"), 3)
        await transaction.rollback()


async def test_another_process_sees_a_change_within_a_second(world):
    other = Lookup(world.platform)
    assert (await other.instance(world.instance_id)).settings.messages.blocked_countries == ()
    await world.call(None, changing.update_messages, patch=MessagesPatch(["FR"]))
    await asyncio.sleep(1.01)
    found = await other.instance(world.instance_id)
    assert found.settings.messages.blocked_countries == ("FR",)


async def test_the_roles_of_new_organizations_are_chosen(world):
    owner = await new_role(world, "org:owner")
    ids = await role_ids(world)
    await world.call(
        None,
        changing.update_organizations,
        patch=OrganizationsPatch(creator_role_id=owner.id, default_role_id=ids["org:viewer"]),
    )
    found = (await world.call(None, instances.get)).initial_roles
    assert found is not None
    assert (found.creator_role_key, found.default_role_key) == ("org:owner", "org:viewer")
    acme = await world.organization(owner="ann")
    rows = await world.sql(
        "SELECT r.key FROM memberships m JOIN roles r ON r.id = m.role_id"
        " WHERE m.organization_id = $1",
        acme.id,
    )
    assert [row["key"] for row in rows] == ["org:owner"]
    (event,) = await world.events("instance.updated")
    assert event["before"]["initial_roles"]["creator_role_key"] == "org:admin"
    assert event["after"]["initial_roles"]["creator_role_key"] == "org:owner"
    assert len(await world.events("roleSet.updated")) == 1


@pytest.mark.parametrize("field", ["creator_role_id", "default_role_id"])
async def test_a_role_has_to_be_there_and_in_the_initial_set(world, other_world, field):
    theirs = (await role_ids(other_world))["org:admin"]
    for role_id in ("role_nobody", "", theirs):
        with pytest.raises(RoleNotFound) as refused:
            await point(world, field, role_id)
        assert refused.value.parameter == field
    outside = await new_role(world, "org:outside", is_initial=False)
    with pytest.raises(RoleNotInSet) as refused:
        await point(world, field, outside.id)
    assert refused.value.parameter == field


async def point(world, field, role_id):
    patch = OrganizationsPatch(max_allowed_memberships=3, **{field: role_id})
    return await world.call(None, changing.update_organizations, patch=patch)


async def test_nothing_is_half_done_when_a_role_is_refused(world):
    member = (await role_ids(world))["org:member"]
    with pytest.raises(MissingCreatorPermissions) as refused:
        await point(world, "creator_role_id", member)
    assert refused.value.parameter == "creator_role_id"
    assert (await settings_of(world)).max_allowed_memberships == 0


async def test_no_organization_loses_its_last_owner(world):
    owner = await new_role(world, "org:owner")
    await world.organization(owner="ann")
    with pytest.raises(LastOwner) as refused:
        await point(world, "creator_role_id", owner.id)
    assert refused.value.parameter == "creator_role_id"


async def test_two_choices_of_a_role_and_another_initial_set_at_once_come_to_an_end(world):
    ids = await role_ids(world)
    other = NewRoleSet(
        name="Other",
        default_role_key="org:member",
        creator_role_key="org:admin",
        roles=["org:admin", "org:member"],
        type=RoleSetType.INITIAL,
    )
    results = await all_at_once(
        point(world, "default_role_id", ids["org:viewer"]),
        point(world, "default_role_id", ids["org:member"]),
        world.call(None, role_sets.create, new=other),
        world.call(None, changing.update_messages, patch=MessagesPatch(["FR"])),
    )
    allowed = (RoleNotInSet,)
    assert all(not isinstance(each, Exception) or isinstance(each, allowed) for each in results)
    found = (await world.call(None, instances.get)).initial_roles
    assert found is not None
    assert found.role_set_key == "role_set:other"


async def test_without_an_initial_set_there_is_no_role_to_choose(world):
    await world.sql(
        "UPDATE role_sets SET type = 'custom' WHERE instance_id = $1", world.instance_id
    )
    ids = await role_ids(world)
    with pytest.raises(RoleSetNotFound):
        await point(world, "default_role_id", ids["org:member"])
    assert (await world.get("/instance/organization_settings")).json()["creator_role"] == ""


async def test_a_production_instance_has_no_development_of_its_own(world):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    for patch in (
        InstancePatch(development_origin="http://localhost:3000"),
        InstancePatch(syncs_sessions_by_url=True),
    ):
        with pytest.raises(InvalidInput):
            await world.call(None, changing.update, patch=patch)


def test_every_place_of_a_patch_is_a_setting():
    from charter.core.instances.settings import InstanceSettings

    for place in PLACES.values():
        found = InstanceSettings()
        for part in place.split("."):
            assert hasattr(found, part), place
            found = getattr(found, part)
