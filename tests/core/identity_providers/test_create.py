"""Adding a provider."""

from dataclasses import replace

import pytest

from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import (
    DiscoveryFailed,
    IdentityProviderExists,
    IdentityProviderUnknown,
    NewIdentityProvider,
)
from charter.core.identity_providers.presets import PRESETS
from charter.kernel.errors import InvalidInput, MissingInput
from tests.elsewhere import add

GOOGLE = {"strategy": "oauth_google", "client_id": "us", "client_secret": "known to both"}
CUSTOM = {**GOOGLE, "strategy": "oauth_custom_acme"}
ADDRESSES = {
    "authorize_url": "https://acme.test/authorize",
    "token_url": "https://acme.test/token",
    "userinfo_url": "https://acme.test/me",
}


async def create(world, **fields):
    new = NewIdentityProvider(**fields)
    return await world.call(None, identity_providers.create, new=new)


@pytest.mark.parametrize("name", PRESETS)
async def test_a_known_provider_needs_a_client_and_its_secret_alone(world, name):
    made = await create(world, **{**GOOGLE, "strategy": f"oauth_{name}"})
    assert made.is_enabled
    assert made.name == made.description.name == PRESETS[name].name
    assert made.description.authorize_url.startswith("https://")


async def test_our_secret_there_is_kept_sealed(world):
    made = await create(world, **GOOGLE)
    (row,) = await world.sql("SELECT * FROM identity_providers WHERE id = $1", made.id)
    opened = world.platform.vault.open(row["sealed_secret"], f"identity_provider:{made.id}")
    assert opened == b"known to both"
    assert "known to both" not in str(dict(row))
    (event,) = await world.events("identityProvider.created")
    assert "sealed_secret" not in event["after"]


async def test_a_provider_of_ones_own_is_asked_for_its_document(world, provider):
    made = await add(world, provider)
    assert made.authorize_url == f"{provider.issuer}/authorize"
    assert made.jwks_url == f"{provider.issuer}/jwks"
    assert made.issuer == provider.issuer


@pytest.mark.security("L1")
async def test_a_server_for_everybody_asks_no_provider_in_its_own_network(world, provider):
    shared = replace(world.platform, private_addresses=False)
    with pytest.raises(DiscoveryFailed):
        await add(world, provider, platform=shared)
    await add(world, provider)


@pytest.mark.security("F5")
async def test_a_document_that_names_another_issuer_is_not_used(world, provider):
    provider.lies.header = {"issuer": "https://accounts.other.test"}
    with pytest.raises(DiscoveryFailed):
        await add(world, provider)


async def test_an_issuer_without_a_document_is_told_so(world, provider):
    with pytest.raises(DiscoveryFailed):
        await add(world, provider, issuer=f"{provider.issuer}/nothing")


async def test_a_provider_without_a_document_needs_its_addresses(world):
    made = await create(world, **CUSTOM, **ADDRESSES)
    assert made.description.userinfo_url == "https://acme.test/me"
    with pytest.raises(MissingInput):
        await create(world, **{**CUSTOM, "strategy": "oauth_custom_other"})


async def test_something_has_to_say_who_somebody_is(world):
    with pytest.raises(MissingInput):
        await create(world, **CUSTOM, **{**ADDRESSES, "userinfo_url": None})


@pytest.mark.parametrize(
    "strategy", ["google", "oauth_nobody", "oauth_custom_", "oauth_custom_A b"]
)
async def test_other_strategies_are_not_known(world, strategy):
    with pytest.raises(IdentityProviderUnknown):
        await create(world, **{**GOOGLE, "strategy": strategy})


async def test_a_strategy_is_there_once(world, other_world):
    await create(world, **GOOGLE)
    await create(other_world, **GOOGLE)
    with pytest.raises(IdentityProviderExists):
        await create(world, **GOOGLE)


@pytest.mark.security("L1")
@pytest.mark.parametrize(
    "url", ["ftp://acme.test", "acme.test", "https://ann@acme.test/", "https://", "file:///etc"]
)
async def test_addresses_are_those_of_the_web(world, url):
    with pytest.raises(InvalidInput):
        await create(world, **CUSTOM, **{**ADDRESSES, "token_url": url})


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": ""},
        {"client_id": "two\nlines"},
        {"client_secret": ""},
        {"scopes": ("two words",)},
        {"trusted_domains": ("not a domain",)},
        {"claims": {"role": "role"}},
    ],
)
async def test_what_makes_no_sense_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await create(world, **{**GOOGLE, **fields})
