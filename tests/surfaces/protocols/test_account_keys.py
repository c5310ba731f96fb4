"""What a client's tokens are checked by, as whoever checks them reads it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.account_clients import key_operations
from charter.core.oauth_authorizations.account_ids import shown
from tests.logging_in import app_client

DISCOVERY = "/accounts/.well-known/openid-configuration"
JWKS = "/accounts/.well-known/jwks.json"


@pytest.fixture
async def web(world):
    return await app_client(world)


async def test_the_keys_of_a_client_are_published_with_a_strong_mark(world, http, web):
    client_id = shown(web.application.id)
    answer = await http.get(JWKS, params={"client_id": client_id})
    assert answer.headers["cache-control"] == "public, max-age=3600"
    (key,) = answer.json()["keys"]
    assert key.keys() == {"kty", "use", "kid", "alg", "n", "e"}
    etag = answer.headers["etag"]
    assert etag.startswith('"')
    again = await http.get(JWKS, params={"client_id": client_id}, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await world.call(None, key_operations.rotate, client_id=web.application.id)
    changed = await http.get(JWKS, params={"client_id": client_id}, headers={"if-none-match": etag})
    assert (changed.status_code, len(changed.json()["keys"])) == (200, 2)


@pytest.mark.parametrize("path", [JWKS, DISCOVERY])
async def test_documents_are_about_a_client_that_is_named_and_there(http, path):
    assert (await http.get(path)).status_code == 400
    for client_id in ("cid_none", "x" * 500, "cid_" + "0" * 27):
        answer = await http.get(path, params={"client_id": client_id})
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


@pytest.mark.security("E6")
async def test_the_document_of_a_client_says_what_is_configured_whoever_asks(world, http):
    web = await app_client(world, issuer="https://id.acme.example")
    params = {"client_id": shown(web.application.id)}
    headers = {"host": "evil.test", "x-forwarded-host": "evil.test"}
    found = (await http.get(DISCOVERY, params=params, headers=headers)).json()
    assert found["issuer"] == "https://id.acme.example"
    assert found["grant_types_supported"] == list(web.application.grant_types)
    assert parse_qs(urlsplit(found["jwks_uri"]).query) == {"client_id": [params["client_id"]]}
    for name, value in found.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert value.startswith("http://api.test/accounts/")
    keys = await http.get(found["jwks_uri"])
    assert keys.status_code == 200
