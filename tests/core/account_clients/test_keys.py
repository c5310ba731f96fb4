"""Keys of clients: published before they sign, kept while their tokens live."""

import dataclasses

import pytest

from charter.core.account_clients import key_operations as keys
from charter.core.account_clients import operations as clients
from charter.core.account_clients.model import (
    AccountClientPatch,
    ClientKeyInUse,
    ClientKeyNotFound,
    KeyState,
    TooManyClientKeys,
)
from charter.core.bearing import account_token_actor
from charter.core.keys.claimed import claimed_header
from charter.kernel.errors import InvalidInput, NotFound, Unauthenticated
from charter.kernel.tokens import SigningKey
from tests.logging_in import app_client, client_of, login
from tests.world import all_at_once, later

HOUR = 3600


async def rotated(world, client, keep=2, platform=None):
    return await world.call(None, keys.rotate, client_id=client.id, keep=keep, platform=platform)


async def published(world, client):
    found = await world.call(None, keys.publish, client_id=client.id)
    return [each.id for each in found]


async def test_after_rotation_both_tokens_hold_and_another_key_signs(world):
    client = (await app_client(world)).application
    before = await login(world, client, "ann")
    found = await rotated(world, client)
    after = await login(world, client, "ann")
    assert claimed_header(after.access_token)["kid"] == found.signing_id
    assert [each.id for each in found.keys] == await published(world, client)
    assert claimed_header(before.access_token)["kid"] in await published(world, client)
    for tokens in (before, after):
        assert await account_token_actor(world.platform, tokens.access_token)


async def test_a_key_that_waits_is_published_and_signs_after_the_next_rotation(world):
    client = (await app_client(world)).application
    waiting = await world.call(None, keys.create, client_id=client.id)
    assert waiting.state is KeyState.WAITING
    assert waiting.id in await published(world, client)
    tokens = await login(world, client, "ann")
    assert claimed_header(tokens.access_token)["kid"] != waiting.id
    assert (await rotated(world, client)).signing_id == waiting.id


async def test_a_client_has_four_keys_at_most(world):
    client = (await app_client(world)).application
    for _ in range(3):
        await world.call(None, keys.create, client_id=client.id)
    with pytest.raises(TooManyClientKeys):
        await world.call(None, keys.create, client_id=client.id)


async def test_of_keys_added_at_once_no_fifth_is_made(world):
    client = (await app_client(world)).application
    results = await all_at_once(
        *(world.call(None, keys.create, client_id=client.id) for _ in range(6))
    )
    assert sum(isinstance(each, TooManyClientKeys) for each in results) == 3
    assert len(await published(world, client)) == 4


async def test_rotations_at_once_leave_one_key_that_signs(world):
    client = (await app_client(world)).application
    await all_at_once(*(rotated(world, client) for _ in range(4)))
    found = await world.call(None, keys.search, client_id=client.id)
    assert [each.state for each in found].count(KeyState.SIGNING) == 1


async def test_no_key_goes_while_its_tokens_may_live(world):
    client = (await app_client(world)).application
    (first,) = await published(world, client)
    with pytest.raises(ClientKeyInUse):
        await world.call(None, keys.retire, key_id=first)
    await rotated(world, client)
    with pytest.raises(ClientKeyInUse):
        await world.call(None, keys.retire, key_id=first)
    late = later(world.platform, seconds=2 * HOUR + 1)
    await world.call(None, keys.retire, key_id=first, platform=late)
    assert first not in await published(world, client)


async def test_rotation_forgets_old_keys_only_once_their_tokens_are_over(world):
    client = (await app_client(world)).application
    for _ in range(3):
        await rotated(world, client)
    assert len(await published(world, client)) == 4
    with pytest.raises(TooManyClientKeys):
        await rotated(world, client)
    late = later(world.platform, seconds=2 * HOUR + 1)
    assert len((await rotated(world, client, keep=2, platform=late)).keys) == 2


async def test_a_life_that_is_cut_short_does_not_cut_that_of_the_key(world):
    client = (await app_client(world, access_token={"expires_in": 24 * HOUR})).application
    (first,) = await published(world, client)
    patch = AccountClientPatch(access_token={"expires_in": 60})
    await world.call(None, clients.update, client_id=client.id, patch=patch)
    await rotated(world, client)
    late = later(world.platform, seconds=24 * HOUR)
    with pytest.raises(ClientKeyInUse):
        await world.call(None, keys.retire, key_id=first, platform=late)


async def test_a_token_of_a_key_that_is_gone_is_refused(world):
    client = (await app_client(world)).application
    tokens = await login(world, client, "ann")
    kid = claimed_header(tokens.access_token)["kid"]
    await world.sql("DELETE FROM oauth_application_keys WHERE id = $1", kid)
    with pytest.raises(Unauthenticated):
        await account_token_actor(world.platform, tokens.access_token)


@pytest.mark.parametrize("keep", [1, 5, -1])
async def test_two_to_four_keys_are_kept(world, keep):
    client = (await app_client(world)).application
    with pytest.raises(InvalidInput):
        await rotated(world, client, keep=keep)


async def test_strangers_find_no_key(world):
    client = (await client_of(world, await world.organization(owner="ann"))).application
    await world.organization("Mill", owner="eve")
    (first,) = await published(world, client)
    with pytest.raises(NotFound):
        await world.call("eve", keys.retire, key_id=first)
    with pytest.raises(NotFound):
        await world.call("eve", keys.rotate, client_id=client.id)
    with pytest.raises(NotFound):
        await world.call("eve", keys.retire, key_id="key_none")
    with pytest.raises(ClientKeyNotFound):
        await world.call(None, keys.retire, key_id="key_none")


async def test_a_private_key_is_sealed_and_never_told(world):
    made = []

    def generated(kid):
        made.append(SigningKey.generate(kid))
        return made[-1]

    platform = dataclasses.replace(world.platform, new_signing_key=generated)
    client = (await app_client(world)).application
    await world.call(None, keys.create, client_id=client.id, platform=platform)
    rows = await world.sql(
        "SELECT sealed_private_pem FROM oauth_application_keys WHERE id = $1", made[0].kid
    )
    assert made[0].to_pem().encode() not in rows[0]["sealed_private_pem"]
    told = str([dict(row) for row in await world.events()])
    assert "PRIVATE" not in told
    assert "private" not in told
