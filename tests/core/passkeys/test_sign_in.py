"""Signing in by passkey."""

import json

import pytest

from charter.core.checks.model import CheckExpired, CheckNotPrepared, StrategyNotAllowed
from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import (
    CredentialInvalid,
    PasskeyNotRegistered,
    PasskeyOriginRefused,
    PasskeyRefused,
)
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import (
    Answer,
    NewSignIn,
    Preparation,
    SignInNotWaiting,
    SignInStatus,
)
from charter.core.users import restrictions
from tests.authenticator import PRESENT, VERIFIED, Authenticator, Lie, base64url, plain
from tests.factors import SEED
from tests.flows import Tab
from tests.passkeys import asked, registered, signed_in
from tests.world import all_at_once, later


async def test_a_passkey_alone_tells_who_is_there_and_signs_in(world):
    device, made = await registered(world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    assert json.loads(options)["allowCredentials"] == []
    done = (await signed_in(tab, sign_in_id, device.prove(options))).view.sign_in
    [session] = await world.sql("SELECT * FROM sessions WHERE id = $1", done.created_session_id)
    [row] = await world.sql("SELECT * FROM passkeys WHERE id = $1", made.id)
    assert done.status is SignInStatus.COMPLETE
    assert done.user_id == session["user_id"] == world.people["ann"]
    assert session["first_factor_at"] == session["second_factor_at"]
    assert (row["sign_count"], row["last_used_at"] is not None) == (1, True)


async def test_a_sign_in_begun_empty_takes_a_passkey(world):
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    sign_in = (await tab.call(sign_ins.create, new=NewSignIn())).view.sign_in
    given = Preparation(strategy="passkey")
    begun = await tab.call(sign_ins.prepare_first_factor, sign_in_id=sign_in.id, given=given)
    proof = device.prove(begun.view.sign_in.first_check.nonce)
    done = await signed_in(tab, sign_in.id, proof)
    assert done.view.sign_in.status is SignInStatus.COMPLETE


async def test_a_sign_in_begun_empty_takes_no_password(world):
    tab = Tab(world)
    sign_in = (await tab.call(sign_ins.create, new=NewSignIn())).view.sign_in
    given = Answer(strategy="password", password="a long pass phrase of mine")
    with pytest.raises(SignInNotWaiting):
        await tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in.id, given=given)


async def test_a_passkey_is_offered_to_who_has_one(world):
    await registered(world, "ann")
    await world.user("ben")
    for name, is_offered in (("ann", True), ("ben", False)):
        new = NewSignIn(identifier=f"{name}@example.com")
        view = (await Tab(world).call(sign_ins.create, new=new)).view
        assert ("passkey" in {each.strategy for each in view.first_factors}) is is_offered


@pytest.mark.security("B8")
async def test_a_passkey_that_saw_its_owner_stands_for_both_factors(world):
    await world.user("ann", totp_secret=SEED)
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab, "ann@example.com")
    done = await signed_in(tab, sign_in_id, device.prove(options))
    assert done.view.sign_in.status is SignInStatus.COMPLETE


LIES = {
    "another page": (Lie(origin="http://evil.test"), PasskeyOriginRefused),
    "no page": (Lie(origin="null"), PasskeyOriginRefused),
    "another domain": (Lie(rp_id="evil.test"), PasskeyRefused),
    "a challenge of its own": (Lie(challenge=base64url(b"x" * 43)), PasskeyRefused),
    "a registration for a proof": (Lie(kind="webauthn.create"), PasskeyRefused),
    "nobody present": (Lie(flags=VERIFIED), PasskeyRefused),
    "nobody verified": (Lie(flags=PRESENT), PasskeyRefused),
    "another's handle": (Lie(handle=base64url(b"user_x")), PasskeyRefused),
    "no handle": (Lie(handle=""), PasskeyRefused),
    "another signature": (Lie(signature=b"0" * 70), PasskeyRefused),
    "a frame": (Lie(frame=True), PasskeyRefused),
    "a torn end": (Lie(cut=5), PasskeyRefused),
}


@pytest.mark.security("B8")
@pytest.mark.parametrize("name", LIES)
async def test_a_lie_signs_nobody_in(world, name):
    lie, error = LIES[name]
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    with pytest.raises(error):
        await signed_in(tab, sign_in_id, device.prove(options, lie))
    assert await world.events("session.created") == []


@pytest.mark.security("B8")
async def test_another_key_proves_nothing(world):
    device, _ = await registered(world, "ann")
    copy = Authenticator(credential_id=device.credential_id, handle=device.handle)
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    with pytest.raises(PasskeyRefused):
        await signed_in(tab, sign_in_id, copy.prove(options))
    [event] = await world.events("factor.refused")
    assert (event["subject_id"], event["after"]["reason"]) == (
        world.people["ann"],
        "proof_invalid",
    )


