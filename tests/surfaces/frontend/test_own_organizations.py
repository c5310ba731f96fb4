"""What a user finds, accepts and leaves of organizations, through the Frontend API."""

import pytest

from charter.core.organization_domains.model import EnrollmentMode
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationStatus
from tests.browsing import PASSWORD
from tests.core.organization_domains.claimed import proven


@pytest.fixture
async def acme(world):
    return await world.organization(owner="ann")


@pytest.fixture
async def browser(world):
    await world.user("ben", email="ben@acme.test", password=PASSWORD)
    made = world.browser()
    await made.sign_in("ben")
    yield made
    await made.close()


@pytest.fixture
async def admin(world, acme):
    await world.user("cid", password=PASSWORD)
    await world.member(acme, "cid", "org:admin")
    made = world.browser()
    await made.sign_in("cid")
    yield made
    await made.close()


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def _set_status(world, acme, status):
    await world.call(None, organizations.set_status, organization_id=acme.id, status=status)


async def test_one_lists_and_leaves_ones_organizations(world, acme, browser):
    path = "/me/organization_memberships"
    await world.member(acme, "ben")
    page = (await browser.get(path, paginated="true")).json()["response"]
    assert page["total_count"] == 1
    assert page["data"][0]["organization"]["id"] == acme.id
    assert page["data"][0]["public_user_data"]["user_id"] == world.people["ben"]
    left = (await browser.delete(f"{path}/{acme.id}")).json()
    assert left["response"]["deleted"] is True
    assert left["client"]["sessions"][0]["user"]["organization_memberships"] == []
    assert code(await browser.delete(f"{path}/{acme.id}")) == (404, "resource_not_found")


async def test_the_last_admin_does_not_leave(world):
    browser = world.browser()
    await browser.sign_in("ann")
    made = (await browser.post("/organizations", {"name": "Acme"})).json()["response"]
    answer = await browser.delete(f"/me/organization_memberships/{made['id']}")
    assert code(answer) == (422, "organization_minimum_permissions_needed")
    await browser.close()


async def test_one_finds_and_accepts_an_invitation(world, acme, browser):
    path = "/me/organization_invitations"
    new = NewOrganizationInvitation("ben@acme.test", "org:viewer")
    await world.call("ann", invitations.create, organization_id=acme.id, invitation=new)
    page = (await browser.get(path, status="pending")).json()["response"]
    (invitation,) = page["data"]
    assert invitation["public_organization_data"]["name"] == "Acme"
    await _set_status(world, acme, OrganizationStatus.SUSPENDED)
    early = await browser.post(f"{path}/{invitation['id']}/accept")
    assert code(early) == (403, "organization_inactive")
    await _set_status(world, acme, OrganizationStatus.ACTIVE)
    accepted = (await browser.post(f"{path}/{invitation['id']}/accept")).json()
    assert accepted["response"]["status"] == "accepted"
    memberships = accepted["client"]["sessions"][0]["user"]["organization_memberships"]
    assert [each["role"] for each in memberships] == ["org:viewer"]
    again = await browser.post(f"{path}/{invitation['id']}/accept")
    assert code(again) == (400, "organization_invitation_already_accepted")
    assert code(await browser.post(f"{path}/orginv_x/accept")) == (404, "resource_not_found")


async def test_one_asks_to_join_what_is_suggested_and_an_admin_accepts(world, acme, admin):
    await proven(world, acme, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    await world.user("ben", email="ben@acme.test", password=PASSWORD)
    browser = world.browser()
    await browser.sign_in("ben")
    path = "/me/organization_suggestions"
    (suggestion,) = (await browser.get(path, status="pending")).json()["response"]["data"]
    assert suggestion["public_organization_data"]["id"] == acme.id
    accepted = await browser.post(f"{path}/{suggestion['id']}/accept")
    assert accepted.json()["response"]["status"] == "accepted"
    again = await browser.post(f"{path}/{suggestion['id']}/accept")
    assert code(again) == (400, "organization_suggestion_already_accepted")
    requests = f"/organizations/{acme.id}/membership_requests"
    (request,) = (await admin.get(requests, status="pending")).json()["response"]["data"]
    assert request["public_user_data"]["identifier"] == "ben@acme.test"
    done = await admin.post(f"{requests}/{request['id']}/accept")
    assert done.json()["response"]["status"] == "accepted"
    for answer in ("accept", "reject"):
        late = await admin.post(f"{requests}/{request['id']}/{answer}")
        assert code(late) == (404, "resource_not_found")
    assert (await admin.get(requests, status="lost")).status_code == 422
    state = await browser.state()
    assert len(state["sessions"][0]["user"]["organization_memberships"]) == 1
    await browser.close()


async def test_an_admin_turns_a_request_down(world, acme, admin):
    await proven(world, acme, mode=EnrollmentMode.AUTOMATIC_SUGGESTION)
    await world.user("ben", email="ben@acme.test", password=PASSWORD)
    browser = world.browser()
    await browser.sign_in("ben")
    (suggestion,) = (await browser.get("/me/organization_suggestions")).json()["response"]["data"]
    await browser.post(f"/me/organization_suggestions/{suggestion['id']}/accept")
    requests = f"/organizations/{acme.id}/membership_requests"
    (request,) = (await admin.get(requests)).json()["response"]["data"]
    done = await admin.post(f"{requests}/{request['id']}/reject")
    assert done.json()["response"]["status"] == "rejected"
    assert code(await browser.get(requests)) == (404, "resource_not_found")
    await browser.close()


async def test_nobody_sees_what_is_anybodys_own_without_a_session(world):
    nobody = world.browser()
    for path in ("memberships", "invitations", "suggestions"):
        assert code(await nobody.get(f"/me/organization_{path}")) == (
            401,
            "authentication_invalid",
        )
    await nobody.close()


async def test_an_address_joins_the_waitlist_without_an_envelope(world):
    nobody = world.browser()
    form = {"email_address": "ben@example.com"}
    closed = await nobody.post("/waitlist", form)
    assert code(closed) == (403, "waitlist_not_accepting_entries")
    await world.configure(sign_up={"mode": "waitlist"})
    entry = (await nobody.post("/waitlist", form)).json()
    assert entry.keys() == {"object", "id"}
    assert (await nobody.post("/waitlist", form)).json() == entry
    wrong = await nobody.post("/waitlist", {"email_address": "ben"})
    assert code(wrong) == (422, "form_param_format_invalid")
    await nobody.close()
