"""Members and invitations of organizations through the Frontend API."""

import pytest

from charter.core.organizations import operations as organizations
from tests.sent import sent


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


@pytest.fixture
async def acme(world, browser):
    made = (await browser.post("/organizations", {"name": "Acme"})).json()["response"]
    return await world.call(None, organizations.get, organization_id=made["id"])


@pytest.fixture
async def ben(world, acme):
    """A plain member's browser."""
    made = world.browser()
    await made.sign_in("ben")
    await world.member(acme, "ben")
    yield made
    await made.close()


@pytest.fixture
def members(acme):
    return f"/organizations/{acme.id}/memberships"


@pytest.fixture
def invitations(acme):
    return f"/organizations/{acme.id}/invitations"


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_members_are_listed_by_role_and_by_text(world, browser, ben, members):
    page = (await browser.get(members, paginated="true")).json()["response"]
    assert page["total_count"] == 2
    assert {each["public_user_data"]["identifier"] for each in page["data"]} == {
        "ann@example.com",
        "ben@example.com",
    }
    listed = (await browser.get(members)).json()["response"]
    assert isinstance(listed, list)
    for query, found in (
        ({"role": "org:admin"}, ["ann"]),
        ({"role": ["org:admin", "org:member"]}, ["ann", "ben"]),
        ({"query": "ben@"}, ["ben"]),
        ({"limit": "1", "offset": "1"}, ["ann"]),
    ):
        answer = await browser.get(members, paginated="true", **query)
        ids = {each["public_user_data"]["user_id"] for each in answer.json()["response"]["data"]}
        assert ids == {world.people[name] for name in found}, query
    assert (await browser.get(members, limit="0")).status_code == 422


async def test_admins_add_members_and_give_them_roles(world, browser, ben, members):
    cid = await world.user("cid")
    added = await browser.post(members, {"user_id": cid.id, "role": "org:viewer"})
    assert added.json()["response"]["role"] == "org:viewer"
    again = await browser.post(members, {"user_id": cid.id, "role": "org:viewer"})
    assert code(again) == (400, "already_a_member_in_organization")
    changed = await browser.patch(f"{members}/{cid.id}", {"role": "org:member"})
    assert changed.json()["response"]["role"] == "org:member"
    last = await browser.patch(f"{members}/{world.people['ann']}", {"role": "org:member"})
    assert code(last) == (422, "organization_minimum_permissions_needed")
    assert code(await ben.patch(f"{members}/{cid.id}", {"role": "org:viewer"})) == (
        403,
        "authorization_invalid",
    )


async def test_admins_remove_members(world, browser, ben, members):
    gone = await browser.delete(f"{members}/{world.people['ben']}")
    assert gone.json()["response"]["public_user_data"]["user_id"] == world.people["ben"]
    assert code(await ben.get(members)) == (404, "resource_not_found")
    missing = await browser.delete(f"{members}/{world.people['ben']}")
    assert code(missing) == (404, "resource_not_found")


async def test_an_invitation_goes_out_by_mail_and_its_link_to_nobody_else(
    world, browser, invitations
):
    form = {"email_address": "cid@example.com", "role": "org:member"}
    made = (await browser.post(invitations, form)).json()["response"]
    assert (made["status"], made["url"]) == ("pending", None)
    (letter,) = await sent(world, "cid@example.com")
    assert letter.links
    assert code(await browser.post(invitations, form)) == (
        400,
        "organization_invitation_not_unique",
    )
    silent = {**form, "email_address": "dan@example.com", "notify": "false"}
    assert (await browser.post(invitations, silent)).status_code == 200
    assert await sent(world, "dan@example.com") == []


async def test_invitations_are_listed_by_what_became_of_them(browser, ben, invitations):
    for name in ("cid", "dan"):
        form = {"email_address": f"{name}@example.com", "role": "org:member"}
        made = (await browser.post(invitations, form)).json()["response"]
    revoked = await browser.post(f"{invitations}/{made['id']}/revoke")
    assert revoked.json()["response"]["status"] == "revoked"
    again = await browser.post(f"{invitations}/{made['id']}/revoke")
    assert code(again) == (404, "organization_invitation_not_pending")
    for status, total in (("pending", 1), ("revoked", 1), ("completed", 0)):
        page = (await browser.get(invitations, status=status)).json()["response"]
        assert page["total_count"] == total, status
    pending = (await browser.get(invitations + "/pending")).json()["response"]
    assert [each["email_address"] for each in pending] == ["cid@example.com"]
    assert code(await ben.get(invitations)) == (403, "authorization_invalid")
    assert code(await ben.get(invitations + "/pending")) == (403, "authorization_invalid")
    assert (await browser.get(invitations, status="lost")).status_code == 422


async def test_several_are_invited_at_once_or_nobody(browser, invitations):
    form = {"email_address": ["cid@example.com", "dan@example.com"], "role": "org:member"}
    made = (await browser.post(invitations + "/bulk", form)).json()["response"]
    assert [each["email_address"] for each in made] == form["email_address"]
    mixed = {"email_address": ["eve@example.com", "x"], "role": "org:member"}
    assert code(await browser.post(invitations + "/bulk", mixed)) == (
        422,
        "form_param_format_invalid",
    )
    page = (await browser.get(invitations)).json()["response"]
    assert page["total_count"] == 2
