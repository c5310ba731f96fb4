"""Listing, changing and taking away providers."""

import dataclasses

import pytest

from charter.core.checks.model import StrategyNotAllowed
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import (
    IdentityProviderNotFound,
    IdentityProviderPatch,
    NewIdentityProvider,
)
from charter.core.instances import operations as instances
from charter.core.keys import operations as keys
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput
from charter.kernel.secrets import Vault
from tests.elsewhere import STRATEGY, add, begin_sign_in, sign_up
from tests.flows import Tab

GOOGLE = NewIdentityProvider(strategy="oauth_google", client_id="us", client_secret="secret")


async def change(world, strategy="oauth_google", **fields):
    patch = IdentityProviderPatch(**fields)
    return await world.call(None, identity_providers.update, strategy=strategy, patch=patch)


async def test_a_list_has_the_instances_own(world, other_world):
    await world.call(None, identity_providers.create, new=GOOGLE)
    (found,) = await world.call(None, identity_providers.search)
    assert found.strategy == "oauth_google"
    assert await other_world.call(None, identity_providers.search) == ()


async def test_interfaces_see_those_that_are_enabled(world):
    await world.call(None, identity_providers.create, new=GOOGLE)
    described = await world.call(Tab(world).actor, instances.describe)
    assert [each.strategy for each in described.providers] == ["oauth_google"]
    await change(world, is_enabled=False)
    described = await world.call(Tab(world).actor, instances.describe)
    assert described.providers == ()


async def test_a_provider_that_is_turned_off_is_not_asked(world, provider):
    await add(world, provider)
    await change(world, STRATEGY, is_enabled=False)
    with pytest.raises(StrategyNotAllowed):
        await begin_sign_in(Tab(world))


async def test_what_is_not_named_stays(world):
    made = await world.call(None, identity_providers.create, new=GOOGLE)
    after = await change(world, scopes=("calendar",))
    assert after.scopes == ("calendar",)
    assert (after.client_id, after.name) == (made.client_id, made.name)


async def test_a_new_secret_takes_the_place_of_the_old_one(world):
    made = await world.call(None, identity_providers.create, new=GOOGLE)
    await change(world, client_secret="another")  # of the tests
    (row,) = await world.sql("SELECT * FROM identity_providers WHERE id = $1", made.id)
    opened = world.platform.vault.open(row["sealed_secret"], f"identity_provider:{made.id}")
    assert opened == b"another"


async def test_what_makes_no_sense_is_refused(world):
    await world.call(None, identity_providers.create, new=GOOGLE)
    with pytest.raises(InvalidInput):
        await change(world, name=" ")


async def test_what_is_not_there_is_not_found(world, other_world):
    await other_world.call(None, identity_providers.create, new=GOOGLE)
    with pytest.raises(IdentityProviderNotFound):
        await change(world, is_enabled=False)
    with pytest.raises(IdentityProviderNotFound):
        await world.call(None, identity_providers.delete, strategy="oauth_google")


async def test_whom_a_provider_let_in_stays_when_it_goes(world, provider):
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    await world.call(None, identity_providers.delete, strategy=STRATEGY)
    user = await world.call(None, users.get, user_id=made.created_user_id)
    assert not user.external_accounts[0].is_open
    assert await world.call(None, identity_providers.search) == ()


@pytest.mark.security("P3")
async def test_secrets_move_to_a_new_key(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    keys_of = (("new", bytes(range(1, 33))), ("test", bytes(range(32))))
    platform = dataclasses.replace(world.platform, vault=Vault(keys_of))
    await world.call(None, keys.reseal, platform=platform)
    only_new = Vault(keys_of[:1])
    (row,) = await world.sql(
        "SELECT * FROM identity_providers WHERE instance_id = $1", world.instance_id
    )
    assert only_new.open(row["sealed_secret"], f"identity_provider:{row['id']}")
    (row,) = await world.sql(
        "SELECT * FROM external_accounts WHERE instance_id = $1", world.instance_id
    )
    assert only_new.open(row["sealed_access_token"], f"external_account:{row['id']}:access")
    assert only_new.open(row["sealed_refresh_token"], f"external_account:{row['id']}:refresh")
