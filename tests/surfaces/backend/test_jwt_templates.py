"""JWT templates on the wire of the Backend API."""

import pytest

from tests.core.sessions.reading import claims_of, header_of

ALL = "/jwt_templates"
SECRET = "a shared secret of the other service"
CLAIMS = {"aud": "hasura", "who": "{{user.primary_email_address}}", "n": [1, None, {"x": True}]}


async def create(world, **body):
    return await world.post(ALL, {"name": "hasura", "claims": CLAIMS, **body})


async def test_a_template_is_made_read_changed_and_deleted(world):
    answer = await create(world, lifetime=90, allowed_clock_skew=0)
    assert answer.status_code == 200
    made = answer.json()
    assert made == {
        "object": "jwt_template",
        "id": made["id"],
        "name": "hasura",
        "claims": CLAIMS,
        "lifetime": 90,
        "allowed_clock_skew": 0,
        "custom_signing_key": False,
        "signing_algorithm": "RS256",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    path = f"{ALL}/{made['id']}"
    assert (await world.get(path)).json() == made
    body = {"name": "convex", "claims": {}, "lifetime": None}
    changed = (await world.patch(path, body)).json()
    assert (changed["name"], changed["claims"], changed["lifetime"]) == ("convex", {}, 60)
    assert changed["allowed_clock_skew"] == 0
    deleted = (await world.delete(path)).json()
    assert deleted == {"object": "jwt_template", "id": made["id"], "deleted": True}
    for gone in (await world.get(path), await world.patch(path, body), await world.delete(path)):
        assert gone.status_code == 404
        assert gone.json()["errors"][0]["code"] == "resource_not_found"


async def test_the_list_is_an_array_or_a_page(world):
    for number in range(3):
        await create(world, name=f"t{number}")
    assert [each["name"] for each in (await world.get(ALL)).json()] == ["t2", "t1", "t0"]
    query = {"paginated": "true", "limit": 1, "offset": 1}
    page = (await world.get(ALL, params=query)).json()
    assert ([each["name"] for each in page["data"]], page["total_count"]) == (["t1"], 3)


async def test_a_key_is_never_shown(world):
    own = {"custom_signing_key": True, "signing_algorithm": "HS256", "signing_key": SECRET}
    answer = await create(world, **own)
    path = f"{ALL}/{answer.json()['id']}"
    shown = [answer, await world.get(path), await world.get(ALL), await world.get("/jwks")]
    shown.append(await world.patch(path, {"name": "hasura", "claims": {}}))
    shown.append(await create(world, name="x", custom_signing_key=True, signing_key=SECRET[:9]))
    assert shown[0].json()["custom_signing_key"]
    assert [each.status_code for each in shown] == [200, 200, 200, 200, 200, 422]
    assert not [each.text for each in shown if SECRET[:9] in each.text]


@pytest.mark.parametrize(
    ("body", "status", "code", "parameter"),
    [
        ({"name": None}, 422, "form_param_value_invalid", "name"),
        ({"name": "a b"}, 422, "form_param_value_invalid", "name"),
        ({"name": "taken"}, 422, "form_identifier_exists", "name"),
        ({"claims": None}, 422, "form_param_value_invalid", "claims"),
        ({"claims": []}, 422, "form_param_value_invalid", "claims"),
        ({"claims": {"a": "{{user id}}"}}, 422, "form_param_format_invalid", "claims"),
        ({"claims": {"sub": "x"}}, 400, "jwt_template_reserved_claim", None),
        ({"claims": {"a": "x" * 9000}}, 413, "request_body_too_large", None),
        ({"lifetime": 29}, 422, "form_param_value_invalid", "lifetime"),
        ({"lifetime": 2**70}, 422, "form_param_value_invalid", "lifetime"),
        ({"allowed_clock_skew": 301}, 422, "form_param_value_invalid", "allowed_clock_skew"),
        ({"signing_algorithm": "none"}, 422, "form_param_value_invalid", "signing_algorithm"),
        ({"signing_algorithm": "ES256"}, 422, "form_param_value_invalid", "signing_algorithm"),
        ({"custom_signing_key": True}, 422, "form_param_value_invalid", "signing_key"),
        ({"signing_key": SECRET}, 422, "form_param_value_invalid", "signing_key"),
        ({"colour": "red"}, 422, "form_param_unknown", "colour"),
    ],
)
async def test_what_cannot_be_a_template_is_refused(world, body, status, code, parameter):
    await create(world, name="taken")
    made = (await create(world)).json()
    refusals = [await create(world, **{"name": "other", **body})]
    refusals.append(await world.patch(f"{ALL}/{made['id']}", body))
    for refused in refusals:
        error = refused.json()["errors"][0]
        assert (refused.status_code, error["code"]) == (status, code)
        assert error["meta"].get("param_name") == parameter


async def test_a_template_without_its_name_or_claims_is_refused(world):
    for body in ({"name": "x"}, {"claims": {}}, {}):
        refused = await world.post(ALL, body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "form_param_missing"


async def test_a_session_has_tokens_by_a_template(world):
    await create(world, custom_signing_key=True, signing_key=SECRET, lifetime=90)
    session = await world.session("ann")
    path = f"/sessions/{session.id}/tokens"
    token = (await world.post(path + "/hasura", {"expires_in_seconds": 1000})).json()
    assert token["object"] == "token"
    claims = claims_of(token["jwt"])
    assert (claims["aud"], claims["who"]) == ("hasura", "ann@example.com")
    assert claims["n"] == [1, None, {"x": True}]
    assert claims["exp"] - claims["iat"] == 1000
    assert header_of(token["jwt"])["alg"] == "HS256"
    bare = (await world.post(path + "/hasura")).json()["jwt"]
    assert claims_of(bare)["exp"] - claims_of(bare)["iat"] == 90
    for name in ("unheard-of", "HASURA", "has%00ura", "%E2%82%AC"):
        refused = await world.post(f"{path}/{name}")
        assert 400 <= refused.status_code < 500


async def test_a_token_that_grows_too_long_is_refused(world):
    user = await world.user("ann", public_metadata={"x": "y" * 8000})
    claims = {"a": "{{user.public_metadata}}", "b": "{{user.public_metadata}}"}
    await create(world, claims=claims)
    session = await world.session("ann")
    refused = await world.post(f"/sessions/{session.id}/tokens/hasura")
    error = refused.json()["errors"][0]
    assert (refused.status_code, error["code"]) == (422, "form_param_value_invalid")
    assert session.user_id == user.id


async def test_a_browser_has_tokens_by_a_template_for_its_origin(world):
    await create(world, claims={"name": "{{user.first_name || 'somebody'}}"})
    browser = world.browser()
    session_id = await browser.sign_in("ann")
    path = f"/client/sessions/{session_id}/tokens/hasura"
    answer = await browser.post(path)
    assert answer.status_code == 200
    claims = claims_of(answer.json()["jwt"])
    assert (claims["name"], claims["azp"]) == ("somebody", "http://app.test")
    stranger = world.browser()
    refused = await stranger.post(path)
    assert refused.status_code in (401, 404)
    await browser.close()
    await stranger.close()
