"""External accounts of users in the Backend API."""

import pytest

from tests.elsewhere import STRATEGY, accounts_of, add, sign_up
from tests.flows import Tab


@pytest.fixture
async def ann(world, provider):
    """The id of Ann, who signed up by the provider."""
    await add(world, provider)
    made = await sign_up(Tab(world), provider)
    world.people["ann"] = made.created_user_id
    return made.created_user_id


async def test_a_token_is_read(world, provider, ann):
    answer = await world.get(f"/users/{ann}/oauth_access_tokens/{STRATEGY}")
    (found,) = answer.json()
    assert found["token"] in provider.tokens
    assert found["provider_user_id"] == "ann-there"
    answer = await world.get(
        f"/users/{ann}/oauth_access_tokens/{STRATEGY}", params={"paginated": "true"}
    )
    assert answer.json()["total_count"] == 1


async def test_a_provider_without_the_user_has_no_token(world, ann):
    answer = await world.get(f"/users/{ann}/oauth_access_tokens/oauth_google")
    assert answer.status_code == 404


async def test_an_account_is_taken_away(world, ann):
    (account,) = await accounts_of(world)
    path = f"/users/{ann}/external_accounts/{account.id}"
    answer = await world.delete(path)
    assert answer.json() == {"object": "external_account", "id": account.id, "deleted": True}
    assert (await world.delete(path)).status_code == 404


async def test_a_user_is_shown_with_their_accounts(world, ann):
    shown = (await world.get(f"/users/{ann}")).json()
    (account,) = shown["external_accounts"]
    assert account["verification"]["status"] == "verified"
    (address,) = shown["email_addresses"]
    assert address["verification"]["strategy"] == f"from_{STRATEGY}"


async def test_an_address_says_which_accounts_have_it_too(world, ann):
    shown = (await world.get(f"/users/{ann}")).json()
    (account,), (address,) = shown["external_accounts"], shown["email_addresses"]
    assert address["linked_to"] == [{"type": STRATEGY, "id": account["identification_id"]}]
    path = f"/email_addresses/{address['id']}"
    assert (await world.get(path)).json()["linked_to"] == address["linked_to"]
    await world.delete(f"/users/{ann}/external_accounts/{account['id']}")
    assert (await world.get(path)).json()["linked_to"] == []
