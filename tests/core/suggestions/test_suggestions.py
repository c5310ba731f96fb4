"""What users do with organizations that are suggested to them."""

import pytest

from charter.core.membership_requests import operations as requests
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationsNotEnabled, OrganizationStatus
from charter.core.suggestions import operations
from charter.core.suggestions.model import (
    SuggestionAlreadyAccepted,
    SuggestionNotFound,
    SuggestionStatus,
)
from charter.kernel.errors import Unauthenticated
from charter.kernel.lists import Search
from tests.core.organization_domains.claimed import proven
from tests.world import all_at_once


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await proven(world, made, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    await world.user("ben", email="ben@acme.test")
    return made


async def own(world, who="ben", **more):
    return (await world.call(who, operations.search_own, search=Search(), **more)).items


async def accept(world, suggestion, who="ben"):
    return await world.call(who, operations.accept_own, suggestion_id=suggestion.id)


async def test_whoever_accepts_asks_to_join(world, acme):
    (suggestion,) = await own(world)
    accepted = await accept(world, suggestion)
    assert accepted.status is SuggestionStatus.ACCEPTED
    found = await world.call("ann", requests.search, organization_id=acme.id, search=Search())
    assert [each.user_id for each in found.items] == [world.people["ben"]]
    assert len(await own(world, status=[SuggestionStatus.ACCEPTED])) == 1
    assert await own(world, status=[SuggestionStatus.PENDING]) == ()


async def test_of_two_who_accept_at_once_one_does(world, acme):
    (suggestion,) = await own(world)
    results = await all_at_once(*(accept(world, suggestion) for _ in range(5)))
    assert sum(isinstance(result, SuggestionAlreadyAccepted) for result in results) == 4
    assert len(await world.events("organizationMembershipRequest.created")) == 1


@pytest.mark.security("G1")
async def test_nobody_accepts_what_is_suggested_to_another(world, acme):
    (suggestion,) = await own(world)
    await world.user("eve")
    with pytest.raises(SuggestionNotFound):
        await accept(world, suggestion, who="eve")
    with pytest.raises(Unauthenticated):
        await accept(world, suggestion, who=None)


async def test_who_became_a_member_otherwise_has_no_more_use_for_it(world, acme):
    (suggestion,) = await own(world)
    await world.member(acme, "ben")
    assert (await own(world))[0].status is SuggestionStatus.COMPLETED
    with pytest.raises(SuggestionAlreadyAccepted):
        await accept(world, suggestion)


async def test_a_suspended_organization_is_not_suggested(world, acme):
    (suggestion,) = await own(world)
    suspended = OrganizationStatus.SUSPENDED
    await world.call(None, organizations.set_status, organization_id=acme.id, status=suspended)
    assert await own(world) == ()
    with pytest.raises(SuggestionNotFound):
        await accept(world, suggestion)


async def test_nobody_asks_where_there_are_no_organizations(world, acme):
    (suggestion,) = await own(world)
    await world.configure(organizations={"are_enabled": False})
    with pytest.raises(OrganizationsNotEnabled):
        await accept(world, suggestion)
