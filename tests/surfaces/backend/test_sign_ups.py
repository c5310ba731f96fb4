"""Sign-ups on the wire of the Backend API."""

import pytest

ADDRESS = "new+clerk_test@example.com"
PASSWORD = "a long pass phrase of mine"


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


@pytest.fixture
async def begun(browser):
    form = {"email_address": ADDRESS, "password": PASSWORD}
    return (await browser.post("/client/sign_ups", form)).json()["response"]


async def test_the_server_sees_what_the_browser_sees(world, browser, begun):
    seen = await world.get(f"/sign_ups/{begun['id']}")
    assert seen.status_code == 200
    assert seen.json() == begun
    assert seen.json()["unverified_fields"] == ["email_address"]


async def test_the_server_names_the_new_person(world, browser, begun):
    body = {"external_id": "mine", "custom_action": True}
    marked = (await world.patch(f"/sign_ups/{begun['id']}", body)).json()
    assert (marked["external_id"], marked["custom_action"]) == ("mine", True)
    path = f"/client/sign_ups/{begun['id']}"
    shown = (await browser.get(path)).json()["response"]
    assert (shown["external_id"], shown["custom_action"]) == ("mine", True)
    await browser.post(f"{path}/prepare_verification", {"strategy": "email_code"})
    code = {"strategy": "email_code", "code": "424242"}
    done = (await browser.post(f"{path}/attempt_verification", code)).json()["response"]
    user = (await world.get(f"/users/{done['created_user_id']}")).json()
    assert user["external_id"] == "mine"
    late = await world.patch(f"/sign_ups/{begun['id']}", {"external_id": "late"})
    assert late.status_code == 400
    assert late.json()["errors"][0]["code"] == "sign_up_cannot_be_updated"
    assert (await world.get(f"/sign_ups/{begun['id']}")).json()["status"] == "complete"


async def test_what_is_left_out_stays(world, begun):
    path = f"/sign_ups/{begun['id']}"
    await world.patch(path, {"external_id": "mine"})
    kept = (await world.patch(path, {"custom_action": True})).json()
    assert (kept["external_id"], kept["custom_action"]) == ("mine", True)
    assert (await world.patch(path)).json() == kept
    bare = (await world.patch(path, {"external_id": None, "custom_action": None})).json()
    assert (bare["external_id"], bare["custom_action"]) == (None, False)


@pytest.mark.parametrize(
    ("body", "code", "parameter"),
    [
        ({"external_id": "hers"}, "form_identifier_exists", "external_id"),
        ({"external_id": "x" * 256}, "form_param_value_invalid", "external_id"),
        ({"custom_action": "done"}, "form_param_value_invalid", "custom_action"),
        ({"username": "x"}, "form_param_unknown", "username"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(world, begun, body, code, parameter):
    await world.user("ann", external_id="hers")
    refused = await world.patch(f"/sign_ups/{begun['id']}", body)
    assert refused.status_code == 422
    error = refused.json()["errors"][0]
    assert (error["code"], error["meta"]["param_name"]) == (code, parameter)


async def test_an_unknown_sign_up_is_not_found(world, begun, other_world):
    for where, sign_up_id in ((world, "sua_none"), (other_world, begun["id"])):
        assert (await where.get(f"/sign_ups/{sign_up_id}")).status_code == 404
        assert (await where.patch(f"/sign_ups/{sign_up_id}", {})).status_code == 404


async def test_browsers_are_told_whether_the_server_has_a_part(world, browser):
    await world.configure(sign_up={"requires_custom_action": True})
    environment = (await browser.get("/environment")).json()
    assert environment["user_settings"]["sign_up"]["custom_action_required"] is True
    begun = (await browser.post("/client/sign_ups", {})).json()["response"]
    assert "custom_action" in begun["missing_fields"]
