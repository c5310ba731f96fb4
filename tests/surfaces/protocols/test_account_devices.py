"""Devices without a keyboard: what they show, and what they hear while they wait."""

import pytest

from charter.core.account_clients.model import DEVICE_CODE, AuthMethod
from charter.core.account_tokens import devices
from charter.core.account_tokens.devices import GUESSES, LETTERS, DeviceCodeInvalid
from charter.core.account_tokens.exchanging import exchange
from charter.core.account_tokens.model import Asked, Credentials, Given, Waiting
from charter.core.bearing import account_token_actor
from charter.core.limits.limiting import TooManyAttempts
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.oauth_authorizations.model import OauthGrantInvalid
from charter.kernel.actor import Actor, ActorKind
from tests.consenting import present
from tests.logging_in import app_client, posted, shown_as
from tests.world import all_at_once, later


@pytest.fixture
async def tv(world):
    grants = [DEVICE_CODE, "refresh_token"]
    return await app_client(world, auth_method=AuthMethod.NONE, grant_types=grants)


async def started(world, tv, **more):
    return (await posted(world, "/device_authorization", **shown_as(tv), **more)).json()


async def polled(world, tv, begun, *, seconds=0.0):
    """What a device gets that asks so many seconds from now."""
    return await world.call(
        Actor(ActorKind.ANONYMOUS, world.instance_id),
        exchange,
        platform=later(world.platform, seconds=seconds),
        asked=Asked(grant_type=DEVICE_CODE, device_code=begun["device_code"]),
        credentials=Credentials(client_id=shown(tv.application.id)),
    )


async def decided(world, who, begun, *, is_allowed=True):
    code = begun["user_code"]
    await world.call(who, devices.claim, user_code=code)
    await world.call(who, devices.decide, user_code=code, is_allowed=is_allowed)


async def test_a_device_is_let_in_by_who_typed_its_code(world, tv):
    begun = await started(world, tv)
    assert begun["expires_in"] == 900
    assert begun["interval"] == 5
    assert set(begun["user_code"]) <= set(LETTERS + "-")
    assert begun["verification_uri"].endswith("/connect-device")
    assert begun["user_code"] in begun["verification_uri_complete"]
    assert await polled(world, tv, begun) == Waiting("authorization_pending")
    ann = await present(world, "ann")
    asks = await world.call(ann, devices.claim, user_code=begun["user_code"].lower())
    assert asks.application.id == tv.application.id
    await decided(world, ann, begun)
    tokens = await polled(world, tv, begun, seconds=6)
    assert isinstance(tokens, Given)
    soon = later(world.platform, seconds=6)
    actor = await account_token_actor(soon, tokens.access_token)
    assert actor.user_id == ann.user_id
    with pytest.raises(OauthGrantInvalid):
        await polled(world, tv, begun, seconds=12)


@pytest.mark.security("E9")
async def test_acceptance_14_a_device_that_asks_too_fast_has_to_slow_down(world, tv):
    begun = await started(world, tv)
    form = {**shown_as(tv), "grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    first = await posted(world, "/token", **form)
    assert (first.status_code, first.json()["error"]) == (400, "authorization_pending")
    fast = await posted(world, "/token", **form)
    assert (fast.status_code, fast.json()["error"]) == (400, "slow_down")
    # Five seconds were enough before; now it is ten.
    assert await polled(world, tv, begun, seconds=7) == Waiting("slow_down")
    assert await polled(world, tv, begun, seconds=24) == Waiting("authorization_pending")


@pytest.mark.security("E9")
async def test_nobody_decides_for_who_typed_the_code(world, tv):
    begun = await started(world, tv)
    ann, eve = await present(world, "ann"), await present(world, "eve")
    code = begun["user_code"]
    with pytest.raises(DeviceCodeInvalid):
        await world.call(eve, devices.decide, user_code=code, is_allowed=True)
    await world.call(ann, devices.claim, user_code=code)
    with pytest.raises(DeviceCodeInvalid):
        await world.call(eve, devices.claim, user_code=code)
    with pytest.raises(DeviceCodeInvalid):
        await world.call(eve, devices.decide, user_code=code, is_allowed=True)
    await world.call(ann, devices.decide, user_code=code, is_allowed=False)
    with pytest.raises(DeviceCodeInvalid):
        await world.call(ann, devices.decide, user_code=code, is_allowed=True)
    assert await polled(world, tv, begun) == Waiting("access_denied")
    with pytest.raises(OauthGrantInvalid):
        await polled(world, tv, begun, seconds=6)


@pytest.mark.security("E9")
async def test_codes_are_not_tried_one_after_another(world):
    ann = await present(world, "ann")
    for _ in range(GUESSES):
        with pytest.raises(DeviceCodeInvalid):
            await world.call(ann, devices.claim, user_code="BBBB-BBBB")
    with pytest.raises(TooManyAttempts):
        await world.call(ann, devices.claim, user_code="BBBB-BBBB")


@pytest.mark.security("E7", "E9")
async def test_a_device_code_is_for_its_client_alone(world, tv):
    grants = [DEVICE_CODE]
    other = await app_client(world, auth_method=AuthMethod.NONE, grant_types=grants)
    begun = await started(world, tv)
    await decided(world, await present(world, "ann"), begun)
    with pytest.raises(OauthGrantInvalid):
        await polled(world, other, begun)
    assert isinstance(await polled(world, tv, begun), Given)


async def test_of_who_asks_at_once_one_gets_tokens(world, tv):
    begun = await started(world, tv)
    await decided(world, await present(world, "ann"), begun)
    results = await all_at_once(*(polled(world, tv, begun) for _ in range(4)))
    assert sum(isinstance(each, Given) for each in results) == 1


async def test_a_code_is_over_after_a_quarter_of_an_hour(world, tv):
    begun = await started(world, tv)
    assert await polled(world, tv, begun, seconds=901) == Waiting("expired_token")
    late = later(world.platform, seconds=901)
    ann = await present(world, "ann")
    with pytest.raises(DeviceCodeInvalid):
        await world.call(ann, devices.claim, user_code=begun["user_code"], platform=late)


async def test_a_client_without_this_grant_does_not_begin(world):
    web = await app_client(world)
    answer = await posted(world, "/device_authorization", **shown_as(web))
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_the_address_that_is_documented_leads_to_the_page_of_the_instance(world, http, tv):
    given = {"client_id": shown(tv.application.id), "user_code": "BCDF-GHJK"}
    answer = await http.get("/accounts/oauth2/device", params=given)
    assert answer.status_code == 303
    place = f"/account/i/{world.instance_id}/connect-device?user_code=BCDF-GHJK"
    assert answer.headers["location"].endswith(place)
    assert (await http.get("/accounts/oauth2/device")).status_code == 400


@pytest.mark.security("B1", "C4")
@pytest.mark.parametrize("status", ["revoked", "pending"])
@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
async def test_a_device_gets_nothing_by_a_session_that_does_not_stand(world, tv, status, scope):
    begun = await started(world, tv, scope=scope)
    ann = await present(world, "ann")
    await decided(world, ann, begun)
    await world.sql("UPDATE sessions SET status = $2 WHERE id = $1", ann.session_id, status)
    with pytest.raises(OauthGrantInvalid):
        await polled(world, tv, begun, seconds=6)
