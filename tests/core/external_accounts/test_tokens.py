"""Tokens of providers for the app's server, and accounts that it takes away."""

import pytest

from charter.core.external_accounts import operations as external_accounts
from charter.core.external_accounts import tokens
from charter.core.external_accounts.model import (
    ExternalAccountNotFound,
    RefreshFailed,
    RefreshTokenMissing,
)
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import ProviderNotEnabled
from charter.core.users.model import UserNotFound
from charter.core.verification import LastIdentifier
from charter.kernel.lists import Search
from tests.elsewhere import STRATEGY, accounts_of, add, sign_up
from tests.flows import Tab
from tests.world import later


@pytest.fixture
async def ann(world, provider):
    """Ann, who signed up by the provider."""
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    world.people["ann"] = made.created_user_id
    return "ann"


async def ask(world, who, provider=STRATEGY, **options):
    return await world.call(
        None, tokens.search_tokens, user_id=who, provider=provider, search=Search(), **options
    )


async def test_the_token_is_the_one_that_the_provider_gave(world, provider, ann):
    (given,) = provider.tokens
    (found,) = (await ask(world, ann)).items
    assert found.token == given
    assert found.scopes == ("openid", "email", "profile")
    assert (await ask(world, ann, "custom_acme")).items == (found,)


async def test_an_ended_token_is_renewed_and_kept(world, provider, ann):
    (before,) = (await ask(world, ann)).items
    slow = later(world.platform, hours=2)
    (after,) = (await ask(world, ann, platform=slow)).items
    assert after.token != before.token
    assert after.token in provider.tokens
    assert after.expires_at > slow.clock()
    assert (await ask(world, ann, platform=slow)).items == (after,)


async def test_a_token_that_the_provider_does_not_renew_is_told_so(world, provider, ann):
    provider.tokens.clear()
    with pytest.raises(RefreshFailed):
        await ask(world, ann, platform=later(world.platform, hours=2))


async def test_a_token_that_nothing_renews_is_told_so(world, ann):
    await world.sql(
        "UPDATE external_accounts SET sealed_refresh_token = NULL WHERE instance_id = $1",
        world.instance_id,
    )
    with pytest.raises(RefreshTokenMissing):
        await ask(world, ann, platform=later(world.platform, hours=2))


async def test_a_provider_that_is_gone_renews_nothing(world, ann):
    await world.call(None, identity_providers.delete, strategy=STRATEGY)
    with pytest.raises(ProviderNotEnabled):
        await ask(world, ann, platform=later(world.platform, hours=2))


async def test_what_is_not_there_is_not_found(world, ann):
    with pytest.raises(UserNotFound):
        await ask(world, "user_x")
    with pytest.raises(ExternalAccountNotFound):
        await ask(world, ann, "oauth_google")


async def test_a_server_takes_an_account_away(world, ann):
    (account,) = await accounts_of(world)
    given = {"user_id": ann, "external_account_id": account.id}
    await world.call(None, external_accounts.remove, **given)
    assert await accounts_of(world) == ()
    with pytest.raises(ExternalAccountNotFound):
        await world.call(None, external_accounts.remove, **given)


async def test_the_last_thing_to_sign_in_with_stays(world, ann):
    (account,) = await accounts_of(world)
    await world.sql("DELETE FROM email_addresses WHERE user_id = $1", world.people["ann"])
    with pytest.raises(LastIdentifier):
        await world.call(
            None, external_accounts.remove, user_id=ann, external_account_id=account.id
        )
