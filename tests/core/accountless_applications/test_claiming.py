"""Whoever holds the token claims an application, once; its app then says that it runs with it."""

import pytest

from charter.core.accountless_applications import operations as accountless
from charter.core.accountless_applications.model import (
    AccountlessApplicationNotFound,
    AccountlessApplicationUnclaimed,
    AccountlessKeys,
)
from charter.core.grants.model import GrantExpired, GrantInvalid, GrantSpent
from charter.core.instances import operations as instances
from charter.core.instances import resetting
from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.kernel.actor import Actor, ActorKind
from tests.keyless import claim, look, start, world_of
from tests.waiting import after_open
from tests.world import all_at_once, later


@pytest.fixture
async def made(platform):
    """An application that nobody has claimed."""
    return await start(platform)


async def test_looking_shows_the_keys_and_spends_nothing(platform, made):
    for _ in range(2):
        seen = await look(platform, made)
        assert (seen.secret_key, seen.application.claimed_at) == (made.secret_key, None)
    assert (await claim(platform, made)).secret_key == made.secret_key


@pytest.mark.security("C1")
async def test_of_several_who_claim_at_once_one_does(platform, app, made):
    results = await all_at_once(*(claim(platform, made) for _ in range(4)))
    assert sum(isinstance(each, AccountlessKeys) for each in results) == 1
    assert sum(isinstance(each, GrantSpent) for each in results) == 3
    world = world_of(platform, app, made)
    (event,) = await world.events("accountlessApplication.claimed")
    assert event["before"]["claimed_at"] is None
    assert event["after"]["claimed_at"] is not None
    assert (await world.call(None, instances.get)).claimed_at is not None
    with pytest.raises(GrantSpent):
        await look(platform, made)


@pytest.mark.security("G1")
async def test_a_token_claims_its_own_application_alone(platform, made, world):
    other = await start(platform)
    for token in (other.claim_token, "", "x", "é" * 5000, "a\x00b", "\ud800"):
        for ask in (look, claim):
            with pytest.raises(GrantInvalid):
                await ask(platform, made, token)
    here = Actor(ActorKind.ANONYMOUS, world.instance_id)
    for operation in (accountless.look, accountless.claim):
        with pytest.raises(AccountlessApplicationNotFound):
            await world.call(here, operation, token=made.claim_token)
    assert (await look(platform, made)).application.claimed_at is None


async def test_a_token_holds_for_a_week(platform, made):
    late = later(platform, days=7, seconds=1)
    for ask in (look, claim):
        with pytest.raises(GrantExpired):
            await ask(late, made)


async def test_the_start_of_a_claimed_application_is_complete_once(platform, app, made):
    world = world_of(platform, app, made)
    with pytest.raises(AccountlessApplicationUnclaimed):
        await world.call(None, accountless.complete)
    await claim(platform, made)
    results = await all_at_once(*(world.call(None, accountless.complete) for _ in range(4)))
    assert {each.secret_key for each in results} == {made.secret_key}
    assert len({each.application.completed_at for each in results}) == 1
    assert len(await world.events("accountlessApplication.completed")) == 1


async def test_a_start_that_somebody_else_completes_at_this_moment_is_told_once(
    platform, app, made
):
    world = world_of(platform, app, made)
    await claim(platform, made)
    completing = (
        "UPDATE accountless_applications SET completed_at = now() WHERE instance_id = $1",
        made.instance.id,
    )
    found = await after_open(world, world.call(None, accountless.complete), completing)
    assert found.application.completed_at is not None
    assert await world.events("accountlessApplication.completed") == []


async def test_what_the_operator_made_has_no_such_start(world):
    with pytest.raises(AccountlessApplicationNotFound):
        await world.call(None, accountless.complete)
    with pytest.raises(AccountlessApplicationNotFound):
        await world.call(None, accountless.show)


async def test_completing_answers_with_the_key_that_was_shown(platform, app, made):
    world = world_of(platform, app, made)
    await claim(platform, made)
    first = await lookup(platform).actor_of(made.secret_key)
    newer = await world.call(None, keys.rotate_secret, overlap_seconds=60)
    second = await lookup(platform).actor_of(newer.secret)
    assert (await world.call(first, accountless.complete)).secret_key == made.secret_key
    assert (await world.call(second, accountless.complete)).secret_key == newer.secret


async def test_a_key_that_ended_is_not_shown(platform, app, made):
    world = world_of(platform, app, made)
    newer = await world.call(None, keys.rotate_secret)
    assert (await look(platform, made)).secret_key == newer.secret
    await world.call(None, keys.revoke_secret, key_id=newer.key.id)
    assert (await look(platform, made)).secret_key is None


async def test_emptying_an_instance_leaves_it_to_be_claimed(platform, app, made):
    world = world_of(platform, app, made)
    await world.user("ann")
    assert await world.call(None, resetting.reset) == 1
    assert (await claim(platform, made)).secret_key == made.secret_key
