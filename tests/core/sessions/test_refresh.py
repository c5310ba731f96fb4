"""Trading an expired session token for a new one."""

import pytest

from charter.core.sessions import operations as sessions
from charter.core.sessions import refusals
from charter.core.sessions.minting import Token
from charter.core.sessions.model import SessionStatus
from charter.core.sessions.refreshing import is_origin
from tests.core.sessions.reading import claims_of
from tests.core.sessions.refreshes import ORIGIN, Browser
from tests.world import all_at_once, later

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
async def browser(world):
    return await Browser.of(world)


async def test_an_expired_token_becomes_a_fresh_one_for_the_same_origin(browser):
    fresh = await browser.refresh()
    assert isinstance(fresh, Token)
    claims = claims_of(fresh.jwt)
    assert claims["sid"] == browser.session.id
    assert claims["azp"] == ORIGIN
    assert claims["exp"] > browser.claims["exp"] + 60


async def test_a_refresh_is_activity_and_tells_where(world, browser):
    await world.sql(
        "UPDATE sessions SET last_active_at = last_active_at - interval '1 hour',"
        " abandon_at = abandon_at - interval '1 hour' WHERE id = $1",
        browser.session.id,
    )
    await browser.refresh(
        request_headers={"User-Agent": [FIREFOX]}, request_originating_ip="192.0.2.7"
    )
    session = await world.call(None, sessions.get, session_id=browser.session.id)
    assert session.last_active_at >= browser.session.last_active_at
    assert session.abandon_at >= browser.session.abandon_at
    assert session.expire_at == browser.session.expire_at
    used = session.latest_activity
    assert (used["browser_name"], used["browser_version"]) == ("Firefox", "140.0")
    assert (used["ip_address"], used["is_mobile"]) == ("192.0.2.7", False)


async def test_cookies_are_whole_and_under_both_names(browser):
    made = await browser.refresh(format="cookie", suffixed_cookies=True)
    plain, suffixed = made.cookies
    name, _, rest = plain.partition("=")
    jwt, *attributes = rest.split("; ")
    assert name == "__session"
    assert claims_of(jwt)["sid"] == browser.session.id
    assert "SameSite=Lax" in attributes
    assert "Path=/" in attributes
    assert suffixed.startswith("__session_")
    assert len(suffixed.partition("=")[0]) == len("__session_") + 8
    assert suffixed.partition("=")[2] == rest


async def test_cookies_without_suffix_have_the_plain_name_alone(browser):
    made = await browser.refresh(format="cookie")
    assert [cookie.partition("=")[0] for cookie in made.cookies] == ["__session"]


async def test_an_expired_token_is_traded_once(browser):
    token = browser.signed()
    await browser.refresh(expired_token=token)
    with pytest.raises(refusals.ExpiredTokenConsumed):
        await browser.refresh(expired_token=token)
    assert await browser.refresh(expired_token=browser.signed(jti="another"))


@pytest.mark.security("O3")
async def test_of_many_trades_at_once_one_succeeds(browser):
    token = browser.signed()
    results = await all_at_once(*(browser.refresh(expired_token=token) for _ in range(20)))
    assert sum(isinstance(result, Token) for result in results) == 1
    refused = [result for result in results if not isinstance(result, Token)]
    assert {type(result) for result in refused} == {refusals.ExpiredTokenConsumed}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"sid": None}, refusals.ExpiredTokenWithoutSession),
        ({"azp": None}, refusals.ExpiredTokenWithoutParty),
        ({"iat": None}, refusals.ExpiredTokenWithoutTime),
        ({"azp": "https://other.example"}, refusals.OriginMismatch),
        ({"sid": "sess_other"}, refusals.SessionMismatch),
        ({"sub": "user_other"}, refusals.RefreshUserNotFound),
        ({"iss": "https://other.example"}, refusals.ExpiredTokenInvalid),
        ({"exp": "soon"}, refusals.ExpiredTokenInvalid),
        ({"exp": None}, refusals.ExpiredTokenInvalid),
    ],
)
async def test_a_token_that_says_something_else_is_refused(browser, changes, refusal):
    with pytest.raises(refusal):
        await browser.refresh(expired_token=browser.signed(**changes))


