"""What an application may ask for, and where its answer may go: letter for letter."""

from datetime import UTC, datetime

import pytest

from charter.core.oauth_applications import redirect_uris
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import requests
from charter.core.oauth_authorizations.model import (
    Asked,
    OauthRedirectInvalid,
    OauthRequestInvalid,
    ResponseMode,
)
from charter.core.oauth_authorizations.requests import AskedWrongly
from charter.kernel.errors import InvalidInput
from tests.consenting import CALLBACK, CHALLENGE, STATE

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
REGISTERED = (
    CALLBACK,
    "http://127.0.0.1/back",
    "http://[::1]:9000/back",
    "http://localhost/back",
    "com.example.app://back",
)
MUTATIONS = (
    "https://client.test/callback/",
    "https://client.test/Callback",
    "https://CLIENT.test/callback",
    "HTTPS://client.test/callback",
    "https://client.test:443/callback",
    "https://client.test:8443/callback",
    "https://client.test/callback?",
    "https://client.test/callback?a=b",
    "https://client.test/callback#",
    "https://client.test/callback#x",
    "https://client.test/callback/..",
    "https://client.test/callback/.",
    "https://client.test/./callback",
    "https://client.test/x/../callback",
    "https://client.test//callback",
    "https://client.test/callback//",
    "https://client.test\\callback",
    "https:\\\\client.test\\callback",
    "https:/client.test/callback",
    "https:client.test/callback",
    "//client.test/callback",
    "/callback",
    "callback",
    "https://client.test/%63allback",
    "https://client.test/%2e/callback",
    "https://client.test%2fcallback",
    "https://client.test/callback%00",
    "https://client.test/callback%0d%0aX: y",
    "https://client.test/callback ",
    " https://client.test/callback",
    "https://client.test./callback",
    "https://client.test.evil.test/callback",
    "https://evil.test/https://client.test/callback",
    "https://evil.test/?https://client.test/callback",
    "https://evil.test#https://client.test/callback",
    "https://evil.test\\@client.test/callback",
    "https://client.test@evil.test/callback",
    "https://client.test:x@evil.test/callback",
    "https://user@client.test/callback",
    "https://user:pw@client.test/callback",
    "https://sub.client.test/callback",
    "https://client.tes/callback",
    "https://xn--client-test/callback",
    "https://\u0441lient.test/callback",
    "https://client\u3002test/callback",
    "http://client.test/callback",
    "ftp://client.test/callback",
    "javascript://client.test/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "*",
    "https://*",
    "https://*.test/callback",
    "https://client.test/*",
    "http://127.0.0.1/back/",
    "http://127.0.0.1/",
    "http://127.0.0.1:65536/back",
    "http://127.0.0.1:999999/back",
    "http://127.0.0.1:/back",
    "http://127.0.0.1:80@evil.test/back",
    "http://127.0.0.1:80.evil.test/back",
    "http://127.0.0.1.evil.test/back",
    "http://127.1/back",
    "http://127.0.0.2/back",
    "http://2130706433/back",
    "http://0x7f000001/back",
    "http://0.0.0.0/back",
    "https://127.0.0.1/back",
    "http://[::1]/other",
    "http://[::1%25lo]/back",
    "http://[0:0:0:0:0:0:0:1]/back",
    "http://[::ffff:127.0.0.1]/back",
    "http://LOCALHOST/back",
    "http://localhost.evil.test/back",
    "http://localhost:80\\@evil.test/back",
    "http://localhost:1234/back?x",
    "com.example.app://back/",
    "com.example.app://back?code=1",
    "com.example.app:/back",
    "com.example.App://back",
    "com.example.apps://back",
    "null",
    "about:blank",
)


