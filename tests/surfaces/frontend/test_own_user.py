"""One's own user through the Frontend API."""

import base64

import pytest

from tests.browsing import PASSWORD
from tests.cast import PICTURE


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


def code_of(answer) -> str:
    return answer.json()["errors"][0]["code"]


async def test_names_are_changed_and_the_whole_client_follows(browser):
    answer = await browser.patch("/me", {"first_name": "Anna", "last_name": ""})
    found = answer.json()
    assert (found["response"]["first_name"], found["response"]["last_name"]) == ("Anna", None)
    assert found["client"]["sessions"][0]["user"]["first_name"] == "Anna"


async def test_a_field_that_is_not_in_use_is_refused_at_its_name(browser):
    answer = await browser.patch("/me", {"username": "annie"})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_unknown")
    assert answer.json()["errors"][0]["meta"]["param_name"] == "username"


@pytest.mark.security("G3")
@pytest.mark.security("J4")
async def test_what_is_not_one_s_own_to_set_has_no_effect(world, browser):
    before = (await world.get(f"/users/{world.people['ann']}")).json()
    await browser.patch(
        "/me",
        {
            "public_metadata": '{"role":"admin"}',
            "private_metadata": '{"role":"admin"}',
            "banned": "true",
            "verified": "true",
            "external_id": "x",
            "create_organizations_limit": "0",
            "first_name": "Ann",
        },
    )
    after = (await world.get(f"/users/{world.people['ann']}")).json()
    moved = {name for name in after if after[name] != before[name]}
    assert moved <= {"first_name", "updated_at", "last_active_at"}


async def test_metadata_is_merged(browser):
    await browser.patch("/me/metadata", {"unsafe_metadata": '{"a":{"b":1}}'})
    answer = await browser.patch("/me/metadata", {"unsafe_metadata": '{"a":{"c":2}}'})
    assert answer.json()["response"]["unsafe_metadata"] == {"a": {"b": 1, "c": 2}}
    answer = await browser.patch("/me/metadata", {"unsafe_metadata": "nothing"})
    assert answer.status_code == 422


async def test_the_password_is_changed_by_who_knows_it(browser):
    answer = await browser.post(
        "/me/change_password",
        {"current_password": PASSWORD, "new_password": "another long phrase of hers"},
    )
    assert answer.status_code == 200
    assert answer.json()["response"]["password_enabled"] is True
    answer = await browser.post(
        "/me/change_password",
        {"current_password": PASSWORD, "new_password": "a third long phrase of hers"},
    )
    assert (answer.status_code, code_of(answer)) == (422, "form_password_incorrect")
    assert answer.json()["errors"][0]["meta"]["param_name"] == "current_password"


async def test_the_password_is_removed_where_it_is_not_asked_for(world, browser):
    answer = await browser.post("/me/remove_password", {"current_password": PASSWORD})
    assert (answer.status_code, code_of(answer)) == (400, "password_required")
    await world.configure(attributes={"password": {"is_required": False}})
    answer = await browser.post("/me/remove_password", {"current_password": PASSWORD})
    assert answer.json()["response"]["password_enabled"] is False


async def upload(browser, **sent):
    path = "/me/profile_image"
    return await browser.http.post(path, params=browser._query(path, {}), **sent)


async def test_a_picture_comes_as_a_form_or_as_base64_and_is_taken_away(browser):
    for sent in (
        {"files": {"file": ("me.png", PICTURE, "image/png")}},
        {
            "content": base64.b64encode(PICTURE),
            "headers": {"content-type": "application/octet-stream"},
        },
        {
            "content": b"data:image/png;base64," + base64.b64encode(PICTURE),
            "headers": {"content-type": "application/octet-stream"},
        },
    ):
        answer = await upload(browser, **sent)
        assert answer.status_code == 200, answer.text
        assert "/images/files/users/" in answer.json()["response"]["public_url"]
        assert answer.json()["client"]["sessions"][0]["user"]["has_image"] is True
    answer = await browser.delete("/me/profile_image")
    assert answer.json()["response"]["deleted"] is True
    answer = await browser.delete("/me/profile_image")
    assert (answer.status_code, code_of(answer)) == (404, "image_not_found")


async def test_what_is_no_picture_is_refused(browser):
    answer = await upload(
        browser, content=b"nothing", headers={"content-type": "application/octet-stream"}
    )
    assert answer.status_code in (400, 422)


async def test_who_deletes_themselves_is_signed_out(world, browser):
    answer = await browser.delete("/me")
    assert answer.json()["response"]["deleted"] is True
    assert answer.json()["client"]["sessions"] == []
    assert (await world.get(f"/users/{world.people['ann']}")).status_code == 404
    assert (await browser.get("/me")).status_code == 401


async def test_who_may_not_delete_themselves_is_told(world, browser):
    await world.patch(f"/users/{world.people['ann']}", {"delete_self_enabled": False})
    answer = await browser.delete("/me")
    assert (answer.status_code, code_of(answer)) == (403, "user_delete_self_not_enabled")


async def test_sessions_are_listed_with_where_they_were_used_and_one_is_revoked(world, browser):
    other = world.browser()
    await other.sign_in("ann")
    await other.post(f"/client/sessions/{other.session_id}/touch")
    listed = (await browser.get("/me/sessions")).json()
    active = (await browser.get("/me/sessions/active")).json()
    assert {each["id"] for each in listed} == {browser.session_id, other.session_id}
    used = next(each for each in active if each["id"] == other.session_id)
    assert used["latest_activity"]["object"] == "session_activity"
    answer = await browser.post(f"/me/sessions/{other.session_id}/revoke")
    assert answer.json()["response"]["status"] == "revoked"
    assert (await other.get("/me")).status_code == 401
    answer = await browser.post("/me/sessions/sess_unknown/revoke")
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")
    await other.close()


@pytest.mark.security("B7")
async def test_a_session_left_open_is_asked_for_a_fresh_proof(world, browser):
    await world.configure(sign_in={"asks_again_for_changes": True})
    await world.sql(
        "UPDATE sessions SET first_factor_at = first_factor_at - interval '1 hour' WHERE id = $1",
        browser.session_id,
    )
    for path, form in (
        ("/me/change_password", {"new_password": "x", "current_password": PASSWORD}),
        ("/me/remove_password", {"current_password": PASSWORD}),
        ("/me/email_addresses", {"email_address": "new@example.com"}),
    ):
        answer = await browser.post(path, form)
        assert (answer.status_code, code_of(answer)) == (403, "session_reverification_required")
    user = (await browser.get("/me")).json()["response"]
    for path in ("/me", f"/me/email_addresses/{user['email_addresses'][0]['id']}"):
        answer = await browser.delete(path)
        assert (answer.status_code, code_of(answer)) == (403, "session_reverification_required")
