"""Organizations by their numbers, and those that are somebody's own."""

import pytest

from charter.core.numbered import organization_of_number
from charter.core.organizations import finding
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound, OrganizationStatus
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted, Unauthenticated
from charter.kernel.filters.tree import Apply, Name, Op, Order, Text
from charter.kernel.lists import Search


async def by_number(world, number, who=None):
    """The organization of a number, as a door finds it."""
    actor = world.server if who is None else world.acting(who) if isinstance(who, str) else who
    found = await organization_of_number(world.platform, actor, number)
    return await world.call(who, organizations.get, organization_id=found)


async def own(world, who, **search):
    return await world.call(who, finding.search_own, search=Search(**search))


async def test_an_organization_is_found_by_its_number(world):
    acme = await world.organization(owner="ann")
    assert (await by_number(world, acme.number)).id == acme.id
    assert (await by_number(world, acme.number, "ann")).id == acme.id


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, 2**64, -(2**70), 10**400])
async def test_a_number_that_none_can_have_is_not_found(world, number):
    with pytest.raises(OrganizationNotFound):
        await by_number(world, number)


@pytest.mark.security("G1")
async def test_strangers_and_other_instances_are_told_what_they_are_told_of_nothing(
    world, other_world
):
    acme = await world.organization(owner="ann")
    await world.user("eve")
    for number in (acme.number, 2**62):
        with pytest.raises(NotFound):
            await by_number(world, number, "eve")
        with pytest.raises(OrganizationNotFound):
            await by_number(other_world, number)
        with pytest.raises(Unauthenticated):
            await by_number(world, number, Actor(ActorKind.ANONYMOUS, world.instance_id))


async def test_users_list_the_organizations_that_they_are_in(world):
    acme, brick = await world.organization("Acme"), await world.organization("Brick", owner="ben")
    await world.member(brick, "ann", "org:viewer")
    await world.organization("Clay", owner="ben")
    found = await own(world, "ann")
    assert [each.name for each in found.items] == ["Brick", "Acme"]
    assert found.total == 2
    status = OrganizationStatus.CLOSED
    await world.call(None, organizations.set_status, organization_id=brick.id, status=status)
    found = await own(world, "ann")
    assert ([each.id for each in found.items], found.total) == ([acme.id], 1)
    assert (await own(world, None)).total == 3


async def test_their_own_are_filtered_ordered_and_counted(world, other_world):
    for name in ("Clay", "Acme", "Brick"):
        await world.organization(name, owner="ann", description=name.lower())
    await world.organization("Acme", owner="ben")
    await other_world.organization("Acme", owner="ann")
    ordered = await own(world, "ann", order=(Order("name"),), limit=2)
    assert ([each.name for each in ordered.items], ordered.total) == (["Acme", "Brick"], 3)
    where = Apply(Op.EQ, (Name("name"), Text("Acme")))
    found = await own(world, "ann", where=where)
    assert ([each.name for each in found.items], found.total) == (["Acme"], 1)
    assert (await own(world, None, where=where)).total == 2
    for field in ("number", "description", "status", "created_at", "updated_at"):
        assert (await own(world, "ann", order=(Order(field),))).total == 3


async def test_nothing_of_other_members_is_asked_of_ones_own(world):
    await world.organization("Acme", owner=["ann", "ben"])
    for name in ("user_id", "members_count", "text"):
        with pytest.raises(InvalidInput):
            await own(world, "ann", where=Apply(Op.EQ, (Name(name), Text("x"))))


async def test_a_token_of_an_organization_and_strangers_have_no_list(world):
    acme = await world.organization()
    token = Actor(ActorKind.ORGANIZATION_TOKEN, world.instance_id, "tok", organization_id=acme.id)
    with pytest.raises(NotPermitted):
        await own(world, token)
    with pytest.raises(Unauthenticated):
        await own(world, Actor(ActorKind.ANONYMOUS, world.instance_id))


NAMES = (
    "Ånge Öl",
    "İstanbul Motors",
    "STRASSE & Straße",
    "ΟΔΟΣ Ὀδός",
    "日本語テスト",
    "a_b%c\\d",
    "🎈🎉🎈",
)
LOST_BY_PAIRS = """
SELECT part FROM organizations, unnest($2::text[]) AS part
WHERE id = $1 AND strpos(lower(name) || E'\\n' || lower(search_text), lower(part)) > 0
    AND search_pairs NOT LIKE '%' || text_pairs(lower(part)) || '%'
"""


@pytest.mark.parametrize("name", NAMES)
async def test_pairs_of_letters_lose_no_part_of_a_name(world, name):
    made = await world.organization(name)
    parts = [name[i:j] for i in range(len(name)) for j in range(i + 1, len(name) + 1)]
    assert await world.sql(LOST_BY_PAIRS, made.id, parts) == []
    whole = Search(Apply(Op.CONTAINS, (Name("name"), Text(name))))
    found = await world.call(None, organizations.search, search=whole)
    assert [each.id for each in found.items] == [made.id]
    missing = Search(Apply(Op.CONTAINS, (Name("name"), Text(name[::-1] + "none"))))
    assert (await world.call(None, organizations.search, search=missing)).items == ()
