"""The handshake of an instance that is for real: over cookies of the site that it shares."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from clerk_backend_api.security import AuthenticateRequestOptions, authenticate_request

from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.instances.model import Environment
from charter.core.keys.claimed import claimed_payload
from charter.core.keys.lookup import lookup
from charter.core.sessions import cookies
from charter.core.sessions.handshaking import handshake, take_handshake
from charter.core.sessions.refreshing import RefreshInput, refresh
from charter.core.sessions.refusals import TokenIneligible
from tests.flows import Tab, directives_of
from tests.world import new_world


@pytest.fixture
async def world(platform, app):
    """An instance that is for real, whose app is on the same site."""
    made = await new_world(platform, app, Environment.PRODUCTION)
    await made.configure(allowed_origins=[f"https://www.{await site(made)}"], has_test_mode=True)
    yield made
    await made.close()


async def instance_of(world):
    return await lookup(world.platform).instance(world.instance_id)


async def site(world):
    """The site that the app and the Frontend API share."""
    return (await instance_of(world)).frontend_host.partition(".")[2]


async def origin(world):
    return f"https://www.{await site(world)}"


def value_of(cookie):
    return cookie.partition(";")[0].partition("=")[2]


async def handshaken(world, tab, **arguments):
    back = await tab.call(
        handshake, redirect_url=await origin(world) + "/desk", format="nonce", **arguments
    )
    [cookie] = back.cookies
    found = await world.call(None, take_handshake, nonce=value_of(cookie))
    return back, cookie, found.directives


async def test_the_nonce_travels_in_a_cookie_of_the_site_and_is_taken_away_again(world):
    back, cookie, directives = await handshaken(world, Tab(world))
    assert back.location == await origin(world) + "/desk"
    assert cookie.startswith("__clerk_handshake_nonce=")
    for part in (f"Domain={await site(world)}", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=60"):
        assert part in cookie
    gone = [each for each in directives if each.startswith("__clerk_handshake_nonce=;")]
    assert len(gone) == 1
    assert f"Domain={await site(world)}" in gone[0]
    assert "Max-Age=0" in gone[0]


@pytest.mark.security("C6")
async def test_every_cookie_is_secure_and_the_refresh_token_out_of_reach_of_scripts(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    _back, _cookie, directives = await handshaken(world, tab)
    refreshing = [each for each in directives if each.startswith("__refresh_")]
    assert len(refreshing) == 1
    assert "HttpOnly" in refreshing[0]
    assert all("; Secure" in each and "; SameSite=Lax" in each for each in directives)
    assert all(len(each) < 4096 for each in directives)
    assert not any(each.startswith("__clerk_db_jwt") for each in directives)


async def test_both_sides_write_the_same_cookie_of_when_sessions_changed(world):
    tab = Tab(world)
    await tab.sign_in("ann")
    _back, _cookie, directives = await handshaken(world, tab)
    updated = [each for each in directives if each.startswith("__client_uat")]
    assert len(updated) == 2
    domain = f"Domain={await site(world)}"
    assert all(domain in each for each in updated)


async def test_the_refresh_token_of_a_handshake_belongs_to_its_session(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    _back, _cookie, directives = await handshaken(world, tab)
    found = directives_of(directives)
    name = cookies.names(await instance_of(world), cookies.REFRESH_COOKIE)[1]
    given = RefreshInput(found["__session"], found[name], await origin(world))
    with pytest.raises(TokenIneligible):  # for the token is still good
        await world.call(None, refresh, session_id=session_id, given=given)


async def test_who_is_signed_out_keeps_no_refresh_token(world):
    _back, _cookie, directives = await handshaken(world, Tab(world))
    found = directives_of(directives)
    name = cookies.names(await instance_of(world), cookies.REFRESH_COOKIE)[1]
    assert (found["__session"], found[name], found["__client_uat"]) == ("", "", "0")


async def test_a_name_in_the_address_names_no_browser(world):
    _back, _cookie, directives = await handshaken(world, Tab(world), dev_browser="dvb_x")
    assert "dvb_x" not in " ".join(directives)


async def test_a_page_of_another_site_is_reached_by_the_address_alone(world):
    await world.configure(allowed_origins=["https://elsewhere.example"])
    page = "https://elsewhere.example/desk"
    back = await Tab(world).call(handshake, redirect_url=page, format="nonce")
    assert back.cookies == ()
    assert parse_qs(urlsplit(back.location).query)["__clerk_handshake_nonce"]


@pytest.mark.security("J8")
async def test_the_machine_itself_is_no_page_of_an_app_that_is_for_real(world):
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(handshake, redirect_url="http://localhost:3000/", format="nonce")


async def test_the_official_client_knows_who_comes_back(world):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    _back, _cookie, directives = await handshaken(world, tab)
    jar = "; ".join(f"{name}={value}" for name, value in directives_of(directives).items())
    keys = await lookup(world.platform).signing_keys(world.instance_id)
    options = AuthenticateRequestOptions(
        jwt_key=keys.rows[0].public_pem, authorized_parties=[await origin(world)]
    )
    state = authenticate_request(
        httpx.Request("GET", "https://app.test/", headers={"cookie": jar}), options
    )
    nobody = await handshaken(world, Tab(world))
    out = "; ".join(f"{name}={value}" for name, value in directives_of(nobody[2]).items())
    stranger = authenticate_request(
        httpx.Request("GET", "https://app.test/", headers={"cookie": out}), options
    )
    assert state.is_signed_in
    assert state.payload["sid"] == claimed_payload(directives_of(directives)["__session"])["sid"]
    assert state.payload["sid"] == session_id
    assert not stranger.is_signed_in
