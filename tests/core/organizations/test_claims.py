"""Names that organizations claim: no other of the instance may claim the same."""

import pytest

from charter.core.organizations import finding
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    NewOrganization,
    OrganizationNameTaken,
    OrganizationNotFound,
    OrganizationPatch,
    OrganizationStatus,
)
from charter.kernel.errors import InvalidInput, NotFound
from tests.world import all_at_once

COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


async def make(world, name, *, claims=True, who=None):
    new = NewOrganization(name, created_by=world.people[who] if who else None, claims_name=claims)
    return await world.call(who, organizations.create, organization=new)


async def rename(world, organization, who=None, **fields):
    patch = OrganizationPatch(**fields)
    return await world.call(who, organizations.update, organization_id=organization.id, patch=patch)


async def find(world, name, who=None):
    return await world.call(who, finding.find_by_name, name=name)


async def test_a_claimed_name_is_not_claimed_again_however_it_is_written(world, other_world):
    await make(world, COMPOSED)
    for name in (COMPOSED, DECOMPOSED, "CAFÉ", "café"):
        with pytest.raises(OrganizationNameTaken) as refused:
            await make(world, name)
        assert refused.value.parameter == "name"
    assert (await make(world, COMPOSED, claims=False)).claimed_name is None
    assert (await make(other_world, COMPOSED)).claimed_name == "café"


async def test_of_two_claims_at_once_one_holds(world):
    made = await all_at_once(*(make(world, name) for name in ("Acme", "ACME", "acme") * 3))
    assert sum(isinstance(each, OrganizationNameTaken) for each in made) == 8


async def test_of_two_renamings_at_once_one_claims(world):
    several = [await make(world, f"Org {number}") for number in range(6)]
    changed = await all_at_once(
        *(rename(world, each, name="Acme", claims_name=True) for each in several)
    )
    assert sum(isinstance(each, OrganizationNameTaken) for each in changed) == 5
    # Who lost is called as before.
    rows = await world.sql(
        "SELECT name FROM organizations WHERE instance_id = $1", world.instance_id
    )
    assert sum(row["name"] == "Acme" for row in rows) == 1


async def test_another_name_gives_the_claim_up_unless_it_is_claimed_too(world):
    acme = await make(world, "Acme")
    assert (await rename(world, acme, name="ACME")).claimed_name == "acme"
    assert (await rename(world, acme, description="x")).claimed_name == "acme"
    assert (await rename(world, acme, name="Brick", claims_name=True)).claimed_name == "brick"
    assert (await rename(world, acme, name="Clay")).claimed_name is None
    await make(world, "Brick")
    assert (await rename(world, acme, claims_name=True)).claimed_name == "clay"
    assert (await rename(world, acme, claims_name=None)).claimed_name == "clay"
    assert (await rename(world, acme, claims_name=False)).claimed_name is None


async def test_whoever_manages_an_organization_claims_its_name(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:manager")
    assert (await rename(world, acme, "ben", claims_name=True)).claimed_name == "acme"
    await world.user("cid")
    with pytest.raises(OrganizationNameTaken):
        await make(world, "Acme", who="cid")


@pytest.mark.parametrize(
    "name",
    ["1", "007", "signup", "SignUp", ".", "..", "a/b", " Acme", "Acme\t", "", "a\u2028b", "a\x00b"],
)
async def test_what_stands_for_something_else_is_not_claimed(world, name):
    acme = await world.organization()
    with pytest.raises(InvalidInput) as refused:
        await make(world, name)
    assert refused.value.parameter == "name"
    with pytest.raises(InvalidInput):
        await rename(world, acme, name=name, claims_name=True)


@pytest.mark.parametrize("name", ["1a", "１２３", "signups", "...", "-1", "1.0"])  # noqa: RUF001
async def test_what_only_looks_like_it_is_claimed(world, name):
    assert (await make(world, name)).name == name


async def test_a_name_that_cannot_be_claimed_is_kept_by_the_other_doors_and_not_claimed_later(
    world,
):
    numbered = await world.organization("123")
    with pytest.raises(InvalidInput):
        await rename(world, numbered, claims_name=True)
    assert (await rename(world, numbered, name="124")).name == "124"


async def test_a_claimed_name_is_kept_composed(world):
    assert (await make(world, DECOMPOSED)).name == COMPOSED


async def test_a_name_is_found_as_it_is_written(world):
    cafe = await make(world, DECOMPOSED)
    plain = await make(world, "Brick\u0301", claims=False)
    assert (await find(world, COMPOSED)).id == cafe.id
    assert (await find(world, DECOMPOSED)).id == cafe.id
    assert (await find(world, plain.name)).id == plain.id
    for name in ("CAFÉ", "café", "Caf", "nobody"):
        with pytest.raises(OrganizationNotFound):
            await find(world, name)


async def test_of_several_the_one_that_claims_the_name_is_found(world):
    await make(world, "Acme", claims=False)
    await make(world, "Acme", claims=False)
    with pytest.raises(OrganizationNotFound):
        await find(world, "Acme")
    claimed = await make(world, "Acme")
    assert (await find(world, "Acme")).id == claimed.id


async def test_members_find_their_own_and_others_make_no_name_ambiguous(world):
    own = await world.organization("Acme", owner="ann")
    await world.organization("Acme", owner="ben")
    claimed = await make(world, "Acme")
    assert (await find(world, "Acme", "ann")).id == own.id
    assert (await find(world, "Acme")).id == claimed.id
    await world.user("eve")
    for name in ("Acme", "nobody"):
        with pytest.raises(NotFound):
            await find(world, name, "eve")
    await world.call(
        None,
        organizations.set_status,
        organization_id=own.id,
        status=OrganizationStatus.CLOSED,
    )
    with pytest.raises(NotFound):
        await find(world, "Acme", "ann")


@pytest.mark.parametrize("name", ["", " Acme", "Acme ", "a\x00", "\ud800", "x" * 10_000, "\u202e"])
async def test_hostile_names_are_nobodys(world, name):
    await world.organization("Acme", owner="ann")
    with pytest.raises(OrganizationNotFound):
        await find(world, name)
    with pytest.raises(NotFound):
        await find(world, name, "ann")


@pytest.mark.security("G1")
async def test_a_name_of_another_instance_is_not_found(world, other_world):
    await make(other_world, "Acme")
    with pytest.raises(OrganizationNotFound):
        await find(world, "Acme")
