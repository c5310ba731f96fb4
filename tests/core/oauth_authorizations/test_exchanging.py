"""Codes and refresh tokens: each good once, for whom and what it was made."""

import dataclasses

import pytest

from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_authorizations import operations
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthTokenNotFound,
    Replayed,
)
from charter.core.sessions import operations as sessions
from charter.core.users import operations as users
from tests.consenting import CALLBACK, VERIFIER, present, program
from tests.world import all_at_once, later


async def verified(world, token, **options):
    return await world.call(None, operations.verify, access_token=token, **options)


async def holds(world, tokens) -> bool:
    try:
        await verified(world, tokens.access_token)
    except OauthTokenNotFound:
        return False
    return True


async def test_a_code_gives_tokens_for_the_account_of_who_agreed(world):
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann, scope="openid email")
    found = await verified(world, tokens.access_token)
    assert (found.user_id, found.client_id) == (ann.user_id, planner.client_id)
    assert found.scopes == ("openid", "email")
    assert tokens.id_token is not None
    names = [row["name"] for row in await world.events() if row["name"].startswith("oauthA")]
    assert names == ["oauthApplication.created", "oauthAuthorization.created"]


@pytest.mark.security("E3")
async def test_a_code_that_comes_twice_ends_all_that_it_gave(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    tokens = await planner.trade(code)
    assert await holds(world, tokens)
    assert isinstance(await planner.trade(code), Replayed)
    assert not await holds(world, tokens)
    with pytest.raises(OauthGrantInvalid):
        await planner.refresh(tokens.refresh_token)
    assert len(await world.events("oauthAuthorization.replayed")) == 1


@pytest.mark.security("E3")
async def test_of_a_code_shown_twice_at_once_nothing_is_left(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    results = await all_at_once(*(planner.trade(code) for _ in range(4)))
    given = [each for each in results if not isinstance(each, Replayed)]
    assert len(given) == 1
    assert not await holds(world, given[0])


@pytest.mark.security("E3")
async def test_a_code_lives_for_a_minute(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(code, platform=later(world.platform, seconds=61))
    assert await holds(world, await planner.trade(code))
