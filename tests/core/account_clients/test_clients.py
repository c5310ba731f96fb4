"""Clients of the app and of organizations: who makes them, and of what."""

import pytest

from charter.core.account_clients import operations as clients
from charter.core.account_clients.model import AccountClientPatch, AuthMethod, NewAccountClient
from charter.core.account_clients.settings import cookie_options_of, seconds_of
from charter.core.oauth_applications.model import OauthApplicationNotFound
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.logging_in import app_client, client_of

SECRET_PREFIX = "ocs_"  # the prefix of one
PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


async def changed(world, client, who=None, **fields):
    return await world.call(
        who, clients.update, client_id=client.id, patch=AccountClientPatch(**fields)
    )


async def test_an_owner_makes_a_client_of_their_account_with_a_secret_and_a_key(world):
    acme = await world.organization(owner="ann")
    made = await client_of(world, acme, default_scope="openid files:read", audience="api")
    client = made.application
    assert made.secret.startswith(SECRET_PREFIX)
    assert client.organization_id == acme.id
    assert client.default_scopes == ("openid", "files:read")
    assert client.needs_pkce
    assert client.is_consent_screen_enabled
    assert (seconds_of(client, "access"), seconds_of(client, "refresh")) == (3600, 1_209_600)
    page = await world.call(
        "ann", clients.search_of_organization, organization_id=acme.id, search=Search()
    )
    assert page.items == (client,)
    names = [row["name"] for row in await world.events() if row["name"].startswith("oauth")]
    assert names == ["oauthApplication.created", "oauthApplicationKey.created"]


async def test_the_app_makes_clients_of_its_own_that_nobody_is_asked_about(world):
    await client_of(world, await world.organization(owner="ann"))
    made = await app_client(world)
    assert not made.application.is_consent_screen_enabled
    page = await world.call(None, clients.search, search=Search())
    assert page.items == (made.application,)


@pytest.mark.parametrize("who", ["viewer", "member"])
async def test_who_may_not_manage_an_account_reads_its_clients_alone(world, who):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", f"org:{who}")
    client = (await client_of(world, acme)).application
    assert await world.call("ben", clients.get, client_id=client.id) == client
    with pytest.raises(NotPermitted):
        await changed(world, client, "ben", name="Mine")
    with pytest.raises(NotPermitted):
        await client_of(world, acme, "ben")


async def test_strangers_find_no_client_of_an_account(world):
    client = (await client_of(world, await world.organization(owner="ann"))).application
    await world.organization("Mill", owner="eve")
    with pytest.raises(NotFound):
        await world.call("eve", clients.get, client_id=client.id)
    with pytest.raises(NotFound):
        await world.call("eve", clients.delete, client_id=client.id)
    with pytest.raises(NotFound):
        await world.call("eve", clients.get, client_id="oa_none")
    with pytest.raises(OauthApplicationNotFound):
        await world.call(None, clients.get, client_id="oa_none")


async def test_people_manage_no_client_of_the_app(world):
    await world.organization(owner="ann")
    client = (await app_client(world)).application
    with pytest.raises(NotPermitted):
        await changed(world, client, "ann", name="Mine")


async def test_what_is_left_out_stays_null_brings_back_the_default_and_nothing_changes_nothing(
    world,
):
    made = await app_client(
        world,
        issuer="https://id.acme.example",
        access_token={"expires_in": 60, "cookie_options": {"same_site": "strict"}},
    )
    client = made.application
    assert await changed(world, client) == client
    after = await changed(world, client, name="Other")
    assert (after.name, after.issuer) == ("Other", "https://id.acme.example")
    assert cookie_options_of(after, "access") == {
        "http_only": True,
        "secure": True,
        "same_site": "strict",
    }
    after = await changed(world, client, issuer=None, access_token=None)
    assert (after.issuer, seconds_of(after, "access")) == (None, 3600)
    names = [row["name"] for row in await world.events("oauthApplication.updated")]
    assert len(names) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "a" * 257},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://a.example/#b"]},
        {"redirect_uris": ["https://*.example/"]},
        {"allowed_origins": ["https://a.example/path"]},
        {"allowed_origins": ["a"]},
        {"allowed_origins": ["https://a.example"] * 51},
        {"issuer": "http://a.example"},
        {"issuer": "https://a.example?b"},
        {"issuer": "https://ann@a.example"},
        {"issuer": "https://[a"},
        {"audience": ""},
        {"audience": "a\nb"},
        {"allowed_audiences": ["a" * 513]},
        {"allowed_scope": 'quote"d'},
        {"allowed_scope": " ".join(f"s{number}" for number in range(101))},
        {"allowed_scope": "openid", "default_scope": "email"},
        {"access_token": {"expires_in": 59}},
        {"access_token": {"expires_in": True}},
        {"access_token": {"expires_in": 86_401}},
        {"access_token": {"other": 1}},
        {"refresh_token": {"cookie_options": {"same_site": "maybe"}}},
        {"refresh_token": {"cookie_options": {"same_site": "none", "secure": False}}},
        {"id_token": {"cookie_options": {"secure": 1}}},
        {"id_token": {"cookie_options": []}},
        {"grant_types": ["password"]},
        {"grant_types": ["client_credentials"], "auth_method": AuthMethod.NONE},
        {"jwks": {"keys": [PUBLIC_KEY]}},
        {"auth_method": AuthMethod.PRIVATE_KEY},
        {"auth_method": AuthMethod.PRIVATE_KEY, "jwks": {"keys": []}},
        {"auth_method": AuthMethod.PRIVATE_KEY, "jwks": {"keys": [{**PUBLIC_KEY, "d": "AA"}]}},
        {"auth_method": AuthMethod.PRIVATE_KEY, "jwks": {"keys": [{"kty": "oct", "k": "AA"}]}},
        {"trusted_issuers": [{"issuer": "https://idp.example"}]},
        {"trusted_issuers": [{"issuer": "https://idp.example", "jwks": None}]},
        {"trusted_issuers": [{"issuer": "", "jwks": {"keys": [PUBLIC_KEY]}}]},
        {"trusted_issuers": [{"issuer": "a", "jwks": {"keys": [PUBLIC_KEY]}}] * 2},
    ],
)
async def test_what_a_client_cannot_be_is_refused(world, fields):
    given = NewAccountClient(**{"name": "Web", **fields})
    with pytest.raises(InvalidInput):
        await world.call(None, clients.create, new=given)


@pytest.mark.parametrize(
    "fields",
    [
        {"issuer": "http://a.example"},
        {"default_scope": "scim"},
        {"access_token": {"expires_in": 1}},
        {"jwks": {"keys": [PUBLIC_KEY]}},
        {"allowed_scope": "openid\x00"},
    ],
)
async def test_what_a_client_cannot_become_is_refused(world, fields):
    client = (await app_client(world)).application
    with pytest.raises(InvalidInput):
        await changed(world, client, **fields)


async def test_a_client_that_proves_itself_by_a_key_or_not_at_all_has_no_secret(world):
    by_key = await app_client(
        world, auth_method=AuthMethod.PRIVATE_KEY, jwks={"keys": [PUBLIC_KEY]}
    )
    public = await app_client(world, auth_method=AuthMethod.NONE)
    assert by_key.secret is None
    assert public.secret is None
    assert public.application.is_public
    assert "client_credentials" not in public.application.grant_types
