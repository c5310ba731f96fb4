"""Making a passkey, naming it, removing it."""

import dataclasses
import json

import pytest

from charter.core.checks.model import CheckExpired
from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import (
    MOST_PASSKEYS,
    CredentialInvalid,
    LastWayIn,
    PasskeyNotFound,
    PasskeyOriginRefused,
    PasskeyPatch,
    PasskeyRefused,
    PasskeysDisabled,
    PasskeyTaken,
    TooManyPasskeys,
)
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput
from tests.authenticator import PRESENT, VERIFIED, Authenticator, Lie, base64url, plain
from tests.flows import Tab
from tests.passkeys import answered, registered
from tests.sent import sent
from tests.world import all_at_once, later


async def test_a_device_is_asked_for_a_key_that_it_finds_again_and_guards(world):
    await world.user("ann", first_name="Ann")
    begun = await world.call("ann", passkeys.begin)
    asked = json.loads(begun.options)
    assert asked["rp"] == {"id": "app.test", "name": "Tests"}
    assert asked["user"]["name"] == "ann@example.com"
    assert asked["user"]["displayName"] == "Ann"
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert asked["attestation"] == "none"
    assert {each["alg"] for each in asked["pubKeyCredParams"]} == {-8, -7, -257}


@pytest.mark.security("B8")
async def test_challenges_are_long_and_the_user_handle_says_nothing_of_the_person(world):
    await world.user("ann")
    asked = [json.loads((await world.call("ann", passkeys.begin)).options) for _ in range(2)]
    challenges = {each["challenge"] for each in asked}
    assert len(challenges) == 2
    assert all(len(plain(each)) >= 16 for each in challenges)
    assert b"ann" not in plain(asked[0]["user"]["id"]).lower()
    rows = await world.sql("SELECT t::text AS line FROM grants AS t")
    assert not [row for row in rows for each in challenges if plain(each).decode() in row["line"]]


async def test_there_is_no_passkey_before_the_device_has_answered(world):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    with pytest.raises(PasskeyNotFound):
        await world.call("ann", passkeys.get, passkey_id=begun.passkey.id)


async def test_what_the_device_made_is_kept_and_told(world):
    device, made = await registered(world, "ann")
    [row] = await world.sql("SELECT * FROM passkeys WHERE instance_id = $1", world.instance_id)
    user = await world.call(None, users.get, user_id="ann")
    assert made == await world.call("ann", passkeys.get, passkey_id=made.id)
    assert [each.id for each in user.passkeys] == [made.id]
    assert (row["rp_id"], row["sign_count"]) == ("app.test", 0)
    assert plain(row["credential_id"]) == device.credential_id
    assert row["transports"] == ["internal", "hybrid"]
    assert made.name == "Passkey"
    assert (await sent(world, "ann@example.com"))[-1].subject == "A passkey was added"
    assert len(await world.events("user.updated")) == 1


async def test_a_passkey_is_called_after_what_made_it(world):
    google = bytes.fromhex("ea9b8d664d011d213ce4b6b48cb575d4")
    _, made = await registered(world, "ann", Authenticator(aaguid=google))
    assert made.name == "Google Password Manager"


async def test_devices_that_have_a_key_already_are_named(world):
    device, _ = await registered(world, "ann")
    asked = json.loads((await world.call("ann", passkeys.begin)).options)
    assert [each["id"] for each in asked["excludeCredentials"]] == [base64url(device.credential_id)]


LIES = {
    "another page": (Lie(origin="http://evil.test"), PasskeyOriginRefused),
    "a page of the same name": (Lie(origin="https://app.test"), PasskeyOriginRefused),
    "a page below": (Lie(origin="http://app.test.evil.test"), PasskeyOriginRefused),
    "another domain": (Lie(rp_id="evil.test"), PasskeyRefused),
    "a challenge of its own": (Lie(challenge=base64url(b"x" * 43)), PasskeyRefused),
    "bytes that are no text": (Lie(challenge=base64url(b"\xff" * 32)), CredentialInvalid),
    "a proof for a registration": (Lie(kind="webauthn.get"), PasskeyRefused),
    "nobody present": (Lie(flags=VERIFIED), PasskeyRefused),
    "nobody verified": (Lie(flags=PRESENT), PasskeyRefused),
    "another algorithm": (Lie(algorithm=-47), PasskeyRefused),
    "a frame": (Lie(frame=True), PasskeyRefused),
    "a torn end": (Lie(cut=7), PasskeyRefused),
    "half of it": (Lie(cut=120), PasskeyRefused),
}


@pytest.mark.security("B8")
@pytest.mark.parametrize("name", LIES)
async def test_a_lie_registers_nothing(world, name):
    lie, error = LIES[name]
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    with pytest.raises(error):
        await answered(world, "ann", begun, Authenticator().make(begun.options, lie))
    assert (await world.call(None, users.get, user_id="ann")).passkeys == ()


