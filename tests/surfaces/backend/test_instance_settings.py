"""The instance and its settings over the wire."""

import pytest

from charter.core.phone_numbers.countries import countries_of

NOTHING: dict[str, object] = {}
EVERY = (
    "/instance",
    "/instance/restrictions",
    "/instance/protect",
    "/instance/communication",
    "/instance/oauth_application_settings",
    "/instance/organization_settings",
    "/beta_features/instance_settings",
)
CHANGES = {
    "/instance/restrictions": {
        "allowlist": True,
        "blocklist": True,
        "allowlist_blocklist_disabled_on_sign_in": True,
        "block_email_subaddresses": True,
        "block_disposable_email_domains": False,
        "ignore_dots_for_gmail_addresses": True,
    },
    "/instance/protect": {"rules_enabled": True},
    "/instance/communication": {"blocked_country_codes": ["FR", "DE"]},
    "/instance/oauth_application_settings": {
        "dynamic_oauth_client_registration": True,
        "default_scopes": ["openid", "email"],
        "oauth_jwt_access_tokens": True,
    },
    "/instance/organization_settings": {
        "enabled": False,
        "max_allowed_memberships": 25,
        "admin_delete_enabled": False,
        "domains_enabled": False,
        "slug_disabled": True,
        "domains_enrollment_modes": ["manual_invitation", "automatic_suggestion"],
    },
    "/beta_features/instance_settings": {
        "restricted_to_allowlist": True,
        "from_email_address": "hello",
        "progressive_sign_up": False,
    },
}
READABLE = tuple(path for path in EVERY if path.count("/") == 2 and "restrictions" not in path)[:-1]


async def test_the_instance_says_what_it_is(world):
    answer = await world.get("/instance")
    assert answer.json() == {
        "object": "instance",
        "id": world.instance_id,
        "environment_type": "development",
        "allowed_origins": [],
        "workspace_id": None,
    }


@pytest.mark.parametrize("path", CHANGES)
async def test_what_is_changed_is_answered_and_stays(world, path):
    answer = await world.patch(path, CHANGES[path])
    assert answer.status_code == 200
    said = answer.json()
    assert said | CHANGES[path] == said
    assert (await world.patch(path, {})).json() == said
    if path in READABLE:
        assert (await world.get(path)).json() == said