async def test_a_token_of_the_day_before_is_too_old(browser):
    day = 24 * 3600
    token = browser.signed(iat=browser.claims["iat"] - day, exp=browser.claims["exp"])
    with pytest.raises(refusals.ExpiredTokenTooOld):
        await browser.refresh(expired_token=token)


async def test_a_token_that_holds_needs_no_refresh(browser):
    with pytest.raises(refusals.TokenIneligible):
        await browser.refresh(expired_token=browser.signed(exp=browser.claims["exp"] + 600))


@pytest.mark.parametrize(
    "origin", ["", "app.example", "https://", "https://app.example/", "ftp://app.example"]
)
async def test_an_origin_is_what_browsers_write(browser, origin):
    with pytest.raises(refusals.OriginInvalid):
        await browser.refresh(
            request_origin=origin, expired_token=browser.signed(azp=origin or None)
        )


def test_origins_with_ports_and_addresses_are_origins():
    assert is_origin("http://localhost:3000")
    assert is_origin("http://[::1]:3000")
    assert not is_origin("https://user@app.example")
    assert not is_origin("https://app.example:port")


async def test_a_refresh_token_is_one_of_this_session(world, browser):
    other = await Browser.of(world, "ben")
    for token in (other.token, "none", "", browser.token + "x"):
        with pytest.raises(refusals.RefreshTokenNotFound):
            await browser.refresh(refresh_token=token)
    with pytest.raises(refusals.SessionMismatch):
        await browser.refresh(session_id=other.session.id)
    assert await browser.refresh()


async def test_a_refusal_consumes_nothing(browser):
    token = browser.signed()
    with pytest.raises(refusals.RefreshTokenNotFound):
        await browser.refresh(expired_token=token, refresh_token="none")
    assert await browser.refresh(expired_token=token)


@pytest.mark.security("C4")
async def test_a_session_that_ended_is_not_refreshed(world, browser):
    await world.call(None, sessions.revoke, session_id=browser.session.id)
    with pytest.raises(refusals.InactiveSession):
        await browser.refresh()


@pytest.mark.security("C3")
async def test_a_session_that_ran_out_is_not_refreshed(world, browser):
    at_end = later(world.platform, days=7, seconds=-60)
    token = browser.signed(
        iat=int(at_end.clock().timestamp()) - 200, exp=int(at_end.clock().timestamp()) - 140
    )
    assert await browser.refresh(expired_token=token, platform=at_end)
    with pytest.raises(refusals.InactiveSession):
        await browser.refresh(
            expired_token=token, platform=later(world.platform, days=7, seconds=60)
        )


@pytest.mark.security("C4")
async def test_a_banned_users_session_is_not_refreshed(world, browser):
    await world.sql("UPDATE users SET is_banned = true WHERE id = $1", browser.session.user_id)
    with pytest.raises(refusals.RefreshUserNotFound):
        await browser.refresh()


async def test_a_deleted_users_session_is_gone(world, browser):
    await world.sql("DELETE FROM users WHERE id = $1", browser.session.user_id)
    with pytest.raises(refusals.SessionToRefreshNotFound):
        await browser.refresh()


@pytest.mark.security("C1")
async def test_of_a_refresh_token_only_the_digest_is_kept(world, browser):
    await browser.refresh()
    rows = await world.sql(
        "SELECT row_to_json(g)::text AS text, octet_length(digest) AS size FROM grants g"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    assert {row["size"] for row in rows} == {32}
    assert all(browser.token not in row["text"] for row in rows)
    assert len(browser.token) >= 27  # 160 bits in base62
    assert (await world.call(None, sessions.get, session_id=browser.session.id)).status is (
        SessionStatus.ACTIVE
    )
