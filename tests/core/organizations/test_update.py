"""Changing organizations."""

from datetime import UTC, datetime

import pytest

from charter.core.memberships.model import LastOwner
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    MetadataPatch,
    OrganizationNotFound,
    OrganizationPatch,
    RolesOutsideSet,
    SlugTaken,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.kernel.errors import NotFound, NotPermitted, VersionConflict
from charter.kernel.lists import Search
from charter.kernel.operation import run, version
from tests.waiting import after_open


async def update(world, acme, who=None, **fields):
    return await world.call(
        who, organizations.update, organization_id=acme.id, patch=OrganizationPatch(**fields)
    )


async def role_set(world, key, creator, *roles):
    """A role set with these roles, straight in its tables."""
    rows = await world.sql(
        "INSERT INTO role_sets (instance_id, id, key, name, type, creator_role_id, created_at,"
        " updated_at) SELECT $1, 'rset_' || $2, $2, 'Set', 'custom', id, now(), now() FROM roles"
        " WHERE instance_id = $1 AND key = $3 RETURNING id",
        world.instance_id,
        key,
        creator,
    )
    await world.sql(
        "INSERT INTO role_set_roles (instance_id, role_set_id, role_id)"
        " SELECT $1, $2, id FROM roles WHERE instance_id = $1 AND key = ANY($3)",
        world.instance_id,
        rows[0]["id"],
        [creator, *roles],
    )


async def test_what_was_not_sent_stays_and_null_leaves_a_field_as_it_is(world):
    acme = await world.organization("Acme", public_metadata={"a": 1})
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    changed = await update(
        world, acme, name="Brick", slug=None, created_at=moment, max_allowed_memberships=9
    )
    assert (changed.name, changed.slug) == ("Brick", "acme")
    assert (changed.created_at, changed.max_allowed_memberships) == (moment, 9)
    assert changed.public_metadata == {"a": 1}
    read = await world.call(None, organizations.get, organization_id=acme.id)
    assert (read.name, read.created_at) == ("Brick", moment)
    (event,) = await world.events("organization.updated")
    assert (event["subject_id"], event["organization_id"]) == (acme.id, acme.id)


async def test_a_renamed_organization_is_found_by_its_new_name(world):
    acme = await world.organization("Acme")
    await update(world, acme, name="Brick Works", slug="brick")
    for query, count in (("ck wor", 1), ("acme", 0), (acme.id, 1), (acme.id[:20], 0)):
        found = await world.call(None, organizations.search, search=Search(), query=query)
        assert found.total == count, query


async def test_metadata_is_replaced_by_an_update_and_merged_by_a_merge(world):
    acme = await world.organization("Acme", public_metadata={"a": {"b": 1, "c": 2}})
    merged = await world.call(
        None,
        organizations.merge_metadata,
        organization_id=acme.id,
        patch=MetadataPatch(public_metadata={"a": {"b": None}, "d": 4}),
    )
    assert merged.public_metadata == {"a": {"c": 2}, "d": 4}
    updated = await update(world, acme, public_metadata={"e": 5}, private_metadata=None)
    assert (updated.public_metadata, updated.private_metadata) == ({"e": 5}, {})
    replaced = await world.call(
        None,
        organizations.replace_metadata,
        organization_id=acme.id,
        patch=MetadataPatch(private_metadata={"f": 6}),
    )
    assert (replaced.public_metadata, replaced.private_metadata) == ({"e": 5}, {"f": 6})


async def test_a_taken_slug_and_an_unknown_organization_are_refused(world):
    acme = await world.organization("Acme")
    await world.organization("Brick")
    with pytest.raises(SlugTaken):
        await update(world, acme, slug="brick")
    patch = OrganizationPatch(name="X")
    with pytest.raises(OrganizationNotFound):
        await world.call(None, organizations.update, organization_id="org_none", patch=patch)


async def test_an_update_of_another_version_is_refused(world):
    acme = await world.organization("Acme")
    arguments = {"organization_id": acme.id, "patch": OrganizationPatch(name="Brick")}
    seen = version(acme.updated_at)
    await run(
        world.platform,
        world.server,
        organizations.update,
        expected_version=seen,
        arguments=arguments,
    )
    with pytest.raises(VersionConflict):
        await run(
            world.platform,
            world.server,
            organizations.update,
            expected_version=seen,
            arguments=arguments,
        )


async def test_members_change_name_and_slug_alone_and_only_with_the_permission(world):
    acme = await world.organization("Acme", owner="ann")
    await world.member(acme, "ben", "org:member")
    await world.user("cid")
    assert (await update(world, acme, "ann", name="Brick")).name == "Brick"
    for fields in ({"max_allowed_memberships": 5}, {"private_metadata": {"a": 1}}):
        with pytest.raises(NotPermitted):
            await update(world, acme, "ann", **fields)
    with pytest.raises(NotPermitted):
        await update(world, acme, "ben", name="Mine")
    with pytest.raises(NotFound):
        await update(world, acme, "cid", name="Mine")


async def test_another_role_set_needs_the_roles_of_all_members(world):
    acme = await world.organization("Acme", owner="ann")
    await world.member(acme, "ben", "org:viewer")
    await role_set(world, "role_set:small", "org:admin", "org:member")
    with pytest.raises(RolesOutsideSet) as refused:
        await update(world, acme, role_set_key="role_set:small")
    assert refused.value.meta["role_keys"] == ["org:viewer"]
    await role_set(world, "role_set:wide", "org:admin", "org:viewer")
    changed = await update(world, acme, role_set_key="role_set:wide")
    assert changed.role_set_key == "role_set:wide"
    with pytest.raises(RoleSetNotFound):
        await update(world, acme, role_set_key="role_set:none")


async def test_another_role_set_needs_a_holder_of_its_creators_role(world):
    acme = await world.organization("Acme", owner="ann")
    await role_set(world, "role_set:other", "org:manager", "org:admin")
    with pytest.raises(LastOwner):
        await update(world, acme, role_set_key="role_set:other")


async def test_an_update_keeps_what_another_changes_meanwhile(world):
    acme = await world.organization()
    naming = ("UPDATE organizations SET name = 'Other' WHERE id = $1", acme.id)
    updated = await after_open(world, update(world, acme, max_allowed_memberships=9), naming)
    assert (updated.name, updated.max_allowed_memberships) == ("Other", 9)