@pytest.mark.security("B8")
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"id": 1}', "[" * 50_000, '"x"', "x" * 100_000]
)
async def test_what_is_no_credential_is_told_apart(world, text):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    with pytest.raises(CredentialInvalid):
        await answered(world, "ann", begun, text)


@pytest.mark.security("B8")
async def test_a_challenge_is_answered_once(world):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    results = await all_at_once(
        *(answered(world, "ann", begun, Authenticator().make(begun.options)) for _ in range(10))
    )
    assert sum(isinstance(each, PasskeyRefused) for each in results) == 9
    assert len((await world.call(None, users.get, user_id="ann")).passkeys) == 1


@pytest.mark.security("B8")
async def test_a_wrong_answer_spends_the_challenge_too(world):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    for lie in (Lie(rp_id="evil.test"), Lie()):
        with pytest.raises(PasskeyRefused):
            await answered(world, "ann", begun, Authenticator().make(begun.options, lie))


@pytest.mark.security("B8")
async def test_a_challenge_holds_five_minutes(world):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    text = Authenticator().make(begun.options)
    with pytest.raises(CheckExpired):
        await answered(world, "ann", begun, text, platform=later(world.platform, minutes=5))


@pytest.mark.security("B8")
async def test_a_challenge_is_for_the_browser_and_the_passkey_it_was_made_for(world):
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    begun, other = [await world.call(actor, passkeys.begin) for _ in range(2)]
    with pytest.raises(PasskeyRefused):
        await answered(world, actor, other, Authenticator().make(begun.options))
    begun = await world.call(actor, passkeys.begin)
    elsewhere = dataclasses.replace(actor, client_digest=None)
    with pytest.raises(PasskeyRefused):
        await answered(world, elsewhere, begun, Authenticator().make(begun.options))
    assert await answered(world, actor, begun, Authenticator().make(begun.options))


@pytest.mark.security("B8")
async def test_a_credential_belongs_to_one_user(world):
    device, _ = await registered(world, "ann")
    with pytest.raises(PasskeyTaken):
        await registered(world, "ben", device)


@pytest.mark.security("B8")
async def test_a_challenge_of_one_user_registers_nothing_for_another(world):
    await world.user("ann")
    await world.user("ben")
    begun = await world.call("ann", passkeys.begin)
    with pytest.raises(PasskeyRefused):
        await answered(world, "ben", begun, Authenticator().make(begun.options))


async def test_nobody_has_more_passkeys_than_one_may(world):
    await world.user("ann")
    waiting = await world.call("ann", passkeys.begin)
    for _ in range(MOST_PASSKEYS):
        await registered(world, "ann")
    with pytest.raises(TooManyPasskeys):
        await world.call("ann", passkeys.begin)
    with pytest.raises(TooManyPasskeys):
        await answered(world, "ann", waiting, Authenticator().make(waiting.options))


async def test_where_no_passkeys_are_used_none_is_made(world):
    await world.user("ann")
    begun = await world.call("ann", passkeys.begin)
    await world.configure(attributes={"passkey": {"is_enabled": False}})
    with pytest.raises(PasskeysDisabled):
        await world.call("ann", passkeys.begin)
    with pytest.raises(PasskeysDisabled):
        await answered(world, "ann", begun, Authenticator().make(begun.options))


async def test_a_passkey_takes_another_name_and_keeps_it(world):
    _, made = await registered(world, "ann")
    renamed = await world.call(
        "ann", passkeys.update, passkey_id=made.id, patch=PasskeyPatch(name=" Phone ")
    )
    kept = await world.call("ann", passkeys.update, passkey_id=made.id, patch=PasskeyPatch())
    assert (renamed.name, kept.name) == ("Phone", "Phone")
    with pytest.raises(InvalidInput):
        await world.call("ann", passkeys.update, passkey_id=made.id, patch=PasskeyPatch(name=" "))


async def test_a_passkey_of_another_user_is_not_there(world):
    _, made = await registered(world, "ann")
    await world.user("ben")
    for call in (
        world.call("ben", passkeys.get, passkey_id=made.id),
        world.call("ben", passkeys.delete, passkey_id=made.id),
        world.call("ben", passkeys.update, passkey_id=made.id, patch=PasskeyPatch(name="Mine")),
    ):
        with pytest.raises(PasskeyNotFound):
            await call


async def test_a_removed_passkey_is_gone_and_that_is_told(world):
    _, made = await registered(world, "ann")
    assert await world.call("ann", passkeys.delete, passkey_id=made.id) == made
    assert (await world.call(None, users.get, user_id="ann")).passkeys == ()
    assert (await sent(world, "ann@example.com"))[-1].subject == "A passkey was removed"


@pytest.mark.security("B9")
async def test_the_last_way_in_stays(world):
    await world.user("ann", email=None, username="anna")
    _, first = await registered(world, "ann")
    _, second = await registered(world, "ann")
    assert await world.call("ann", passkeys.delete, passkey_id=first.id)
    with pytest.raises(LastWayIn):
        await world.call("ann", passkeys.delete, passkey_id=second.id)
    assert len((await world.call(None, users.get, user_id="ann")).passkeys) == 1
