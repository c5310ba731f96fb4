"""Organizations as users make and end them, by what the instance allows."""

import dataclasses

import pytest

from charter.core.instances import operations as instances
from charter.core.organizations import defaults, operations
from charter.core.organizations.model import (
    NewOrganization,
    OrganizationDeletionNotAllowed,
    OrganizationsNotEnabled,
)
from charter.core.roles import operations as roles
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionStatus
from charter.core.sessions.tasks import CHOOSE_ORGANIZATION, tasks_of
from charter.kernel.errors import NotFound
from charter.kernel.lists import Search
from tests.core.organization_domains.claimed import proven


async def make(world, who, name="Acme"):
    new = NewOrganization(name, created_by=world.people[who])
    return await world.call(who, operations.create, organization=new)


async def test_users_make_none_where_there_are_none(world):
    await world.configure(organizations={"are_enabled": False})
    await world.user("ann")
    with pytest.raises(OrganizationsNotEnabled):
        await make(world, "ann")
    new = NewOrganization("Acme", created_by=world.people["ann"])
    assert (await world.call(None, operations.create, organization=new)).name == "Acme"


async def test_an_instance_may_keep_members_from_deleting(world):
    acme = await world.organization(owner="ann")
    await world.configure(organizations={"may_be_deleted_by_admins": False})
    with pytest.raises(OrganizationDeletionNotAllowed):
        await world.call("ann", operations.delete, organization_id=acme.id)
    assert (await world.call(None, operations.delete, organization_id=acme.id)).id == acme.id


async def test_a_session_that_waits_for_an_organization_is_active_in_the_one_that_is_made(world):
    await world.configure(organizations={"are_required": True})
    session = await world.session("ann")
    assert session.status is SessionStatus.PENDING
    instance = await world.call(None, instances.get)
    assert tasks_of(instance, session) == (CHOOSE_ORGANIZATION,)
    actor = dataclasses.replace(world.acting("ann"), session_id=session.id)
    new = NewOrganization("Acme", created_by=world.people["ann"])
    acme = await world.call(actor, operations.create, organization=new)
    now = await world.call(None, sessions.get, session_id=session.id)
    assert (now.status, now.last_active_organization_id) == (SessionStatus.ACTIVE, acme.id)
    assert tasks_of(instance, now) == ()


async def test_a_session_that_waits_for_nothing_stays_where_it_is(world):
    acme = await world.organization(owner="ann")
    session = await world.session("ann", acme)
    actor = dataclasses.replace(world.acting("ann"), session_id=session.id)
    new = NewOrganization("Second", created_by=world.people["ann"])
    await world.call(actor, operations.create, organization=new)
    now = await world.call(None, sessions.get, session_id=session.id)
    assert now.last_active_organization_id == acme.id


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("acme.com", "Acme"),
        ("mail.acme-tools.co.uk", "Acme Tools"),
        ("xn--bcher-kva.test", "Bücher"),
        ("org.test", "Org"),
    ],
)
def test_a_company_is_called_as_its_domain(domain, name):
    assert defaults.company_of(domain) == name


async def test_a_name_is_suggested_by_the_address_that_is_not_everybodys(world):
    await world.user("ann", email_addresses=["ann@gmail.com", "ann@acme.test"])
    await world.user("ben", email="ben@gmail.com", first_name="Ben")
    await world.user("cid", email="cid@gmail.com")
    suggested = {
        who: await world.call(who, defaults.creation_defaults) for who in ("ann", "ben", "cid")
    }
    assert {who: (each.name, each.slug) for who, each in suggested.items()} == {
        "ann": ("Acme", "acme"),
        "ben": ("Ben's organization", "ben-s-organization"),
        "cid": (None, None),
    }


async def test_who_makes_a_second_organization_of_a_domain_is_told(world):
    await world.user("ben", email="ben@acme.test")
    assert (await world.call("ben", defaults.creation_defaults)).taken_by is None
    await proven(world, await world.organization(owner="ann"))
    assert (await world.call("ben", defaults.creation_defaults)).taken_by == "Acme"


async def test_members_see_the_roles_that_their_organization_gives(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:viewer")
    await world.user("eve")
    found = await world.call(
        "ben", roles.search_of_organization, organization_id=acme.id, search=Search()
    )
    assert {"org:admin", "org:member"} <= {role.key for role in found.items}
    with pytest.raises(NotFound):
        await world.call(
            "eve", roles.search_of_organization, organization_id=acme.id, search=Search()
        )
