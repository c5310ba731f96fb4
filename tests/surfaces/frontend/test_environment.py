"""What an app's interfaces see of settings that its server has changed."""

import asyncio

import pytest

from tests.surfaces.backend.test_instance_settings import CHANGES


@pytest.fixture
async def environment(world):
    browser = world.browser(origin=None)

    async def read():
        return (await browser.get("/environment")).json()

    yield read
    await browser.close()


async def test_an_app_sees_what_its_server_has_changed_of_the_instance(world, environment):
    answer = await world.patch(
        "/instance",
        {
            "test_mode": False,
            "hibp": False,
            "enhanced_email_deliverability": True,
            "support_email": "help@acme.test",
            "clerk_js_version": "6.40.0",
            "development_origin": "http://localhost:4321",
            "url_based_session_syncing": True,
            "preferred_sign_in_strategy_when_password_required": "otp",
        },
    )
    assert answer.status_code == 204
    found = await environment()
    auth, display = found["auth_config"], found["display_config"]
    assert auth["test_mode"] is False
    assert auth["enhanced_email_deliverability"] is True
    assert (auth["url_based_session_syncing"], auth["cookieless_dev"]) == (True, True)
    assert found["user_settings"]["password_settings"]["disable_hibp"] is True
    assert display["support_email"] == "help@acme.test"
    assert display["clerk_js_version"] == "6.40.0"
    assert display["home_url"] == "http://localhost:4321"
    assert display["preferred_sign_in_strategy"] == "otp"


async def test_an_app_sees_who_may_come_in_and_how(world, environment):
    for path in ("/instance/restrictions", "/beta_features/instance_settings"):
        await world.patch(path, CHANGES[path])
    settings = (await environment())["user_settings"]
    assert settings["restrictions"] == {
        "allowlist": {"enabled": True},
        "blocklist": {"enabled": True},
        "allowlist_blocklist_disabled_on_sign_in": {"enabled": True},
        "block_email_subaddresses": {"enabled": True},
        "block_disposable_email_domains": {"enabled": False},
    }
    assert settings["sign_up"]["progressive"] is False


async def test_an_app_sees_what_organizations_may_do(world, environment):
    rows = (await world.get("/organization_roles", params={"limit": 100})).json()["data"]
    viewer = next(row["id"] for row in rows if row["key"] == "org:viewer")
    path = "/instance/organization_settings"
    await world.patch(path, CHANGES[path] | {"domains_default_role_id": viewer})
    assert (await environment())["organization_settings"] == {
        "enabled": False,
        "max_allowed_memberships": 25,
        "force_organization_selection": False,
        "actions": {"admin_delete": False},
        "domains": {
            "enabled": False,
            "enrollment_modes": ["manual_invitation", "automatic_suggestion"],
            "default_role": "org:viewer",
        },
        "slug": {"disabled": True},
        "creator_role": "org:admin",
        "organization_creation_defaults": {"enabled": False},
    }


async def test_an_app_sees_whether_browsers_are_checked(world, environment):
    await world.configure(sign_up={"captcha_site_key": "site"})
    assert (await world.get("/instance/protect")).json()["specter_enabled"] is True
    assert (await environment())["display_config"]["captcha_public_key"] == "site"
    answer = await world.patch("/instance/protect", {"specter_enabled": False})
    assert answer.json()["specter_enabled"] is False
    found = await environment()
    assert found["display_config"]["captcha_public_key"] is None
    assert found["user_settings"]["sign_up"]["captcha_enabled"] is False
    answer = await world.patch("/instance/protect", {"specter_enabled": True})
    assert answer.json()["specter_enabled"] is True


async def test_a_preference_has_no_effect_where_no_password_is_required(world, environment):
    await world.patch("/instance", {"preferred_sign_in_strategy_when_password_required": "otp"})
    await world.configure(attributes={"password": {"is_required": False}})
    assert (await environment())["display_config"]["preferred_sign_in_strategy"] == "password"
    await world.configure(attributes={"password": {"is_enabled": False}})
    assert (await environment())["display_config"]["preferred_sign_in_strategy"] == "otp"


async def test_who_comes_from_a_page_stays_with_it_whatever_the_origin_is(world):
    await world.patch("/instance", {"development_origin": "http://localhost:4321"})
    browser = world.browser(origin="http://localhost:9999")
    found = (await browser.get("/environment")).json()
    assert found["display_config"]["home_url"] == "http://localhost:9999"
    await browser.close()


@pytest.mark.security("K2")
@pytest.mark.parametrize(
    "origin", ["chrome-extension://abcdefghijklmnop", "capacitor://localhost", "http://dev.test:1"]
)
async def test_pages_of_extensions_and_of_phones_may_call_once_they_are_allowed(world, origin):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    browser = world.browser(origin=origin)
    answer = await browser.get("/environment")
    assert "access-control-allow-origin" not in answer.headers
    await world.patch("/instance", {"allowed_origins": [origin]})
    for answer in (await browser.get("/environment"), await browser.http.options("/client")):
        assert answer.headers["access-control-allow-origin"] == origin
    stranger = world.browser(origin=origin + "x")
    answer = await stranger.get("/environment")
    assert "access-control-allow-origin" not in answer.headers
    await asyncio.gather(browser.close(), stranger.close())


async def test_an_app_is_told_the_pages_of_its_own_instance(world, environment):
    display = (await environment())["display_config"]
    ours = f"{world.platform.addresses.frontend_url}/account/i/{world.instance_id}"
    assert display["sign_in_url"] == display["after_sign_out_all_url"] == f"{ours}/sign-in"
    assert display["organization_profile_url"] == f"{ours}/organization"