async def test_a_change_of_the_instance_answers_nothing_at_all(world):
    answer = await world.patch("/instance", {"allowed_origins": ["https://shop.test"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert (await world.get("/instance")).json()["allowed_origins"] == ["https://shop.test"]


@pytest.mark.parametrize("path", EVERY)
async def test_without_a_body_and_with_nulls_alone_nothing_changes(world, path):
    await world.patch(path, CHANGES.get(path, {"support_email": "help@example.com"}))
    before = await world.events("instance.updated")
    nulls = dict.fromkeys(CHANGES.get(path, {"support_email": None, "hibp": None}))
    nulls.pop("default_scopes", None)
    for given in ({"json": nulls}, {"json": {}}, {}):
        answer = await world.client.patch("/v1" + path, **given)
        assert answer.status_code in (200, 204)
        if path in CHANGES:
            assert answer.json() | CHANGES[path] == answer.json()
    assert await world.events("instance.updated") == before


async def test_a_null_brings_back_the_server_s_own_scopes(world):
    path = "/instance/oauth_application_settings"
    await world.patch(path, {"default_scopes": ["email"]})
    assert (await world.patch(path, {})).json()["default_scopes"] == ["email"]
    assert (await world.patch(path, {"default_scopes": None})).json()["default_scopes"] is None


@pytest.mark.parametrize("path", EVERY)
async def test_a_field_that_is_none_is_refused(world, path):
    answer = await world.patch(path, {"no_such": True})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "form_param_unknown"


REFUSED = [
    ("/instance", {"support_email": "nobody"}),
    ("/instance", {"clerk_js_version": "../6"}),
    ("/instance", {"clerk_js_version": "latest"}),
    ("/instance", {"development_origin": "http://localhost:3000/path"}),
    ("/instance", {"development_origin": "capacitor://localhost"}),
    ("/instance", {"allowed_origins": ["javascript:alert(1)"]}),
    ("/instance", {"allowed_origins": ["*"]}),
    ("/instance", {"allowed_origins": ["null"]}),
    ("/instance", {"allowed_origins": ["https://a.test/path"]}),
    ("/instance", {"allowed_origins": ["https://a.test", "https://a.test"]}),
    ("/instance", {"allowed_origins": [f"https://a{n}.test" for n in range(101)]}),
    ("/instance", {"preferred_sign_in_strategy_when_password_required": "passkey"}),
    ("/instance/communication", {"blocked_country_codes": ["fr"]}),
    ("/instance/communication", {"blocked_country_codes": ["FR", "FR"]}),
    ("/instance/communication", {"blocked_country_codes": ["XX"] * 251}),
    ("/instance/oauth_application_settings", {"default_scopes": ["two words"]}),
    (
        "/instance/oauth_application_settings",
        {"client_id_metadata_documents_advertised": True},
    ),
    ("/instance/organization_settings", {"max_allowed_memberships": -1}),
    ("/instance/organization_settings", {"max_allowed_memberships": 2**31}),
    ("/instance/organization_settings", {"domains_enrollment_modes": ["by_magic"]}),
    ("/instance/protect", {"specter_enabled": True}),
    ("/beta_features/instance_settings", {"from_email_address": "a@b.test"}),
    ("/beta_features/instance_settings", {"from_email_address": "a b"}),
    ("/beta_features/instance_settings", {"from_email_address": "a\r\nBcc"}),
]


@pytest.mark.parametrize(("path", "given"), REFUSED)
async def test_what_is_no_value_is_refused_by_the_name_that_the_caller_knows(world, path, given):
    answer = await world.patch(path, given)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["code"] == "form_param_value_invalid"
    assert error["meta"]["param_name"] == next(iter(given))
    assert await world.events("instance.updated") == []


async def test_an_empty_text_takes_away_what_there_was(world):
    path = "/beta_features/instance_settings"
    await world.patch(path, {"from_email_address": "hello"})
    assert (await world.patch(path, {"from_email_address": ""})).json()["from_email_address"] == ""
    strategy = "preferred_sign_in_strategy_when_password_required"
    await world.patch("/instance", {strategy: "otp"})
    assert (await world.patch("/instance", {strategy: ""})).status_code == 204


async def test_what_is_no_country_is_left_out(world):
    path = "/instance/communication"
    answer = await world.patch(path, {"blocked_country_codes": ["FR", "XX", "US"]})
    assert answer.json()["blocked_country_codes"] == ["FR", "US"]
    answer = await world.patch(path, {"blocked_country_codes": []})
    assert answer.json()["blocked_country_codes"] == []


async def test_domains_may_always_be_left_to_people(world):
    path = "/instance/organization_settings"
    answer = await world.patch(path, {"domains_enrollment_modes": ["automatic_invitation"]})
    modes = ["manual_invitation", "automatic_invitation"]
    assert answer.json()["domains_enrollment_modes"] == modes


async def test_the_older_word_for_addresses_that_carry_names_is_heard_last(world):
    browser = world.browser()
    await world.patch("/instance", {"cookieless_dev": True})
    found = (await browser.get("/environment")).json()["auth_config"]
    assert (found["cookieless_dev"], found["url_based_session_syncing"]) == (True, True)
    both = {"cookieless_dev": True, "url_based_session_syncing": False}
    await world.patch("/instance", both)
    found = (await browser.get("/environment")).json()["auth_config"]
    assert (found["cookieless_dev"], found["url_based_session_syncing"]) == (False, False)
    await browser.close()


@pytest.mark.security("G1")
async def test_a_change_stays_within_its_instance(world, other_world):
    await world.patch("/instance/protect", {"rules_enabled": True})
    await world.patch("/instance/communication", {"blocked_country_codes": ["FR"]})
    protect = (await other_world.get("/instance/protect")).json()
    assert protect["rules_enabled"] is False
    assert await other_world.events("instance.updated") == []


def test_a_number_is_of_one_country_or_of_all_that_share_its_code():
    assert countries_of("+33612345678") == {"FR"}
    assert countries_of("+14165550123") == {"CA"}
    assert "US" in countries_of("+15005550006")
    assert countries_of("+") == frozenset()