@pytest.mark.security("B8")
async def test_a_count_that_does_not_grow_is_a_copys_and_is_flagged(world):
    device, _ = await registered(world, "ann")
    for lie, is_taken in ((Lie(count=9), True), (Lie(count=9), False), (Lie(count=0), False)):
        tab = Tab(world)
        sign_in_id, options = await asked(tab)
        [result] = await all_at_once(signed_in(tab, sign_in_id, device.prove(options, lie)))
        assert isinstance(result, PasskeyRefused) is not is_taken
    reasons = [each["after"]["reason"] for each in await world.events("factor.refused")]
    assert reasons == ["sign_count_not_grown"] * 2


async def test_a_device_that_does_not_count_works_again_and_again(world):
    device, _ = await registered(world, "ann", Authenticator(counts=False))
    for _ in range(2):
        tab = Tab(world)
        sign_in_id, options = await asked(tab)
        assert await signed_in(tab, sign_in_id, device.prove(options))


@pytest.mark.security("B8")
async def test_a_proof_is_taken_once(world):
    device, _ = await registered(world, "ann", Authenticator(counts=False))
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    proof = device.prove(options)
    results = await all_at_once(*(signed_in(tab, sign_in_id, proof) for _ in range(10)))
    assert sum(not isinstance(each, Exception) for each in results) == 1
    assert len(await world.events("session.created")) == 1


@pytest.mark.security("B8")
async def test_a_proof_is_for_the_sign_in_and_the_browser_that_asked(world):
    device, _ = await registered(world, "ann")
    tab, other = Tab(world), Tab(world)
    for browser in (tab, other):
        _, options = await asked(tab)
        another, _ = await asked(browser)
        with pytest.raises(PasskeyRefused):
            await signed_in(browser, another, device.prove(options))


@pytest.mark.security("B8")
async def test_a_challenge_holds_five_minutes(world):
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    late = later(world.platform, minutes=5)
    with pytest.raises(CheckExpired):
        await signed_in(tab, sign_in_id, device.prove(options), platform=late)


@pytest.mark.security("B8")
async def test_a_challenge_to_register_is_none_to_prove(world):
    device, _ = await registered(world, "ann")
    registering = json.loads((await world.call("ann", passkeys.begin)).options)
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    lie = Lie(challenge=registering["challenge"])
    with pytest.raises(PasskeyRefused):
        await signed_in(tab, sign_in_id, device.prove(options, lie))


@pytest.mark.security("B8")
async def test_a_passkey_of_somebody_else_does_not_pass_for_the_identifier(world):
    device, _ = await registered(world, "ann")
    await registered(world, "ben")
    tab = Tab(world)
    sign_in_id, options = await asked(tab, "ben@example.com")
    with pytest.raises(PasskeyRefused):
        await signed_in(tab, sign_in_id, device.prove(options))


async def test_a_passkey_of_another_instance_is_not_registered_here(world, other_world):
    device, _ = await registered(other_world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    with pytest.raises(PasskeyNotRegistered):
        await signed_in(tab, sign_in_id, device.prove(options))


@pytest.mark.security("A5")
async def test_what_a_device_is_asked_does_not_tell_who_has_passkeys(world):
    await world.configure(sign_in={"hides_unknown_identifiers": True})
    await registered(world, "ann")
    await world.user("ben")
    shown = []
    for name in ("ann", "ben", "nobody"):
        _, options = await asked(Tab(world), f"{name}@example.com")
        said = json.loads(options)
        shown.append({**said, "challenge": len(plain(said["challenge"]))})
    assert shown[0] == shown[1] == shown[2]


@pytest.mark.parametrize("text", ["{", "[]", '{"id": 1}', "x" * 100_000])
async def test_what_is_no_credential_is_told_apart(world, text):
    tab = Tab(world)
    sign_in_id, _ = await asked(tab)
    with pytest.raises(CredentialInvalid):
        await signed_in(tab, sign_in_id, text)


async def test_nothing_is_proven_that_was_not_asked(world):
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    _, options = await asked(Tab(world))
    sign_in = (await tab.call(sign_ins.create, new=NewSignIn())).view.sign_in
    with pytest.raises(CheckNotPrepared):
        await signed_in(tab, sign_in.id, device.prove(options))


async def test_where_no_passkeys_sign_in_none_is_asked_for(world):
    await world.configure(attributes={"passkey": {"first_factors": []}})
    with pytest.raises(StrategyNotAllowed):
        await asked(Tab(world))


async def test_a_banned_user_does_not_sign_in(world):
    device, _ = await registered(world, "ann")
    await world.call(None, restrictions.ban, user_id="ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    [result] = await all_at_once(signed_in(tab, sign_in_id, device.prove(options)))
    assert result.code == "user_banned"