def application(**fields):
    usual = {
        "id": "oa_1",
        "client_id": "client",
        "name": "Planner",
        "client_uri": None,
        "image_key": None,
        "redirect_uris": REGISTERED,
        "scopes": ("profile", "email", "openid"),
        "is_public": False,
        "is_pkce_required": False,
        "is_consent_screen_enabled": True,
        "is_dynamically_registered": False,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return OauthApplication(**{**usual, **fields})


def request(of=None, **more):
    usual = {"response_type": "code", "redirect_uri": CALLBACK, "state": STATE}
    asked = Asked(**{**usual, **more})
    found = of or application()
    return requests.checked_request(found, requests.checked_target(found, asked), asked, NOW)


@pytest.mark.security("E1")
@pytest.mark.parametrize("uri", MUTATIONS)
def test_an_address_that_differs_in_a_letter_is_none_that_is_registered(uri):
    with pytest.raises((OauthRedirectInvalid, OauthRequestInvalid)):
        requests.checked_target(application(), Asked(redirect_uri=uri))


@pytest.mark.security("E1")
@pytest.mark.parametrize(
    "uri",
    [*REGISTERED, "http://127.0.0.1:51234/back", "http://[::1]/back", "http://localhost:8/back"],
)
def test_what_is_registered_is_taken_and_the_port_of_a_loopback_may_differ(uri):
    target = requests.checked_target(application(), Asked(redirect_uri=uri))
    assert target.redirect_uri == uri


@pytest.mark.security("E1")
@pytest.mark.parametrize(
    "uri",
    [
        "http://client.test/",
        "https://client.test/#x",
        "https://*.client.test/",
        "https://user@client.test/",
        "https://client.test/a/../b",
        "https://CLIENT.test/",
        "https://client.test/a b",
        "https://client.test\\a",
        "javascript://x/%0aalert(1)",
        "data:text/html,x",
        "client.test/callback",
        "http://127.1/",
        "x" * 2000,
    ],
)
def test_an_address_that_could_be_read_in_two_ways_is_not_registered(uri):
    with pytest.raises(InvalidInput):
        redirect_uris.checked([uri])


def test_the_only_address_stands_where_none_is_named():
    one = application(redirect_uris=(CALLBACK,))
    assert requests.checked_target(one, Asked()).redirect_uri == CALLBACK
    with pytest.raises(OauthRedirectInvalid):
        requests.checked_target(application(), Asked())


@pytest.mark.security("E2", "E5")
@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "jwt"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"state": "short"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": "profile private_metadata"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "select_account"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"authenticated_after": "99999999999"}, "invalid_request"),
        ({"authenticated_after": "9999999999"}, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_for_is_told_to_the_application(more, error):
    with pytest.raises(AskedWrongly) as refused:
        request(**more)
    assert refused.value.error == error


@pytest.mark.security("E2")
@pytest.mark.parametrize("which", ["is_public", "is_pkce_required"])
def test_who_has_to_use_pkce_cannot_leave_it_out(which):
    with pytest.raises(AskedWrongly):
        request(application(**{which: True}))
    found = request(
        application(**{which: True}),
        state=None,
        code_challenge=CHALLENGE,
        code_challenge_method="S256",
    )
    assert found.code_challenge == CHALLENGE


def test_scopes_are_those_of_a_profile_where_none_are_named():
    assert request().scopes == ("profile", "email")
    assert request(scope="email openid email").scopes == ("openid", "email")
    with pytest.raises(AskedWrongly):
        request(application(scopes=("openid",)))


def test_an_answer_is_posted_to_sites_alone():
    asked = Asked(redirect_uri=CALLBACK, response_mode="form_post")
    assert requests.checked_target(application(), asked).mode is ResponseMode.FORM_POST
    with pytest.raises(AskedWrongly):
        request(redirect_uri="com.example.app://back", response_mode="form_post")


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "redirect_uri"])
@pytest.mark.parametrize("text", ["x" * 3000, "a\x00b", "a\r\nb"])
def test_what_no_answer_could_carry_is_refused(name, text):
    with pytest.raises(OauthRequestInvalid):
        requests.checked_target(application(), Asked(**{"redirect_uri": CALLBACK, name: text}))
