"""Whoever is disabled becomes a member in no other way than by being enabled."""

import pytest

from charter.core.email_addresses import operations as email_addresses
from charter.core.join_codes import operations as join_codes
from charter.core.membership_requests import operations as requests
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import AlreadyMember, NewMembership
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organization_invitations import accepting
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.suggestions import operations as suggestions
from charter.core.suggestions.model import SuggestionAlreadyAccepted
from charter.kernel.lists import Search
from tests.core.memberships.several import disable, enable, members
from tests.core.organization_domains.claimed import proven
from tests.core.sign_ins.test_tickets import ticket_in, using
from tests.flows import Tab
from tests.waiting import after_open
from tests.world import all_at_once

LOCK = "SELECT id FROM organizations WHERE id = $1 FOR UPDATE"
PUT_ASIDE = (
    "INSERT INTO disabled_memberships (instance_id, id, organization_id, user_id, role_id,"
    " created_at, updated_at, disabled_at) SELECT r.instance_id, 'orgmem_x', $1, $2, r.id,"
    " now(), now(), now() FROM roles r WHERE r.instance_id = $3 AND r.key = 'org:member'"
)


@pytest.fixture
async def acme(world):
    await world.user("ben")
    return await world.organization(owner="ann")


async def invited(world, acme, name="ben"):
    new = NewOrganizationInvitation(f"{name}@example.com", "org:viewer", notify=False)
    return await world.call(None, invitations.create, organization_id=acme.id, invitation=new)


async def rest(world, acme, name="ben"):
    """Make somebody a member, and disable them."""
    await world.member(acme, name)
    await disable(world, acme, name)


def creating(world, acme):
    new = NewMembership(world.people["ben"], "org:viewer")
    return world.call(None, memberships.create, organization_id=acme.id, membership=new)


async def test_they_are_not_made_a_member_and_not_invited(world, acme):
    await rest(world, acme)
    with pytest.raises(AlreadyMember):
        await creating(world, acme)
    with pytest.raises(AlreadyMember):
        await invited(world, acme)
    brick = await world.organization("Brick", owner="ann")
    assert (await world.member(brick, "ben")).organization_id == brick.id
    assert await members(world, acme) == ["ann"]


@pytest.mark.security("G7")
async def test_no_invitation_from_before_lets_them_in(world, acme):
    made = await invited(world, acme)
    await rest(world, acme)
    invitation_id = made.invitation.id
    for call in (
        world.call("ben", accepting.accept, token=made.secret),
        world.call("ben", accepting.accept_own, invitation_id=invitation_id),
        using(Tab(world), ticket_in(made.url)),
    ):
        with pytest.raises(AlreadyMember):
            await call
    found = await world.call(
        None, invitations.get, organization_id=acme.id, invitation_id=invitation_id
    )
    assert found.status == "pending"
    await enable(world, acme, "ben")
    kept = await world.call("ben", accepting.accept, token=made.secret)
    assert kept.role_key == "org:member"


async def test_the_link_of_an_invitation_says_so_to_who_is_signed_in(world, acme):
    browser = world.browser()
    await browser.sign_in("guest")
    made = await invited(world, acme, "guest")
    await rest(world, acme, "guest")
    answer = await browser.get("/tickets/accept", ticket=ticket_in(made.url))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "already_a_member_in_organization"
    assert await members(world, acme) == ["ann"]


@pytest.mark.security("G7")
async def test_no_join_code_lets_them_in_or_is_used_up(world, acme):
    made = await world.call(None, join_codes.create, organization_id=acme.id, max_uses=1)
    await rest(world, acme)
    with pytest.raises(AlreadyMember):
        await world.call("ben", join_codes.join, code=made.code)
    await world.user("cid")
    assert not (await world.call("cid", join_codes.join, code=made.code)).already_member


async def test_a_request_from_before_is_not_accepted(world, acme):
    await proven(world, acme, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    await world.user("dan", email="dan@acme.test")
    found = await world.call("dan", suggestions.search_own, search=Search())
    await world.call("dan", suggestions.accept_own, suggestion_id=found.items[0].id)
    here = {"organization_id": acme.id}
    asked = await world.call(None, requests.search, search=Search(), **here)
    await rest(world, acme, "dan")
    with pytest.raises(AlreadyMember):
        await world.call(None, requests.accept, request_id=asked.items[0].id, **here)
    assert await members(world, acme) == ["ann"]


@pytest.mark.parametrize(
    "mode", [EnrollmentMode.AUTOMATIC_SUGGESTION, EnrollmentMode.AUTOMATIC_INVITATION]
)
async def test_a_domain_does_not_enroll_them(world, acme, mode):
    await proven(world, acme, mode=mode)
    await rest(world, acme)
    await world.call(
        None, email_addresses.create, user_id="ben", address="ben@acme.test", is_verified=True
    )
    found = await world.call("ben", suggestions.search_own, search=Search())
    assert found.items == ()
    found = await world.call(
        "ben", invitations.search_of_user, user_id="ben", search=Search(), status=()
    )
    assert found.items == ()


async def test_a_suggestion_from_before_is_over(world, acme):
    await proven(world, acme, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    await world.user("dan", email="dan@acme.test")
    await rest(world, acme, "dan")
    (found,) = (await world.call("dan", suggestions.search_own, search=Search())).items
    assert found.status == "completed"
    with pytest.raises(SuggestionAlreadyAccepted):
        await world.call("dan", suggestions.accept_own, suggestion_id=found.id)


@pytest.mark.security("G7")
async def test_nobody_is_a_member_and_disabled_whoever_was_faster(world, acme):
    made = await invited(world, acme)
    await world.member(acme, "ben")
    code = (await world.call(None, join_codes.create, organization_id=acme.id)).code
    await all_at_once(
        world.call("ben", accepting.accept, token=made.secret),
        disable(world, acme, "ben"),
        world.call("ben", join_codes.join, code=code),
        enable(world, acme, "ben"),
        creating(world, acme),
        disable(world, acme, "ben"),
        creating(world, acme),
    )
    rows = await world.sql(
        "SELECT id FROM memberships WHERE user_id = $1 AND organization_id = $2"
        " UNION ALL SELECT id FROM disabled_memberships WHERE user_id = $1"
        " AND organization_id = $2",
        world.people["ben"],
        acme.id,
    )
    assert len(rows) == 1


@pytest.mark.security("G7")
@pytest.mark.parametrize("way", ["create", "accept", "accept_own", "join"])
async def test_joining_waits_for_who_disables_and_is_refused_then(world, acme, way):
    made = await invited(world, acme)
    code = (await world.call(None, join_codes.create, organization_id=acme.id)).code
    calls = {
        "create": lambda: creating(world, acme),
        "accept": lambda: world.call("ben", accepting.accept, token=made.secret),
        "accept_own": lambda: world.call(
            "ben", accepting.accept_own, invitation_id=made.invitation.id
        ),
        "join": lambda: world.call("ben", join_codes.join, code=code),
    }
    with pytest.raises(AlreadyMember):
        await after_open(
            world,
            calls[way](),
            (LOCK, acme.id),
            (PUT_ASIDE, acme.id, world.people["ben"], world.instance_id),
        )
    assert await members(world, acme) == ["ann"]
