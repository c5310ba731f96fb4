"""Directories: their connection, their key, and what their groups stand for."""

from datetime import timedelta

import pytest

from charter.core.directories import operations as directories
from charter.core.directories.model import (
    OVERLAP_SECONDS,
    USUAL_MAPPING,
    DirectoryConnectionUsed,
    DirectoryNotFound,
    DirectoryOrganizationUsed,
    DirectoryPatch,
    NewDirectory,
    NewGroupMapping,
)
from charter.core.enterprise_connections import operations as connections
from charter.core.enterprise_connections.model import CustomAttribute
from charter.core.roles import operations as roles
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from charter.kernel.secrets import digest, well_formed
from charter.worker import clear
from tests.companies import change, connect
from tests.world import all_at_once, later

TAGS = CustomAttribute("Tags", "tags", None, "urn:tags", is_multi_valued=True)
KEYS = "SELECT * FROM directory_keys WHERE directory_id = $1 ORDER BY created_at"


async def make(world, connection, **fields):
    given = {"connection_id": connection.id, "provider": "okta", **fields}
    return await world.call(None, directories.create, new=NewDirectory(**given))


async def update(world, directory, **fields):
    patch = DirectoryPatch(**fields)
    return await world.call(None, directories.update, directory_id=directory.id, patch=patch)


async def role_ids(world):
    found = await world.call(None, roles.search, search=Search())
    return {each.key: each.id for each in found.items}


@pytest.mark.security("H6")
async def test_a_key_is_shown_once_and_kept_as_its_digest(world):
    made = await make(world, await connect(world))
    assert well_formed("scim_", made.key)
    (row,) = await world.sql(KEYS, made.directory.id)
    assert row["digest"] == digest(made.key)
    assert made.key not in str(await world.events())
    found = await world.call(None, directories.get, directory_id=made.directory.id)
    assert found == made.directory
    assert (found.name, found.is_enabled, found.maps_groups) == ("Acme", True, False)
    assert found.attribute_mapping == USUAL_MAPPING


@pytest.mark.security("H6")
async def test_a_rotated_key_overlaps_with_the_one_before(world):
    directory = (await make(world, await connect(world))).directory
    one = {"directory_id": directory.id}
    rotated = await world.call(None, directories.rotate_key, **one)
    before, after = await world.sql(KEYS, directory.id)
    assert (after["digest"], after["expires_at"]) == (digest(rotated.key), None)
    assert before["expires_at"] - after["created_at"] == timedelta(seconds=OVERLAP_SECONDS)
    soon = later(world.platform, seconds=60)
    await world.call(None, directories.rotate_key, platform=soon, **one)
    ends = [row["expires_at"] for row in await world.sql(KEYS, directory.id)]
    assert ends[0] == before["expires_at"]
    assert len(await world.events("directoryKey.rotated")) == 2
    await clear(later(world.platform, seconds=OVERLAP_SECONDS + 1))
    assert len(await world.sql(KEYS, directory.id)) == 2


async def test_of_rotations_at_once_one_key_stays(world):
    directory = (await make(world, await connect(world))).directory
    done = await all_at_once(
        *(world.call(None, directories.rotate_key, directory_id=directory.id) for _ in range(5))
    )
    assert len({each.key for each in done}) == 5
    rows = await world.sql(KEYS, directory.id)
    assert len([row for row in rows if row["expires_at"] is None]) == 1


async def test_a_directory_is_changed_and_taken_away(world):
    connection = await connect(world, custom_attributes=(TAGS,))
    directory = (await make(world, connection, name="People")).directory
    assert directory.custom_attributes == (TAGS,)
    mapping = {"tags": "urn:tags", "first_name": None, "email_address": "emails.0.value"}
    after = await update(
        world,
        directory,
        name="All",
        provider="entra",
        is_enabled=False,
        maps_groups=True,
        attribute_mapping=mapping,
    )
    assert (after.name, after.provider, after.is_enabled) == ("All", "entra", False)
    kept = {k: v for k, v in USUAL_MAPPING.items() if k != "first_name"}
    assert after.attribute_mapping == kept | {"tags": "urn:tags", "email_address": "emails.0.value"}
    found = await world.call(None, directories.search, search=Search())
    assert found.items == (after,)
    await world.call(None, directories.delete, directory_id=directory.id)
    assert await world.sql(KEYS, directory.id) == []
    with pytest.raises(DirectoryNotFound):
        await world.call(None, directories.get, directory_id=directory.id)
    assert [row["name"] for row in await world.events() if "directory" in row["name"]] == [
        "directory.created",
        "directory.updated",
        "directory.deleted",
    ]


