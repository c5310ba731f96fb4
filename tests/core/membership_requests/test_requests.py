"""Decisions about requests to become a member."""

import pytest

from charter.core.membership_requests import operations
from charter.core.membership_requests.model import MembershipRequestNotFound, RequestStatus
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MembershipLimitReached
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    OrganizationInactive,
    OrganizationNotFound,
    OrganizationPatch,
    OrganizationStatus,
)
from charter.core.suggestions import operations as suggestions
from charter.core.suggestions.model import SuggestionStatus
from charter.kernel.errors import NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.core.organization_domains.claimed import proven
from tests.world import all_at_once


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await proven(world, made, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    return made


@pytest.fixture
async def asked(world, acme):
    """The request of Ben."""
    await world.user("ben", email="ben@acme.test")
    found = await world.call("ben", suggestions.search_own, search=Search())
    await world.call("ben", suggestions.accept_own, suggestion_id=found.items[0].id)
    waiting = await world.call(
        "ann",
        operations.search,
        organization_id=acme.id,
        search=Search(),
        status=[RequestStatus.PENDING],
    )
    return waiting.items[0]


async def decide(world, operation, request, who="ann"):
    return await world.call(
        who, operation, organization_id=request.organization_id, request_id=request.id
    )


async def test_who_is_accepted_is_a_member_in_the_role_of_newcomers(world, acme, asked):
    assert asked.user.email_address == "ben@acme.test"
    accepted = await decide(world, operations.accept, asked)
    assert (accepted.status, accepted.decided_by) == ("accepted", world.people["ann"])
    found = await world.call("ben", memberships.search_of_user, user_id="ben", search=Search())
    assert [each.role_key for each in found.items] == ["org:member"]
    seen = await world.call("ben", suggestions.search_own, search=Search())
    assert seen.items[0].status is SuggestionStatus.COMPLETED
    names = [event["name"] for event in await world.events()]
    assert names[-2:] == [
        "organizationMembership.created",
        "organizationMembershipRequest.accepted",
    ]


async def test_who_is_rejected_is_none(world, acme, asked):
    rejected = await decide(world, operations.reject, asked)
    assert rejected.status == "rejected"
    with pytest.raises(NotFound):
        await world.call("ben", organizations.get, organization_id=acme.id)


async def test_of_many_decisions_at_once_one_holds(world, acme, asked):
    results = await all_at_once(
        *(decide(world, operations.accept, asked) for _ in range(3)),
        *(decide(world, operations.reject, asked) for _ in range(3)),
    )
    assert sum(isinstance(result, MembershipRequestNotFound) for result in results) == 5


async def test_who_joined_meanwhile_keeps_the_role(world, acme, asked):
    await world.member(acme, "ben", "org:viewer")
    accepted = await decide(world, operations.accept, asked)
    assert accepted.status == "accepted"
    found = await world.call("ben", memberships.search_of_user, user_id="ben", search=Search())
    assert [each.role_key for each in found.items] == ["org:viewer"]


async def test_nobody_is_accepted_without_a_seat_and_the_request_waits_on(world, acme, asked):
    full = OrganizationPatch(max_allowed_memberships=1)
    await world.call(None, organizations.update, organization_id=acme.id, patch=full)
    with pytest.raises(MembershipLimitReached):
        await decide(world, operations.accept, asked)
    more = OrganizationPatch(max_allowed_memberships=2)
    await world.call(None, organizations.update, organization_id=acme.id, patch=more)
    assert (await decide(world, operations.accept, asked)).status == "accepted"


async def test_a_suspended_organization_takes_nobody(world, acme, asked):
    suspended = OrganizationStatus.SUSPENDED
    await world.call(None, organizations.set_status, organization_id=acme.id, status=suspended)
    with pytest.raises(OrganizationInactive):
        await decide(world, operations.accept, asked, who=None)


@pytest.mark.security("G4")
async def test_only_who_manages_members_decides(world, acme, asked):
    await world.member(acme, "cid")
    await world.user("eve")
    for operation in (operations.accept, operations.reject):
        with pytest.raises(NotPermitted):
            await decide(world, operation, asked, who="cid")
        for stranger in ("eve", "ben"):
            with pytest.raises(NotFound):
                await decide(world, operation, asked, who=stranger)


@pytest.mark.security("G1")
async def test_a_request_to_another_organization_is_not_found(world, asked):
    globex = await world.organization("Globex", owner="gus")
    for operation in (operations.accept, operations.reject):
        with pytest.raises(MembershipRequestNotFound):
            await world.call("gus", operation, organization_id=globex.id, request_id=asked.id)


async def test_an_organization_that_is_not_there_has_no_requests(world):
    with pytest.raises(OrganizationNotFound):
        await world.call(None, operations.search, organization_id="org_x", search=Search())
