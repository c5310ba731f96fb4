"""Codes and refresh tokens: each good once, for whom and what it was made."""

import dataclasses

import pytest

from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_applications.model import OauthApplicationPatch
from charter.core.oauth_authorizations import operations
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthScopeInvalid,
    OauthTokenNotFound,
    Replayed,
    TokenInactive,
)
from charter.core.sessions import operations as sessions
from charter.core.users import operations as users
from charter.worker import clear
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


@pytest.mark.security("E2", "E3")
@pytest.mark.parametrize(
    "more",
    [
        {"redirect_uri": "https://client.test/other"},
        {"redirect_uri": None},
        {"redirect_uri": CALLBACK + "/"},
        {"code_verifier": None},
        {"code_verifier": ""},
        {"code_verifier": "short"},
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": VERIFIER.upper()},
    ],
)
async def test_a_code_is_bound_to_its_address_and_its_verifier(world, more):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(code, **more)
    assert await holds(world, await planner.trade(code))


@pytest.mark.security("E2")
async def test_a_verifier_where_none_was_asked_with_is_refused(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann, code_challenge=None, code_challenge_method=None)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(code)
    assert await holds(world, await planner.trade(code, code_verifier=None))


@pytest.mark.security("E7")
async def test_a_code_and_a_refresh_token_are_worth_nothing_to_another_application(world):
    planner, rival = await program(world), await program(world, "Rival")
    ann = await present(world, "ann")
    code = await planner.code(ann)
    with pytest.raises(OauthGrantInvalid):
        await rival.trade(code)
    with pytest.raises(OauthClientInvalid):
        await planner.trade(code, client_id=rival.client_id)
    tokens = await planner.trade(code)
    # Neither is what a stranger does with them taken for a second use.
    with pytest.raises(OauthGrantInvalid):
        await rival.trade(code)
    with pytest.raises(OauthGrantInvalid):
        await rival.refresh(tokens.refresh_token)
    assert await holds(world, tokens)


