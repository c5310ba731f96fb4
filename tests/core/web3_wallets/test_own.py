"""What people do with their own wallets."""

import pytest

from charter.core.checks.model import (
    CheckDone,
    CheckExpired,
    CheckNotPrepared,
    SignatureIncorrect,
    StrategyNotAllowed,
)
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.users import operations as users
from charter.core.users import own as own_user
from charter.core.users.own import OwnPatch
from charter.core.verification import IdentifierNotVerified, LastIdentifier, TooManyUnproven
from charter.core.web3_wallets import own
from charter.core.web3_wallets.model import (
    Web3WalletInvalid,
    Web3WalletNotFound,
    Web3WalletTaken,
)
from tests.sent import sent
from tests.wallets import Wallet
from tests.world import all_at_once, later

STRATEGY = "web3_metamask_signature"


@pytest.fixture(autouse=True)
async def in_use(world):
    """An instance that uses wallets."""
    await world.configure(attributes={"web3_wallet": {"is_enabled": True}})


async def added(world, wallet, who="ann"):
    await world.user(who)
    return await world.call(who, own.create, address=wallet.address)


async def prepare(world, row, who="ann", strategy=STRATEGY):
    return await world.call(who, own.prepare_verification, web3_wallet_id=row.id, strategy=strategy)


def attempt(world, row, signature, who="ann", platform=None):
    return world.call(
        who,
        own.attempt_verification,
        web3_wallet_id=row.id,
        signature=signature,
        platform=platform,
    )


async def proven(world, wallet, who="ann"):
    row = await prepare(world, await added(world, wallet, who), who)
    return await attempt(world, row, wallet.sign(row.proof.nonce), who)


@pytest.mark.security("J9")
async def test_a_wallet_is_proven_by_its_signature_and_addresses_are_told(world):
    wallet = Wallet()
    done = await proven(world, wallet)
    assert (done.is_verified, done.is_primary, done.address) == (True, True, wallet.address)
    assert [each.subject for each in await sent(world)] == ["A wallet was added"]
    assert (await world.events("user.updated"))[-1]["after"]["id"] == world.people["ann"]


async def test_what_is_signed_names_the_page_the_wallet_and_a_nonce(world):
    wallet = Wallet()
    row = await added(world, wallet)
    first, second = [(await prepare(world, row)).proof.nonce for _ in range(2)]
    assert "wants you to sign in with your Ethereum account" in first
    assert wallet.address in first.lower()
    assert first.isascii()
    assert first != second


async def test_another_wallet_s_signature_and_that_of_an_older_message_prove_nothing(world):
    wallet = Wallet()
    row = await added(world, wallet)
    with pytest.raises(CheckNotPrepared):
        await attempt(world, row, wallet.sign("hello"))
    old = (await prepare(world, row)).proof.nonce
    new = (await prepare(world, row)).proof.nonce
    for signature in (Wallet().sign(new), wallet.sign(old), wallet.sign("hello"), "nothing"):
        with pytest.raises(SignatureIncorrect):
            await attempt(world, row, signature)
    assert (await attempt(world, row, wallet.sign(new))).is_verified


async def test_a_late_signature_and_a_second_one_prove_nothing(world):
    wallet = Wallet()
    row = await prepare(world, await added(world, wallet))
    signature = wallet.sign(row.proof.nonce)
    with pytest.raises(CheckExpired):
        await attempt(world, row, signature, platform=later(world.platform, minutes=11))
    await attempt(world, row, signature)
    with pytest.raises(CheckDone):
        await attempt(world, row, signature)
    with pytest.raises(CheckDone):
        await prepare(world, row)


@pytest.mark.security("J2")
async def test_a_signature_proves_once_even_if_its_wallet_waits_for_it_again(world):
    wallet = Wallet()
    row = await prepare(world, await added(world, wallet))
    signature = wallet.sign(row.proof.nonce)
    waiting = "SELECT proof FROM web3_wallets WHERE id = $1"
    ((proof,),) = await world.sql(waiting, row.id)
    await attempt(world, row, signature)
    again = "UPDATE web3_wallets SET is_verified = false, proof = $2 WHERE id = $1"
    await world.sql(again, row.id, proof)
    with pytest.raises(CheckDone):
        await attempt(world, row, signature)


async def test_of_two_people_who_prove_one_wallet_at_once_one_gets_it(world):
    wallet, rows = Wallet(), {}
    for who in ("ann", "ben"):
        rows[who] = await prepare(world, await added(world, wallet, who), who)
    results = await all_at_once(
        *(attempt(world, rows[who], wallet.sign(rows[who].proof.nonce), who) for who in rows)
    )
    assert sum(isinstance(each, Web3WalletTaken) for each in results) == 1
    assert sum(getattr(each, "is_verified", False) for each in results) == 1


@pytest.mark.security("G1")
async def test_another_s_wallet_is_as_if_it_did_not_exist(world):
    wallet = Wallet()
    row = await prepare(world, await added(world, wallet))
    await world.user("ben")
    for call in (
        world.call("ben", own.get, web3_wallet_id=row.id),
        world.call("ben", own.delete, web3_wallet_id=row.id),
        prepare(world, row, "ben"),
        attempt(world, row, wallet.sign(row.proof.nonce), "ben"),
    ):
        with pytest.raises(Web3WalletNotFound):
            await call
    assert await world.call("ben", own.search) == ()


async def test_a_wallet_that_somebody_has_proven_is_taken_and_what_is_none_is_refused(world):
    wallet = Wallet()
    await proven(world, wallet)
    for who in ("ann", "ben"):
        with pytest.raises(Web3WalletTaken):
            await added(world, wallet, who)
    with pytest.raises(Web3WalletInvalid):
        await world.call("ann", own.create, address="0x12")


async def test_wallets_are_added_only_where_they_are_in_use_and_not_too_many(world):
    await world.user("ann")
    for _ in range(5):
        await added(world, Wallet())
    with pytest.raises(TooManyUnproven):
        await added(world, Wallet())
    await world.configure(attributes={"web3_wallet": {"is_enabled": False}})
    with pytest.raises(FieldNotEnabled):
        await added(world, Wallet())


async def test_only_strategies_that_the_instance_names_are_open(world):
    row = await added(world, Wallet())
    for strategy in ("web3_okx_wallet_signature", "email_code"):
        with pytest.raises(StrategyNotAllowed):
            await prepare(world, row, strategy=strategy)


async def test_the_oldest_wallet_left_becomes_primary_and_removal_is_told(world):
    first, second = await proven(world, Wallet()), await proven(world, Wallet())
    await world.call("ann", own.delete, web3_wallet_id=first.id)
    (left,) = await world.call("ann", own.search)
    assert (left.id, left.is_primary) == (second.id, True)
    assert (await sent(world, "ann@example.com"))[-1].subject == "A wallet was removed"


async def test_the_last_thing_that_signs_a_person_in_stays(world):
    row = await proven(world, Wallet())
    await world.sql("DELETE FROM email_addresses WHERE user_id = $1", world.people["ann"])
    with pytest.raises(LastIdentifier):
        await world.call("ann", own.delete, web3_wallet_id=row.id)


@pytest.mark.security("J4")
async def test_an_unproven_wallet_neither_is_primary_nor_keeps_a_person_s_last_address(world):
    row = await added(world, Wallet())
    with pytest.raises(IdentifierNotVerified):
        await world.call("ann", own_user.update, patch=OwnPatch(primary_web3_wallet_id=row.id))
    user = await world.call(None, users.get, user_id="ann")
    assert not user.has_wallet
