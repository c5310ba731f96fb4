"""Users with an address of a verified domain are invited, or may ask to join."""

import pytest

from charter.core.email_addresses import operations as email_addresses
from charter.core.email_addresses.model import EmailAddressPatch
from charter.core.later import HANDLERS
from charter.core.membership_requests import operations as requests
from charter.core.organization_domains import operations as domains
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organization_invitations import accepting
from charter.core.organization_invitations import operations as invitations
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch, OrganizationStatus
from charter.core.suggestions import operations as suggestions
from charter.kernel.lists import Search
from charter.worker import once
from tests.core.organization_domains.claimed import added, proven
from tests.sent import sent

INVITING = EnrollmentMode.AUTOMATIC_INVITATION
SUGGESTING = EnrollmentMode.AUTOMATIC_SUGGESTION


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


async def invited(world, who):
    found = await world.call(
        who, invitations.search_of_user, user_id=who, search=Search(), status=()
    )
    return list(found.items)


async def suggested(world, who):
    return list((await world.call(who, suggestions.search_own, search=Search())).items)


async def work(world):
    """Let the worker do what waits, of all instances."""
    while await once(world.platform, HANDLERS):
        pass


async def test_a_new_user_is_invited_without_a_letter_and_joins_at_a_click(world, acme):
    await proven(world, acme, mode=INVITING)
    await world.user("ben", email="Ben@Acme.test")
    (invitation,) = await invited(world, "ben")
    assert (invitation.organization_id, invitation.role_key) == (acme.id, "org:member")
    assert await sent(world, "ben@acme.test") == []
    accepted = await world.call("ben", accepting.accept_own, invitation_id=invitation.id)
    assert accepted.status == "accepted"
    assert (await world.call("ben", organizations.get, organization_id=acme.id)).id == acme.id


async def test_a_new_user_is_shown_the_organization_and_asks_to_join(world, acme):
    await proven(world, acme, mode=SUGGESTING)
    await world.user("ben", email="ben@acme.test")
    (suggestion,) = await suggested(world, "ben")
    assert suggestion.organization.id == acme.id
    assert await invited(world, "ben") == []
    assert (await world.events("organizationSuggestion.created"))[0]["organization_id"] == acme.id


@pytest.mark.security("F4")
async def test_a_domain_that_is_not_proven_enrolls_nobody(world, acme):
    await added(world, acme, "acme.test", enrollment_mode=INVITING)
    await world.user("ben", email="ben@acme.test")
    assert (await invited(world, "ben"), await suggested(world, "ben")) == ([], [])


@pytest.mark.security("F4")
async def test_an_address_enrolls_when_it_is_proven_and_not_before(world, acme):
    await proven(world, acme, mode=SUGGESTING)
    await world.user("ben")
    address = await world.call(None, email_addresses.create, user_id="ben", address="ben@acme.test")
    assert await suggested(world, "ben") == []
    patch = EmailAddressPatch(is_verified=True)
    await world.call(None, email_addresses.update, email_address_id=address.id, patch=patch)
    assert len(await suggested(world, "ben")) == 1


async def test_who_is_a_member_is_not_enrolled(world, acme):
    await proven(world, acme, mode=SUGGESTING)
    await world.member(acme, "ben")
    await world.call(
        None, email_addresses.create, user_id="ben", address="ben@acme.test", is_verified=True
    )
    assert await suggested(world, "ben") == []


async def test_people_of_subdomains_and_of_other_instances_are_not_enrolled(
    world, acme, other_world
):
    await proven(world, acme, mode=SUGGESTING)
    await world.user("ben", email="ben@sub.acme.test")
    await other_world.user("cid", email="cid@acme.test")
    assert await suggested(world, "ben") == []
    assert await suggested(other_world, "cid") == []


async def test_a_full_organization_invites_nobody_and_nobody_is_kept_from_signing_up(world, acme):
    await proven(world, acme, mode=INVITING)
    patch = OrganizationPatch(max_allowed_memberships=2)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    for name in ("ben", "cid"):
        await world.user(name, email=f"{name}@acme.test")
    assert len(await invited(world, "ben")) == 1
    assert await invited(world, "cid") == []


async def test_a_suspended_organization_enrolls_nobody(world, acme):
    await proven(world, acme, mode=SUGGESTING)
    await world.call(
        None,
        organizations.set_status,
        organization_id=acme.id,
        status=OrganizationStatus.SUSPENDED,
    )
    await world.user("ben", email="ben@acme.test")
    assert await suggested(world, "ben") == []


async def test_a_way_that_the_instance_no_longer_offers_enrolls_nobody(world, acme):
    await proven(world, acme, mode=SUGGESTING)
    await world.configure(organizations={"domain_enrollment_modes": ["manual_invitation"]})
    await world.user("ben", email="ben@acme.test")
    assert await suggested(world, "ben") == []


async def test_who_was_here_before_is_enrolled_when_the_domain_begins_to(world, acme):
    for name in ("ben", "cid"):
        await world.user(name, email=f"{name}@acme.test")
    await world.user("dan", email="dan@other.test")
    domain = await proven(world, acme)
    await work(world)
    assert await suggested(world, "ben") == []
    await world.call(
        "ann",
        domains.set_enrollment_mode,
        organization_id=acme.id,
        domain_id=domain.id,
        enrollment_mode=SUGGESTING,
    )
    await work(world)
    assert [len(await suggested(world, name)) for name in ("ben", "cid", "dan")] == [1, 1, 0]
    shown = await world.call("ann", domains.get, organization_id=acme.id, domain_id=domain.id)
    assert shown.total_pending_suggestions == 2


async def test_what_a_domain_offered_is_taken_back_with_the_way_where_that_is_asked(world, acme):
    domain = await proven(world, acme, mode=INVITING)
    here = {"organization_id": acme.id, "domain_id": domain.id}
    await world.user("ben", email="ben@acme.test")
    await world.user("cid", email="cid@acme.test")
    (kept,) = await invited(world, "cid")
    await world.call("cid", accepting.accept_own, invitation_id=kept.id)
    manual = EnrollmentMode.MANUAL_INVITATION
    await world.call("ann", domains.set_enrollment_mode, enrollment_mode=manual, **here)
    assert (await invited(world, "ben"))[0].status == "pending"
    changed = await world.call(
        "ann", domains.set_enrollment_mode, enrollment_mode=manual, delete_pending=True, **here
    )
    assert changed.total_pending_invitations == 0
    assert (await invited(world, "ben"))[0].status == "revoked"
    assert (await invited(world, "cid"))[0].status == "accepted"
    assert len(await world.events("organizationInvitation.revoked")) == 1


async def test_a_domain_that_is_given_up_takes_its_suggestions_along(world, acme):
    domain = await proven(world, acme, mode=SUGGESTING)
    await world.user("ben", email="ben@acme.test")
    await world.call("ann", domains.delete, organization_id=acme.id, domain_id=domain.id)
    assert await suggested(world, "ben") == []
    found = await world.call("ann", requests.search, organization_id=acme.id, search=Search())
    assert found.items == ()