async def test_a_code_ends_with_the_session_that_it_came_from(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    await world.call(None, sessions.revoke, session_id=ann.session_id)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(code)


@pytest.mark.parametrize("end", ["expire_at", "abandon_at"])
async def test_a_code_ends_when_its_session_runs_out(world, end):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    await world.sql(f"UPDATE sessions SET {end} = now() WHERE id = $1", ann.session_id)
    with pytest.raises(OauthGrantInvalid):
        await planner.trade(code)


@pytest.mark.security("E4")
async def test_a_refresh_token_gives_another_and_is_spent(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann)
    second = await planner.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    third = await planner.refresh(second.refresh_token)
    for each in (first, second, third):
        assert await holds(world, each)
    late = later(world.platform, seconds=11)
    assert isinstance(await planner.refresh(second.refresh_token, platform=late), Replayed)
    for each in (first, second, third):
        assert not await holds(world, each)
    with pytest.raises(OauthGrantInvalid):
        await planner.refresh(third.refresh_token)


@pytest.mark.security("E4")
async def test_who_lost_the_answer_gets_the_same_successor_for_a_moment(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann)
    results = await all_at_once(*(planner.refresh(first.refresh_token) for _ in range(20)))
    assert len({each.refresh_token for each in results}) == 1
    late = later(world.platform, seconds=11)
    assert isinstance(await planner.refresh(first.refresh_token, platform=late), Replayed)
    assert not await holds(world, results[0])


@pytest.mark.security("E4")
async def test_a_spent_token_whose_successor_was_used_ends_the_family_at_once(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann)
    second = await planner.refresh(first.refresh_token)
    await planner.refresh(second.refresh_token)
    assert isinstance(await planner.refresh(first.refresh_token), Replayed)
    assert not await holds(world, second)


@pytest.mark.security("E4")
async def test_refreshing_goes_on_for_ten_years_and_no_longer(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann)
    nearly = await planner.refresh(first.refresh_token, platform=later(world.platform, days=3649))
    with pytest.raises(OauthGrantInvalid):
        await planner.refresh(nearly.refresh_token, platform=later(world.platform, days=3651))


async def test_a_renewed_token_may_less_but_never_more(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann, scope="profile email")
    less = await planner.refresh(first.refresh_token, scope="email")
    assert (await verified(world, less.access_token)).scopes == ("email",)
    with pytest.raises(OauthScopeInvalid):
        await planner.refresh(less.refresh_token, scope="email openid")
    again = await planner.refresh(less.refresh_token)
    assert again.scopes == ("profile", "email")
    patch = OauthApplicationPatch(scopes="profile")
    await world.call(None, oauth_applications.update, oauth_application_id=planner.id, patch=patch)
    assert (await planner.refresh(again.refresh_token)).scopes == ("profile",)


async def test_tokens_end_with_their_application_their_user_and_their_secret(world):
    planner, ann = await program(world), await present(world, "ann")
    rotated = await world.call(
        None, oauth_applications.rotate_secret, oauth_application_id=planner.id
    )
    code = await planner.code(ann)
    with pytest.raises(OauthClientInvalid):
        await planner.trade(code)
    planner = dataclasses.replace(planner, secret=rotated.secret)
    tokens = await planner.trade(code)
    other = await program(world, "Other")
    others = await other.tokens(ann)
    await world.call(None, oauth_applications.delete, oauth_application_id=planner.id)
    assert not await holds(world, tokens)
    assert await holds(world, others)
    await world.call(None, users.delete, user_id="ann")
    assert not await holds(world, others)


async def test_an_access_token_lives_for_a_day_whether_it_is_signed_or_not(world):
    planner, ann = await program(world), await present(world, "ann")
    opaque = await planner.tokens(ann)
    await world.configure(oauth_jwt_access_tokens=True)
    signed = await planner.tokens(ann)
    late = later(world.platform, days=1, seconds=1)
    assert opaque.access_token.startswith("oat_")
    assert signed.access_token.count(".") == 2
    assert (await verified(world, signed.access_token)).user_id == ann.user_id
    with pytest.raises(OauthTokenNotFound):
        await verified(world, opaque.access_token, platform=late)
    assert await verified(world, signed.access_token, platform=late) == TokenInactive()
    with pytest.raises(OauthTokenNotFound):
        await verified(world, signed.access_token + "x")


async def test_a_token_of_another_instance_is_unknown(world, other_world):
    planner = await program(world)
    tokens = await planner.tokens(await present(world, "ann"))
    with pytest.raises(OauthTokenNotFound):
        await verified(other_world, tokens.access_token)


@pytest.mark.security("I1")
async def test_nothing_that_opens_an_account_is_kept_as_it_is(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    first = await planner.trade(code)
    second = await planner.refresh(first.refresh_token)
    tables = ("grants", "oauth_applications", "oauth_authorizations", "oauth_access_tokens")
    rows = [
        str(dict(row))
        for table in (*tables, "events")
        for row in await world.sql(
            f"SELECT * FROM {table} WHERE instance_id = $1", world.instance_id
        )
    ]
    secrets = [planner.secret, code]
    for each in (first, second):
        secrets += [each.access_token, each.refresh_token]
    assert not [secret for secret in secrets if any(secret in row for row in rows)]


async def test_the_worker_clears_access_tokens_that_have_expired(world):
    planner, ann = await program(world), await present(world, "ann")
    await planner.tokens(ann)
    count = "SELECT count(*) FROM oauth_access_tokens WHERE instance_id = $1"
    await clear(later(world.platform, days=1))
    assert (await world.sql(count, world.instance_id))[0][0] == 1
    await clear(later(world.platform, days=2, hours=1))
    assert (await world.sql(count, world.instance_id))[0][0] == 0


async def test_the_worker_clears_families_that_ended_a_month_ago(world):
    planner, ann = await program(world), await present(world, "ann")
    code = await planner.code(ann)
    for _ in range(2):
        await planner.trade(code)
    count = "SELECT count(*) FROM oauth_authorizations WHERE instance_id = $1"
    await clear(later(world.platform, days=29))
    assert (await world.sql(count, world.instance_id))[0][0] == 1
    await clear(later(world.platform, days=31))
    assert (await world.sql(count, world.instance_id))[0][0] == 0