async def test_groups_stand_for_roles(world):
    ids = await role_ids(world)
    mappings = (
        NewGroupMapping("g-admins", ids["org:admin"], "Admins"),
        NewGroupMapping("g-all", ids["org:member"], precedence=7),
    )
    made = await make(world, await connect(world), group_mappings=mappings)
    assert made.directory.maps_groups
    one = {"directory_id": made.directory.id}
    found = await world.call(None, directories.search_group_mappings, **one, search=Search())
    seen = [(each.group_id, each.group_name, each.precedence) for each in found.items]
    assert seen == [("g-admins", "Admins", 1), ("g-all", "", 7)]
    assert [each.role.key for each in found.items] == ["org:admin", "org:member"]
    assert "org:sys_profile:manage" in found.items[0].role.permission_keys


@pytest.mark.parametrize(
    "mappings",
    [
        [("g", "role_nobody", "", None)],
        [("", "org:admin", "", None)],
        [("g", "org:admin", "x" * 256, None)],
        [("g", "org:admin", "", 0)],
        [("g", "org:admin", "", 10**9)],
        [("g", "org:admin", "", None), ("g", "org:member", "", None)],
        [("g", "org:admin", "", 2), ("h", "org:member", "", None)],
        [(f"g{n}", "org:admin", "", None) for n in range(501)],
    ],
)
async def test_mappings_that_cannot_be_are_refused(world, mappings):
    ids = await role_ids(world)
    given = [NewGroupMapping(a, ids.get(b, b), c, d) for a, b, c, d in mappings]
    with pytest.raises(InvalidInput):
        await make(world, await connect(world), group_mappings=given)
    assert (await world.call(None, directories.search, search=Search())).items == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"provider": "Okta!"},
        {"provider": ""},
        {"attribute_mapping": {"role": "x"}},
        {"attribute_mapping": {"user_id": ""}},
        {"attribute_mapping": {"user_id": "x" * 1025}},
    ],
)
async def test_changes_that_cannot_be_are_refused(world, fields):
    directory = (await make(world, await connect(world))).directory
    with pytest.raises(InvalidInput):
        await update(world, directory, **fields)


async def test_a_connection_has_one_directory_and_so_has_an_organization(world):
    acme = await world.organization("Acme")
    first = await connect(world, "a.test", organization_id=acme.id)
    second = await connect(world, "b.test", organization_id=acme.id)
    done = await all_at_once(*(make(world, each) for each in (first, first, second)))
    refused = [type(each) for each in done if isinstance(each, Exception)]
    assert len(refused) == 2
    assert set(refused) <= {DirectoryConnectionUsed, DirectoryOrganizationUsed}
    third = await connect(world, "c.test")
    await make(world, third)
    with pytest.raises(DirectoryOrganizationUsed):
        await change(world, third, organization_id=acme.id)
    with pytest.raises(DirectoryConnectionUsed):
        await make(world, third)


async def test_a_directory_goes_with_its_connection(world):
    connection = await connect(world)
    directory = (await make(world, connection)).directory
    await world.call(None, connections.delete, connection_id=connection.id)
    with pytest.raises(DirectoryNotFound):
        await world.call(None, directories.get, directory_id=directory.id)


@pytest.mark.security("G1")
async def test_what_is_of_another_instance_is_not_there(world, other_world):
    connection = await connect(world)
    directory = (await make(world, connection)).directory
    role = (await role_ids(world))["org:admin"]
    with pytest.raises(InvalidInput):
        await make(other_world, connection)
    with pytest.raises(InvalidInput):
        await make(
            other_world, await connect(other_world), group_mappings=[NewGroupMapping("g", role)]
        )
    for operation, more in (
        (directories.get, {}),
        (directories.delete, {}),
        (directories.rotate_key, {}),
        (directories.update, {"patch": DirectoryPatch(name="x")}),
        (directories.search_group_mappings, {"search": Search()}),
    ):
        with pytest.raises(DirectoryNotFound):
            await other_world.call(None, operation, directory_id=directory.id, **more)
    assert (await other_world.call(None, directories.search, search=Search())).items == ()
