"""Inviting a person for whom a user is made, and who comes in as that user by the link."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.listed_identifiers import operations as listed_identifiers
from charter.core.memberships.model import AlreadyMember, MembershipLimitReached
from charter.core.memberships.queries import find_standing
from charter.core.organization_invitations import introducing, operations
from charter.core.organization_invitations.model import (
    InvitationPending,
    NewOrganizationInvitation,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    OrganizationInactive,
    OrganizationNotFound,
    OrganizationPatch,
    OrganizationStatus,
)
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn, SignInStatus
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.admitting import AddressNotAllowed, IdentifierNotAllowed
from charter.core.sign_ups.model import GivenFields
from charter.core.tickets import operations as tickets
from charter.core.tickets.model import InvitedAlreadyHere, NobodyInvited
from charter.core.users import operations as users
from charter.core.users.model import IdentificationStatus
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once

ADDRESS = "ida@example.com"


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await world.member(made, "ben", "org:manager")
    await world.member(made, "cid")
    return made


async def introduce(world, acme, address=ADDRESS, who="ann", role="org:member", **names):
    return await world.call(
        who,
        introducing.introduce,
        organization_id=acme.id,
        invitation=NewOrganizationInvitation(address, role),
        **names,
    )


async def ticket_to(world, address=ADDRESS, number=-1):
    text = (await sent(world, address))[number].text
    url = re.search(r"https?://\S*__clerk_ticket=\S+", text)[0]
    query = parse_qs(urlsplit(url).query)
    return query["__clerk_ticket"][0], query["__clerk_status"][0]


async def come(world, ticket, platform=None):
    new = NewSignIn(strategy="ticket", ticket=ticket)
    done = await Tab(world).call(sign_ins.create, new=new, platform=platform)
    return done.view.sign_in


async def number_of_users(world):
    rows = await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id)
    return len(rows)


async def role_of(world, acme, user_id):
    db = world.platform.database.reading(world.instance_id)
    return (await find_standing(db, acme.id, user_id)).role_key


async def test_a_user_is_made_whom_the_mailed_link_lets_in_and_makes_a_member(world, acme):
    made = await introduce(world, acme, first_name="Ida", last_name="Low")
    (address,) = made.user.email_addresses
    assert (made.user.first_name, made.user.last_name) == ("Ida", "Low")
    assert (address.is_verified, address.is_reserved) == (False, False)
    assert made.user.password_updated_at is None
    ticket, status = await ticket_to(world)
    assert status == "sign_in"
    done = await come(world, ticket)
    assert (done.status, done.user_id) == (SignInStatus.COMPLETE, made.user.id)
    after = await world.call(None, users.get, user_id=made.user.id)
    assert [each.is_verified for each in after.email_addresses] == [True]
    assert await role_of(world, acme, made.user.id) == "org:member"
    assert len(await world.events("user.created")) == 4


async def test_the_link_leads_to_a_sign_in_and_not_to_a_second_user(world, acme):
    await introduce(world, acme)
    ticket, _status = await ticket_to(world)
    followed = await Tab(world).call(tickets.accept, ticket=ticket)
    assert "__clerk_status=sign_in" in followed.location
    given = GivenFields(strategy="ticket", ticket=ticket)
    with pytest.raises(InvitedAlreadyHere):
        await Tab(world).call(sign_ups.create, given=given)


async def test_who_has_the_address_already_is_invited_as_who_they_are(world, acme):
    dan = await world.user("dan")
    made = await introduce(world, acme, "Dan@Example.com", first_name="Other")
    assert (made.user.id, made.user.first_name) == (dan.id, None)
    ticket, _status = await ticket_to(world, "Dan@Example.com")
    assert (await come(world, ticket)).user_id == dan.id


async def test_an_address_that_is_reserved_is_not_proven_by_the_link(world, acme):
    reserved = [IdentificationStatus.RESERVED]
    dan = await world.user("dan", email_address_statuses=reserved, password="long pass phrase 1")
    made = await introduce(world, acme, "dan@example.com")
    assert (made.user.id, made.invitation.introduced_user_id) == (dan.id, None)
    ticket, _status = await ticket_to(world, "dan@example.com")
    with pytest.raises(NobodyInvited):
        await come(world, ticket)
    await world.member(acme, "dan")
    brick = await world.organization("Brick", owner="ann")
    await world.member(brick, "dan")
    with pytest.raises(AlreadyMember):
        await introduce(world, brick, "dan@example.com")


async def test_the_true_holder_who_came_another_way_is_let_in_as_who_they_are(world, acme):
    made = await introduce(world, acme)
    true = await world.user("true", email=ADDRESS)
    ticket, _status = await ticket_to(world)
    assert (await come(world, ticket)).user_id == true.id
    assert await role_of(world, acme, made.user.id) is None
    assert await role_of(world, acme, true.id) == "org:member"


async def test_who_was_made_is_not_let_in_once_another_has_the_address_reserved(world, acme):
    await introduce(world, acme)
    reserved = [IdentificationStatus.RESERVED]
    await world.user("true", email=ADDRESS, email_address_statuses=reserved)
    ticket, _status = await ticket_to(world)
    with pytest.raises(NobodyInvited):
        await come(world, ticket)


async def test_two_organizations_introduce_one_person_at_once_and_one_user_is_made(world):
    several = [await world.organization(f"Org {n}", owner="ann") for n in range(5)]
    made = await all_at_once(*(introduce(world, each) for each in several))
    assert len({each.user.id for each in made}) == 1
    assert await number_of_users(world) == 2
    await come(world, (await ticket_to(world, number=0))[0])
    await come(world, (await ticket_to(world, number=3))[0])
    rows = await world.sql("SELECT 1 FROM memberships WHERE user_id = $1", made[0].user.id)
    assert len(rows) == 2


async def test_an_unproven_address_of_somebody_else_gives_them_nothing(world, acme):
    evil = await world.user("evil", email_addresses=[ADDRESS], leaves_addresses_unproven=True)
    made = await introduce(world, acme)
    assert made.user.id != evil.id
    await come(world, (await ticket_to(world))[0])
    assert await role_of(world, acme, evil.id) is None


async def test_one_organization_introduces_a_person_once(world, acme):
    made = await all_at_once(*(introduce(world, acme) for _ in range(4)))
    assert sum(isinstance(each, InvitationPending) for each in made) == 3
    assert await number_of_users(world) == 4
    await come(world, (await ticket_to(world))[0])
    with pytest.raises(AlreadyMember):
        await introduce(world, acme)


@pytest.mark.security("G6")
async def test_nobody_introduces_above_their_own_role(world, acme):
    with pytest.raises(RoleAboveOwn):
        await introduce(world, acme, who="ben", role="org:admin")
    with pytest.raises(RoleNotFound):
        await introduce(world, acme, role="org:nothing")
    with pytest.raises(NotPermitted):
        await introduce(world, acme, who="cid")
    await world.user("eve")
    with pytest.raises(NotFound):
        await introduce(world, acme, who="eve")
    assert await number_of_users(world) == 4


async def test_who_is_refused_leaves_no_user_behind(world, acme, other_world):
    patch = OrganizationPatch(max_allowed_memberships=3)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    with pytest.raises(MembershipLimitReached):
        await introduce(world, acme)
    status = OrganizationStatus.SUSPENDED
    await world.call(None, organizations.set_status, organization_id=acme.id, status=status)
    with pytest.raises(OrganizationInactive):
        await introduce(world, acme, who=None)
    with pytest.raises(OrganizationNotFound):
        await introduce(other_world, acme, who=None)
    assert await number_of_users(world) == 3
    assert await number_of_users(other_world) == 0


async def test_members_introduce_no_address_that_the_instance_keeps_out(world, acme):
    with pytest.raises(AddressNotAllowed):
        await introduce(world, acme, "new@mailinator.com")
    await world.call(None, listed_identifiers.block, identifier="*@evil.test")
    await world.configure(restrictions={"has_blocklist": True})
    with pytest.raises(IdentifierNotAllowed):
        await introduce(world, acme, "new@evil.test")
    assert await introduce(world, acme, "new@evil.test", who=None)


@pytest.mark.parametrize("text", ["zero\x00", "half\ud800", "x" * 10_000])
async def test_hostile_texts_make_nobody(world, acme, text):
    for name in ("first_name", "last_name"):
        with pytest.raises(InvalidInput):
            await introduce(world, acme, **{name: text})
    with pytest.raises(EmailAddressInvalid):
        await introduce(world, acme, text)
    assert await number_of_users(world) == 3


async def test_a_revoked_link_lets_nobody_in_and_the_next_one_takes_the_same_user(world, acme):
    made = await introduce(world, acme)
    old, _status = await ticket_to(world)
    given = {"organization_id": acme.id, "invitation_id": made.invitation.id}
    await world.call("ann", operations.revoke, **given)
    with pytest.raises(Exception, match="invitation_ticket_revoked"):
        await come(world, old)
    again = await introduce(world, acme)
    assert again.user.id == made.user.id
    assert (await come(world, (await ticket_to(world))[0])).user_id == made.user.id
