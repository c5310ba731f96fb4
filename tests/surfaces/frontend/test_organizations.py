"""Organizations through the Frontend API."""

import base64

import pytest

from tests.cast import PICTURE
from tests.core.organization_domains.claimed import proven


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


@pytest.fixture
async def eve(world):
    made = world.browser()
    await made.sign_in("eve")
    yield made
    await made.close()


@pytest.fixture
async def acme(browser):
    return (await browser.post("/organizations", {"name": "Acme"})).json()["response"]


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_who_makes_an_organization_is_its_admin(browser, acme):
    assert (acme["object"], acme["name"], acme["slug"]) == ("organization", "Acme", "acme")
    state = await browser.state()
    (membership,) = state["sessions"][0]["user"]["organization_memberships"]
    assert (membership["organization"]["id"], membership["role"]) == (acme["id"], "org:admin")
    assert "org:sys_domains:manage" in membership["permissions"]


async def test_an_organization_needs_a_name(browser):
    answer = await browser.post("/organizations", {"slug": "acme"})
    assert code(answer) == (422, "form_param_missing")


async def test_who_may_make_no_organization_is_told(world, browser):
    await world.sql(
        "UPDATE users SET can_create_organizations = false WHERE instance_id = $1",
        world.instance_id,
    )
    answer = await browser.post("/organizations", {"name": "Acme"})
    assert code(answer) == (403, "user_create_organization_not_enabled")


async def test_an_instance_may_have_no_organizations(world, browser):
    await world.configure(organizations={"are_enabled": False})
    answer = await browser.post("/organizations", {"name": "Acme"})
    assert code(answer) == (403, "organization_not_enabled_in_instance")


async def test_a_browser_without_a_session_makes_none(world):
    nobody = world.browser()
    answer = await nobody.post("/organizations", {"name": "Acme"})
    assert code(answer) == (401, "authentication_invalid")
    await nobody.close()


async def test_members_read_their_organization_and_strangers_find_none(browser, eve, acme):
    path = f"/organizations/{acme['id']}"
    found = (await browser.get(path)).json()["response"]
    assert (found["id"], found["members_count"]) == (acme["id"], 1)
    assert code(await eve.get(path)) == (404, "resource_not_found")


async def test_admins_rename_it_and_a_slug_that_is_taken_is_told_at_its_field(browser, acme):
    path = f"/organizations/{acme['id']}"
    changed = (await browser.patch(path, {"name": "Acme Tools", "slug": "tools"})).json()
    assert changed["response"]["slug"] == "tools"
    memberships = changed["client"]["sessions"][0]["user"]["organization_memberships"]
    assert memberships[0]["organization"]["name"] == "Acme Tools"
    await browser.post("/organizations", {"name": "Other", "slug": "other"})
    answer = await browser.patch(path, {"slug": "other"})
    assert code(answer) == (422, "form_identifier_exists")


async def test_admins_delete_it_where_they_may(world, browser, acme):
    path = f"/organizations/{acme['id']}"
    await world.configure(organizations={"may_be_deleted_by_admins": False})
    assert code(await browser.delete(path)) == (403, "organization_admin_delete_not_enabled")
    await world.configure(organizations={"may_be_deleted_by_admins": True})
    gone = (await browser.delete(path)).json()
    assert gone["response"] == {"object": "organization", "id": acme["id"], "deleted": True}
    assert gone["client"]["sessions"][0]["user"]["organization_memberships"] == []


async def test_a_logo_is_shown_and_taken_away(browser, acme):
    path = f"/organizations/{acme['id']}/logo"
    query = {"_method": "PUT", "_clerk_session_id": browser.session_id}
    files = {"file": ("logo.png", PICTURE, "image/png")}
    answer = await browser.http.post(path, params=query, files=files)
    assert answer.json()["response"]["has_image"] is True
    gone = await browser.delete(path)
    assert gone.json()["response"]["deleted"] is True
    assert code(await browser.delete(path)) == (404, "image_not_found")
    bare = {"content-type": "application/octet-stream"}
    picture = base64.b64encode(PICTURE)
    answer = await browser.http.post(path, params=query, content=picture, headers=bare)
    assert answer.json()["response"]["has_image"] is True
    broken = {"file": ("logo.png", b"no picture", "image/png")}
    assert (await browser.http.post(path, params=query, files=broken)).status_code == 422


async def test_members_see_which_roles_there_are(browser, eve, acme):
    path = f"/organizations/{acme['id']}/roles"
    found = (await browser.get(path)).json()["response"]
    assert found["has_role_set_migration"] is False
    assert "org:member" in {role["key"] for role in found["data"]}
    assert found["total_count"] == len(found["data"])
    assert code(await eve.get(path)) == (404, "resource_not_found")


async def test_a_name_is_suggested(world):
    other = world.browser()
    await world.user("ben", email="ben@acme.test", password="a long pass phrase of mine")
    await other.sign_in("ben")
    found = (await other.get("/me/organization_creation_defaults")).json()["response"]
    assert (found["form"]["name"], found["form"]["slug"]) == ("Acme", "acme")
    assert found["advisory"] is None
    await proven(world, await world.organization("Acme Inc", owner="ann"))
    told = (await other.get("/me/organization_creation_defaults")).json()["response"]
    assert told["advisory"]["meta"] == {
        "organization_domain": "acme.test",
        "organization_name": "Acme Inc",
    }
    await other.close()


async def test_a_session_that_waits_for_an_organization_goes_on_with_the_one_it_makes(world):
    await world.configure(organizations={"are_required": True})
    browser = world.browser()
    await browser.sign_in("ann")
    (session,) = (await browser.state())["sessions"]
    assert session["status"] == "pending"
    assert session["tasks"] == [{"key": "choose-organization"}]
    made = (await browser.post("/organizations", {"name": "Acme"})).json()
    (session,) = made["client"]["sessions"]
    assert session["status"] == "active"
    assert session["tasks"] is None
    assert session["last_active_organization_id"] == made["response"]["id"]
    await browser.close()
