"""An instance as an OAuth provider, as browsers and programs meet it."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.users import restrictions
from tests.consenting import CALLBACK, STATE, VERIFIER, present, program, sent_with
from tests.core.sessions.reading import claims_of


def at(world, path):
    """An endpoint of the instance."""
    return f"http://auth.test/frontend/i/{world.instance_id}/oauth/{path}"


def basic(made):
    pair = base64.b64encode(f"{made.client_id}:{made.secret}".encode()).decode()
    return {"authorization": f"Basic {pair}"}


def trading(made, code, **more):
    given = {
        "grant_type": "authorization_code",
        "client_id": made.client_id,
        "client_secret": made.secret,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return {name: value for name, value in {**given, **more}.items() if value is not None}


@pytest.fixture
async def planner(world):
    return await program(world)


@pytest.fixture
async def tokens(world, planner):
    """Tokens for Ann's account."""
    ann = await present(world, "ann")
    return await planner.tokens(ann, scope="openid profile email", nonce="n-0S6_WzA2Mj")


async def ask(browser, planner, **more):
    return await browser.http.get(at(browser.world, "authorize"), params=planner.asking(**more))


async def test_a_stranger_is_led_to_the_sign_in_and_back(world, planner):
    answer = await ask(world.browser(), planner)
    place = urlsplit(answer.headers["location"])
    assert answer.status_code == 303
    assert place.path == f"/account/i/{world.instance_id}/sign-in"
    back = parse_qs(place.query)["redirect_url"][0]
    assert back.partition("?")[0].endswith("/oauth/authorize")
    assert parse_qs(urlsplit(back).query)["state"] == [STATE]


async def test_who_is_signed_in_is_asked_for_their_consent_and_then_remembered(world, planner):
    browser = world.browser()
    await browser.sign_in("ann")
    answer = await ask(browser, planner)
    place = urlsplit(answer.headers["location"])
    assert place.path == f"/account/i/{world.instance_id}/oauth-consent"
    form = {**planner.asking(), "consented": "true"}
    answer = await browser.post(f"/me/oauth/consent/{planner.client_id}", form)
    assert (answer.status_code, sent_with(answer)["state"]) == (303, STATE)
    assert "code" in sent_with(await ask(browser, planner))
    wider = await ask(browser, planner, scope="openid profile")
    assert "oauth-consent" in wider.headers["location"]


async def test_a_code_is_traded_and_the_tokens_are_good(world, planner, http):
    browser = world.browser()
    await browser.sign_in("ann")
    form = {**planner.asking(scope="openid email"), "consented": "true"}
    answer = await browser.post(f"/me/oauth/consent/{planner.client_id}", form)
    code = sent_with(answer)["code"]
    sent = trading(planner, code, client_id=None, client_secret=None)
    answer = await http.post(at(world, "token"), data=sent, headers=basic(planner))
    found = answer.json()
    assert (answer.status_code, found["token_type"], found["scope"]) == (
        200,
        "Bearer",
        "openid email",
    )
    assert answer.headers["cache-control"] == "no-store"
    bearer = {"authorization": f"Bearer {found['access_token']}"}
    told = (await http.get(at(world, "userinfo"), headers=bearer)).json()
    assert (told["email"], told["sub"]) == ("ann@example.com", world.people["ann"])
    assert "given_name" not in told
    answer = await http.post(
        at(world, "token"),
        data={"grant_type": "refresh_token", "refresh_token": found["refresh_token"]},
        headers=basic(planner),
    )
    assert answer.json()["id_token"]
    answer = await http.post(at(world, "token"), data=sent, headers=basic(planner))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await http.get(at(world, "userinfo"), headers=bearer)).status_code == 401


async def test_an_id_token_says_who_for_whom_and_of_which_request(world, planner, tokens):
    claims = claims_of(tokens.id_token)
    document = f"http://auth.test/frontend/i/{world.instance_id}/.well-known/openid-configuration"
    issuer = (await world.client.get(document)).json()["issuer"]
    assert (claims["iss"], claims["aud"], claims["sub"]) == (
        issuer,
        planner.client_id,
        world.people["ann"],
    )
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["exp"] - claims["iat"] == 86_400
    assert "auth_time" in claims
    assert "at_hash" in claims


async def test_a_public_client_shows_no_secret(world, http):
    made = await program(world, is_public=True)
    code = await made.code(await present(world, "ann"))
    assert made.secret is None
    sent = trading(made, code, client_secret="guess")
    answer = await http.post(at(world, "token"), data=sent)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    answer = await http.post(at(world, "token"), data=trading(made, code))
    assert answer.status_code == 200


@pytest.mark.security("E7")
@pytest.mark.parametrize("secret", ["", "ocs_wrong", "x" * 5000])
async def test_a_wrong_secret_is_no_client(world, planner, http, secret):
    code = await planner.code(await present(world, "ann"))
    sent = trading(planner, code, client_secret=secret)
    answer = await http.post(at(world, "token"), data=sent)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.security("E5")
