"""Making organizations."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    NewOrganization,
    OrganizationCreationNotAllowed,
    OrganizationCreatorNotFound,
    OrganizationLimitReached,
    OrganizationSlugsDisabled,
    SlugTaken,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.kernel.errors import InvalidInput, NotPermitted, TooLarge
from tests.world import all_at_once


async def found(world, who=None, **fields):
    fields = {"name": "Acme", **fields}
    if fields.get("created_by") in world.people:
        fields["created_by"] = world.people[fields["created_by"]]
    new = NewOrganization(**fields)
    return await world.call(who, organizations.create, organization=new)


async def test_the_creator_becomes_a_member_in_the_creators_role(world):
    acme = await world.organization("Acme", owner="ann", public_metadata={"size": 3})
    assert (acme.name, acme.slug, acme.public_metadata) == ("Acme", "acme", {"size": 3})
    assert (acme.created_by, acme.number > 0) == (world.people["ann"], True)
    rows = await world.sql(
        "SELECT m.user_id, r.key FROM memberships m JOIN roles r ON r.id = m.role_id"
        " WHERE m.organization_id = $1",
        acme.id,
    )
    assert [tuple(row) for row in rows] == [(world.people["ann"], "org:admin")]
    events = [event["name"] for event in await world.events()]
    assert events[-2:] == ["organization.created", "organizationMembership.created"]


async def test_without_a_creator_it_is_empty(world):
    acme = await found(world)
    assert acme.created_by is None
    assert not await world.sql("SELECT 1 FROM memberships WHERE organization_id = $1", acme.id)


async def test_many_of_one_name_at_once_all_get_slugs_of_their_own(world):
    made = await all_at_once(*(found(world, name="Café Über!") for _ in range(10)))
    slugs = {organization.slug for organization in made}
    assert "cafe-uber" in slugs
    assert len(slugs) == 10


async def test_a_slug_that_is_given_is_not_changed_when_it_is_taken(world):
    await found(world, slug="acme-1")
    with pytest.raises(SlugTaken):
        await found(world, slug="acme-1")


async def test_an_instance_may_do_without_slugs(world):
    await world.sql(
        "UPDATE instances SET settings = settings || '{\"organization_slugs_enabled\": false}'"
        " WHERE id = $1",
        world.instance_id,
    )
    assert (await found(world)).slug is None
    with pytest.raises(OrganizationSlugsDisabled):
        await found(world, slug="acme")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "  "},
        {"name": "x" * 257},
        {"name": "Acme <b>big</b>"},
        {"name": "See https://evil.example"},
        {"name": "Line\r\nBreak"},
        {"name": "\u200b\u2060"},
        {"name": "Acme \u202egpj.exe"},
        {"slug": "Acme"},
        {"slug": "a b"},
        {"slug": ""},
        {"max_allowed_memberships": -1},
        {"max_allowed_memberships": 2**31},
    ],
)
async def test_what_cannot_be_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await found(world, **fields)


async def test_a_time_to_come_and_large_metadata_are_refused(world):
    with pytest.raises(InvalidInput):
        await found(world, created_at=world.platform.clock() + timedelta(days=1))
    with pytest.raises(InvalidInput):
        await found(world, created_at=datetime(1, 1, 1, tzinfo=UTC))
    with pytest.raises(TooLarge):
        await found(world, private_metadata={"text": "x" * 600_000})


async def test_an_unknown_creator_or_role_set_is_refused_and_nothing_stays(world):
    with pytest.raises(OrganizationCreatorNotFound):
        await found(world, created_by="user_nobody")
    with pytest.raises(RoleSetNotFound):
        await found(world, role_set_key="role_set:none")
    assert not await world.sql(
        "SELECT 1 FROM organizations WHERE instance_id = $1", world.instance_id
    )


async def test_a_user_makes_organizations_for_themselves_alone(world):
    await world.user("ann")
    ben = await world.user("ben")
    made = await found(world, "ann", created_by="ann")
    assert made.created_by == world.people["ann"]
    with pytest.raises(NotPermitted):
        await found(world, "ann", created_by=ben.id)
    with pytest.raises(NotPermitted):
        await found(world, "ann")


async def test_a_user_who_may_not_make_organizations_is_refused(world):
    await world.user("ann", can_create_organizations=False)
    with pytest.raises(OrganizationCreationNotAllowed):
        await found(world, "ann", created_by="ann")
    assert (await found(world, created_by="ann")).created_by == world.people["ann"]


@pytest.mark.security("G9")
async def test_of_ten_organizations_made_at_once_only_those_within_the_limit_come_to_be(world):
    await world.user("ann", organizations_limit=2)
    results = await all_at_once(*(found(world, "ann", created_by="ann") for _ in range(10)))
    refused = [each for each in results if isinstance(each, OrganizationLimitReached)]
    assert len(refused) == 8
