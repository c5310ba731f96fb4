"""API keys in the Frontend API: JSON, a session token as the credential, no envelope."""

import pytest


@pytest.fixture
async def browser(world):
    made = world.browser()
    await world.configure(api_keys={"for_users": True})
    await made.sign_in("ann")
    yield made
    await made.close()


async def ask(browser, method, path, json=None, token=None):
    url = f"http://auth.test/frontend/i/{browser.world.instance_id}/api_keys{path}"
    headers = {"authorization": f"Bearer {token or await browser.token()}"}
    return await browser.world.client.request(method, url, json=json, headers=headers)


async def test_a_person_makes_lists_describes_and_revokes_a_key(world, browser):
    subject = world.people["ann"]
    made = await ask(browser, "POST", "", {"name": "Deploy", "subject": subject})
    assert made.status_code == 201, made.text
    key = made.json()
    assert key["secret"].startswith("ak_")
    listed = await ask(browser, "GET", f"?subject={subject}")
    assert [each["id"] for each in listed.json()["data"]] == [key["id"]]
    path = f"/{key['id']}"
    changed = await ask(browser, "PATCH", path, {"description": "for the robot"})
    assert changed.json()["description"] == "for the robot"
    revoked = await ask(browser, "POST", path + "/revoke", {"revocation_reason": "lost"})
    assert revoked.json()["revoked"] is True
    assert (await ask(browser, "GET", f"?subject={subject}")).json()["data"] == []


async def test_a_key_of_another_is_not_there(world, browser):
    other = world.browser()
    await other.sign_in("ben")
    made = await ask(other, "POST", "", {"name": "Deploy", "subject": world.people["ben"]})
    answer = await ask(browser, "POST", f"/{made.json()['id']}/revoke", {})
    assert answer.status_code == 404
    await other.close()
