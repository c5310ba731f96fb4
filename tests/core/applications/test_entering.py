"""Who belongs to the owner of an application enters it as its steward; nobody else does."""

import dataclasses

import pytest

from charter.core.api_keys import operations as api_keys
from charter.core.applications.entering import MANAGES, SEES, enter
from charter.core.instances import configuring, resetting
from charter.core.invitations import operations as invitations
from charter.core.keys import operations as keys
from charter.core.machines import operations as machines
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import NewMembership
from charter.core.organization_tokens import operations as organization_tokens
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import NewOrganization, OrganizationPatch, OrganizationStatus
from charter.core.sessions import operations as sessions
from charter.core.users import operations as users
from charter.core.users import own
from charter.core.users.model import NewUser
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotFound, NotPermitted, Unauthenticated
from charter.kernel.ids import new_id
from charter.kernel.lists import Search
from tests.applying import applied, entered, inside


@pytest.fixture
async def acme(world):
    """An organization with an owner, a manager, a member and a viewer; eve is a stranger."""
    made = await world.organization(owner="ann")
    for name, role in (("max", "org:manager"), ("ben", "org:member"), ("vic", "org:viewer")):
        await world.member(made, name, role)
    await world.user("eve")
    return made


@pytest.fixture
async def shop(world, app, acme):
    """Its application, with a customer's organization in it."""
    there = inside(world, app, await applied(world, acme, "ann"))
    await there.organization("Customer", owner="cat")
    yield there
    await there.close()


@pytest.mark.security("G4")
@pytest.mark.parametrize(
    ("who", "permissions"),
    [("ann", MANAGES), ("max", MANAGES), ("ben", SEES), ("vic", SEES), (None, MANAGES)],
)
async def test_a_steward_holds_what_their_role_at_the_owner_gives(world, shop, who, permissions):
    steward = await entered(world, who, shop)
    assert steward.kind is ActorKind.STEWARD
    assert steward.instance_id == shop.instance_id
    assert steward.user_id is None
    assert steward.permissions == permissions
    assert steward.home_instance_id == world.instance_id
    assert steward.home_user_id == (None if who is None else world.people[who])


@pytest.mark.security("G1")
async def test_strangers_enter_nothing_and_learn_nothing(world, other_world, shop):
    await other_world.organization(owner="ann")
    for place in (shop.instance_id, other_world.instance_id, new_id("ins_"), "", "x", "a\x00b"[:1]):
        with pytest.raises(NotFound):
            await enter(world.platform, world.acting("eve"), place)
    for who in (None, "ann"):
        with pytest.raises(NotFound):
            await entered(other_world, who, shop)
    for actor in (shop.server, shop.acting("cat")):
        with pytest.raises(NotFound):
            await enter(world.platform, actor, world.instance_id)


async def test_in_ones_own_instance_everybody_stays_who_they_are(world):
    await world.user("ann")
    nobody = Actor(ActorKind.ANONYMOUS, world.instance_id)
    for actor in (world.server, world.acting("ann"), nobody):
        assert await enter(world.platform, actor, world.instance_id) is actor


@pytest.mark.security("G4")
async def test_whoever_is_confined_or_stands_for_another_does_not_enter(world, acme, shop):
    ann = world.acting("ann")
    for actor in (
        dataclasses.replace(ann, organization_id=acme.id),
        dataclasses.replace(ann, impersonator="support"),
        dataclasses.replace(world.server, organization_id=acme.id),
        Actor(ActorKind.ORGANIZATION_TOKEN, world.instance_id, organization_id=acme.id),
        Actor(ActorKind.ANONYMOUS, world.instance_id),
        Actor(ActorKind.MACHINE, world.instance_id, "mch_x"),
        Actor(ActorKind.BROWSER, world.instance_id),
        Actor(ActorKind.OPERATOR, world.instance_id),
        Actor(ActorKind.SYSTEM, world.instance_id),
    ):
        with pytest.raises(NotFound):
            await enter(world.platform, actor, shop.instance_id)


@pytest.mark.security("G1")
async def test_the_owners_owner_does_not_come_along(world, app, shop):
    customer = await shop.organization("Reseller", owner="cat")
    inner = inside(world, app, await applied(shop, customer, "cat"))
    assert (await entered(shop, "cat", inner)).home_instance_id == shop.instance_id
    for who in ("ann", None):
        with pytest.raises(NotFound):
            await entered(world, who, inner)
    steward = await entered(world, "ann", shop)
    with pytest.raises(NotFound):
        await enter(world.platform, steward, inner.instance_id)


