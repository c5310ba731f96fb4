"""What an organization says of itself: a description, a contact address, a country."""

import pytest

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.organizations import operations as organizations
from charter.core.organizations.fields import FIELDS
from charter.core.organizations.model import NewOrganization, OrganizationPatch
from charter.kernel.errors import InvalidInput, NotPermitted
from charter.kernel.filters.tree import Apply, Name, Op, Text
from charter.kernel.lists import Search

HOSTILE = ("zero\x00", "bell\x07", "half\ud800", "x" * 10_000)


async def update(world, acme, who=None, **fields):
    return await world.call(
        who, organizations.update, organization_id=acme.id, patch=OrganizationPatch(**fields)
    )


async def test_an_organization_is_made_with_what_it_says_of_itself(world):
    acme = await world.organization(
        description="Tools,\nof iron", contact_address=" Straße@Example.com ", country="de"
    )
    read = await world.call(None, organizations.get, organization_id=acme.id)
    said = (read.description, read.contact_address, read.country)
    assert said == ("Tools,\nof iron", "Straße@Example.com", "DE")


async def test_null_takes_it_away_and_what_is_left_out_stays(world):
    acme = await world.organization(description="Tools", contact_address="a@b.test", country="AT")
    changed = await update(world, acme, description=None)
    assert (changed.description, changed.contact_address, changed.country) == (
        None,
        "a@b.test",
        "AT",
    )
    changed = await update(world, acme, contact_address=None, country=None, description="  ")
    assert (changed.description, changed.contact_address, changed.country) == (None, None, None)


async def test_whoever_manages_an_organization_changes_its_description_and_contact(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:manager")
    await world.member(acme, "cid")
    changed = await update(world, acme, "ben", description="Tools", contact_address="a@b.test")
    assert (changed.description, changed.contact_address) == ("Tools", "a@b.test")
    with pytest.raises(NotPermitted):
        await update(world, acme, "cid", description="Mine")
    with pytest.raises(NotPermitted):
        await update(world, acme, "ann", country="DE")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["description", "country", "name"])
async def test_hostile_texts_are_refused(world, field, text):
    acme = await world.organization()
    with pytest.raises(InvalidInput) as refused:
        await update(world, acme, **{field: text})
    assert refused.value.parameter == field
    with pytest.raises(InvalidInput):
        await world.organization(**{"name": "New", "owner": [], field: text})


@pytest.mark.parametrize("text", [*HOSTILE, "ann", "ann@", "a@b@c.test"])
async def test_a_contact_that_is_no_address_is_refused(world, text):
    acme = await world.organization()
    with pytest.raises(EmailAddressInvalid) as refused:
        await update(world, acme, contact_address=text)
    assert refused.value.parameter == "contact_address"


async def test_a_description_has_up_to_2000_characters(world):
    acme = await world.organization(description="x" * 2000)
    assert len(acme.description) == 2000
    with pytest.raises(InvalidInput):
        await update(world, acme, description="x" * 2001)


@pytest.mark.parametrize("code", ["", "D", "DEU", "XX", "UK", "\u0131t", "ＤＥ", "\u017fe"])  # noqa: RUF001
async def test_a_country_is_one_of_the_standard(world, code):
    acme = await world.organization()
    with pytest.raises(InvalidInput):
        await update(world, acme, country=code)


async def test_a_contact_address_is_found_by_no_search(world):
    await world.organization(contact_address="secret@contact.test")
    found = await world.call(None, organizations.search, search=Search(), query="secret@contact")
    assert found.items == ()
    assert not any("contact" in name for name in FIELDS)


async def test_descriptions_are_searched_and_ordered_by(world):
    for name, description in (("A", "second"), ("B", "first"), ("C", None)):
        new = NewOrganization(name=name, description=description)
        await world.call(None, organizations.create, organization=new)
    where = Apply(Op.EQ, (Name("description"), Text("first")))
    found = await world.call(None, organizations.search, search=Search(where=where))
    assert [each.name for each in found.items] == ["B"]