@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"grant_type": "password", "username": "a"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ],
)
async def test_what_is_no_trade_is_refused(world, planner, http, sent, error):
    answer = await http.post(at(world, "token"), data=sent, headers=basic(planner))
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "content",
    [b"grant_type=a&grant_type=b", b"grant_type=%00", b"\xff\xfe", b"a=1&" * 300, b"code=%ff"],
)
async def test_what_is_no_form_is_refused(world, planner, http, content):
    headers = {**basic(planner), "content-type": "application/x-www-form-urlencoded"}
    answer = await http.post(at(world, "token"), content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", ["Basic !!!", "Bearer x", "Basic " + "A" * 9000, "Basic eA=="])
async def test_a_header_that_names_no_client_is_refused(world, planner, http, header):
    answer = await http.post(
        at(world, "token"), data={"grant_type": "refresh_token"}, headers={"authorization": header}
    )
    assert answer.status_code == 401


async def test_a_client_shows_who_it_is_in_one_way_alone(world, planner, http):
    sent = trading(planner, "x")
    answer = await http.post(at(world, "token"), data=sent, headers=basic(planner))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.security("E6")
async def test_answers_say_who_answers_and_discovery_says_the_same(world, planner):
    browser = world.browser()
    await browser.sign_in("ann")
    sent = sent_with(await ask(browser, planner, prompt="none"))
    assert (sent["error"], sent["state"]) == ("consent_required", STATE)
    forged = {"host": "evil.test", "x-forwarded-host": "evil.test", "forwarded": "host=evil.test"}
    for path in (
        "/frontend/i/{}/.well-known/oauth-authorization-server",
        "/i/{}/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/frontend/i/{}",
    ):
        url = "http://auth.test" + path.format(world.instance_id)
        answer = await browser.http.get(url, headers=forged)
        assert answer.json()["issuer"] == sent["iss"]
        assert "evil.test" not in answer.text
    assert answer.json()["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.security("E1")
@pytest.mark.parametrize(
    "more",
    [{"redirect_uri": "https://evil.test/"}, {"client_id": "nobody"}, {"client_id": None}],
)
async def test_an_error_is_never_sent_to_an_address_that_is_not_registered(world, planner, more):
    browser = world.browser()
    await browser.sign_in("ann")
    answer = await ask(browser, planner, **more)
    assert answer.status_code in (400, 401)
    assert "location" not in answer.headers


async def test_a_parameter_that_comes_twice_is_refused(world, planner):
    pairs = [*planner.asking().items(), ("redirect_uri", "https://evil.test/")]
    answer = await world.browser().http.get(at(world, "authorize"), params=pairs)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_an_answer_may_be_posted(world, planner):
    browser = world.browser()
    await browser.sign_in("ann")
    asked = planner.asking(response_mode="form_post", state='"><script>alert(1)</script>')
    answer = await browser.http.post(at(world, "authorize"), data={**asked, "prompt": "none"})
    assert answer.status_code == 200
    assert f'action="{CALLBACK}"' in answer.text
    assert "<script>alert" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.security("E14")
async def test_only_its_own_application_learns_of_a_token(world, planner, tokens, http):
    rival = await program(world, "Rival")
    for token in (tokens.access_token, tokens.refresh_token):
        answer = await http.post(
            at(world, "token_info"), data={"token": token}, headers=basic(planner)
        )
        assert answer.json()["active"] is True
        assert answer.json()["sub"] == world.people["ann"]
        answer = await http.post(
            at(world, "token_info"), data={"token": token}, headers=basic(rival)
        )
        assert answer.json() == {"active": False}
        answer = await http.post(
            at(world, "token/revoke"), data={"token": token}, headers=basic(rival)
        )
        assert (answer.status_code, answer.text) == (200, "")
    answer = await http.post(at(world, "token_info"), data={"token": tokens.access_token})
    assert answer.status_code == 401
    for path in ("revoke", "token/revoke"):
        sent = {"token": tokens.refresh_token}
        answer = await http.post(at(world, path), data=sent, headers=basic(planner))
        assert answer.status_code == 200
    answer = await http.post(
        at(world, "token_info"), data={"token": tokens.access_token}, headers=basic(planner)
    )
    assert answer.json() == {"active": False}


async def test_a_banned_user_has_no_tokens_from_that_moment_on(world, planner, tokens, http):
    await world.call(None, restrictions.ban, user_id="ann")
    bearer = {"authorization": f"Bearer {tokens.access_token}"}
    answer = await http.get(at(world, "userinfo"), headers=bearer)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "oauth_token_invalid")
    assert "invalid_token" in answer.headers["www-authenticate"]
    sent = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    answer = await http.post(at(world, "token"), data=sent, headers=basic(planner))
    assert answer.json()["error"] == "invalid_grant"


async def test_pages_of_any_site_may_trade_but_not_authorize(world, http):
    for path, is_open in (("token", True), ("userinfo", True), ("authorize", False)):
        url = f"http://auth.test/i/{world.instance_id}/oauth/{path}"
        answer = await http.options(url, headers={"origin": "https://app.elsewhere.test"})
        assert (answer.headers.get("access-control-allow-origin") == "*") is is_open


async def test_an_instance_that_is_not_there_provides_nothing(http):
    url = "http://auth.test/i/ins_" + "0" * 27
    assert (await http.get(url + "/oauth/authorize")).status_code == 404
    assert (await http.get(url + "/.well-known/openid-configuration")).status_code == 404