async def test_a_steward_manages_organizations_and_users_and_is_told_of(world, shop):
    steward = await entered(world, "ann", shop)
    made = await shop.call(
        steward, organizations.create, organization=NewOrganization(name="Made", created_by=None)
    )
    user = await shop.call(steward, users.create, new=NewUser(email_addresses=["d@example.com"]))
    new = NewMembership(user_id=user.id, role="org:member")
    await shop.call(steward, memberships.create, organization_id=made.id, membership=new)
    (event, *_) = reversed(await shop.events("organization.created"))
    assert event["actor"]["kind"] == "steward"
    assert event["actor"]["home_user_id"] == world.people["ann"]
    assert event["actor"]["home_instance_id"] == world.instance_id
    assert event["actor"]["user_id"] is None


@pytest.mark.security("G4")
async def test_members_of_the_owner_look_and_change_nothing(world, shop):
    steward = await entered(world, "ben", shop)
    found = await shop.call(steward, organizations.search, search=Search())
    (customer,) = found.items
    assert len((await shop.call(steward, users.search, search=Search())).items) == 1
    await shop.call(steward, organizations.get, organization_id=customer.id)
    new = NewUser(email_addresses=["d@example.com"])
    for operation, arguments in (
        (users.create, {"new": new}),
        (users.delete, {"user_id": shop.people["cat"]}),
        (organizations.create, {"organization": NewOrganization(name="X", created_by=None)}),
        (organizations.delete, {"organization_id": customer.id}),
        (
            organizations.update,
            {"organization_id": customer.id, "patch": OrganizationPatch(name="Mine")},
        ),
    ):
        with pytest.raises(NotPermitted):
            await shop.call(steward, operation, **arguments)


@pytest.mark.security("G4")
async def test_keys_settings_tokens_and_what_is_peoples_own_are_not_a_stewards(world, shop):
    steward = await entered(world, "ann", shop)
    for operation, arguments in (
        (keys.rotate_secret, {}),
        (keys.search, {}),
        (configuring.configure, {"changes": {}}),
        (resetting.reset, {}),
        (organization_tokens.create, {"organization_id": "org_x"}),
        (api_keys.search, {"search": Search(), "subject": "org_x"}),
        (machines.search, {"search": Search()}),
        (sessions.search, {"search": Search()}),
        (invitations.search, {"search": Search()}),
    ):
        with pytest.raises((NotPermitted, Unauthenticated)):
            await shop.call(steward, operation, **arguments)
    with pytest.raises(Unauthenticated):
        await shop.call(steward, own.get)


@pytest.mark.security("G2")
async def test_who_is_removed_after_they_entered_may_nothing_more(world, acme, shop):
    steward = await entered(world, "max", shop)
    await world.call(None, memberships.remove, organization_id=acme.id, user_id="max")
    for operation, arguments in (
        (users.search, {"search": Search()}),
        (users.create, {"new": NewUser(email_addresses=["d@example.com"])}),
    ):
        with pytest.raises(NotFound):
            await shop.call(steward, operation, **arguments)
    with pytest.raises(NotFound):
        await entered(world, "max", shop)


@pytest.mark.security("G2")
async def test_who_is_demoted_after_they_entered_looks_on(world, acme, shop):
    steward = await entered(world, "max", shop)
    await world.call(
        None, memberships.set_role, organization_id=acme.id, user_id="max", role="org:viewer"
    )
    await shop.call(steward, users.search, search=Search())
    with pytest.raises(NotPermitted):
        await shop.call(steward, users.create, new=NewUser(email_addresses=["d@example.com"]))


@pytest.mark.security("G4")
async def test_a_made_up_steward_holds_nothing_by_their_word(world, shop):
    made_up = Actor(
        ActorKind.STEWARD,
        shop.instance_id,
        permissions=MANAGES,
        home_instance_id=world.instance_id,
        home_user_id=world.people["eve"],
    )
    for actor in (made_up, dataclasses.replace(made_up, home_instance_id=None, home_user_id=None)):
        with pytest.raises(NotFound):
            await shop.call(actor, users.search, search=Search())


@pytest.mark.parametrize(
    ("status", "permissions"),
    [(OrganizationStatus.SUSPENDED, SEES), (OrganizationStatus.CLOSED, None)],
)
async def test_of_an_owner_that_rests_members_see_and_of_a_closed_one_nothing(
    world, acme, shop, status, permissions
):
    patch = OrganizationPatch(status=status)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    if permissions is None:
        with pytest.raises(NotFound):
            await entered(world, "ann", shop)
    else:
        assert (await entered(world, "ann", shop)).permissions == permissions
    assert (await entered(world, None, shop)).permissions == MANAGES
