"""Signing in and up by a wallet's signature."""

import pytest

from charter.core.checks.model import (
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    SignatureIncorrect,
    StrategyNotAllowed,
)
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import (
    Answer,
    IdentifierUnknown,
    NewSignIn,
    Preparation,
    SignInNotFound,
    SignInStatus,
)
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields, SignUpStatus
from charter.core.users import operations as users
from charter.core.web3_wallets import own
from charter.core.web3_wallets.model import Web3WalletInvalid, Web3WalletTaken
from charter.kernel.errors import MissingInput
from tests.flows import Tab
from tests.wallets import Wallet
from tests.world import all_at_once, later

STRATEGY = "web3_metamask_signature"


@pytest.fixture(autouse=True)
async def in_use(world):
    """An instance that uses wallets and asks for nothing else."""
    await world.configure(
        attributes={
            "web3_wallet": {"is_enabled": True},
            "email_address": {"is_required": False},
        }
    )


@pytest.fixture
async def wallet(world):
    """Ann's wallet."""
    made = Wallet()
    await world.user("ann", web3_wallets=[made.address])
    return made


async def begun(tab, wallet, strategy=STRATEGY):
    """A sign-in that waits for a signature; its id and the message."""
    new = NewSignIn(identifier=wallet.address)
    sign_in_id = (await tab.call(sign_ins.create, new=new)).view.sign_in.id
    given = Preparation(strategy=strategy)
    done = await tab.call(sign_ins.prepare_first_factor, sign_in_id=sign_in_id, given=given)
    return sign_in_id, done.view.sign_in.first_check.nonce


def answer(tab, sign_in_id, signature, strategy=STRATEGY, **options):
    given = Answer(strategy=strategy, signature=signature)
    return tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in_id, given=given, **options)


async def test_a_wallet_signs_its_owner_in(world, wallet):
    tab = Tab(world)
    sign_in_id, message = await begun(tab, wallet)
    done = await answer(tab, sign_in_id, wallet.sign(message))
    assert done.view.sign_in.status is SignInStatus.COMPLETE
    assert done.view.user.id == world.people["ann"]


async def test_the_ways_that_are_open_name_the_wallet(world, wallet):
    tab = Tab(world)
    view = (await tab.call(sign_ins.create, new=NewSignIn(identifier=wallet.address))).view
    offers = [each for each in view.first_factors if each.strategy.startswith("web3_")]
    assert {each.strategy for each in offers} == {STRATEGY, "web3_base_signature"}
    assert {each.safe_identifier for each in offers} == {wallet.address}


async def test_other_signatures_sign_nobody_in_and_are_written_down(world, wallet):
    tab = Tab(world)
    sign_in_id, message = await begun(tab, wallet)
    for signature in (Wallet().sign(message), wallet.sign("hello"), "0x00"):
        with pytest.raises(SignatureIncorrect):
            await answer(tab, sign_in_id, signature)
    assert len(await world.events("factor.refused")) == 3
    with pytest.raises(MissingInput):
        await answer(tab, sign_in_id, "")


async def test_a_message_is_signed_for_one_strategy_and_not_too_late(world, wallet):
    tab = Tab(world)
    sign_in_id, message = await begun(tab, wallet)
    signature = wallet.sign(message)
    with pytest.raises(CheckNotPrepared):
        await answer(tab, sign_in_id, signature, strategy="web3_base_signature")
    with pytest.raises(CheckExpired):
        await answer(tab, sign_in_id, signature, platform=later(world.platform, minutes=11))


async def test_a_signature_made_for_one_browser_is_worthless_in_another(world, wallet):
    mine, theirs = Tab(world), Tab(world)
    sign_in_id, message = await begun(mine, wallet)
    other_id, _other = await begun(theirs, wallet)
    with pytest.raises(SignInNotFound):
        await answer(theirs, sign_in_id, wallet.sign(message))
    with pytest.raises(SignatureIncorrect):
        await answer(theirs, other_id, wallet.sign(message))


async def test_a_signature_signs_in_once(world, wallet):
    tab = Tab(world)
    sign_in_id, message = await begun(tab, wallet)
    signature = wallet.sign(message)
    results = await all_at_once(*(answer(tab, sign_in_id, signature) for _ in range(2)))
    assert sum(not isinstance(each, Exception) for each in results) == 1


async def test_wallets_sign_nobody_in_where_they_are_not_in_use(world, wallet):
    tab = Tab(world)
    await world.configure(attributes={"web3_wallet": {"first_factors": []}})
    with pytest.raises(StrategyNotAllowed):
        await begun(tab, wallet)


async def test_a_wallet_that_nobody_has_is_unknown_or_hidden(world):
    tab, wallet = Tab(world), Wallet()
    with pytest.raises(IdentifierUnknown):
        await begun(tab, wallet)
    await world.configure(sign_in={"hides_unknown_identifiers": True})
    sign_in_id, message = await begun(tab, wallet)
    with pytest.raises((SignatureIncorrect, CheckFailed)):
        await answer(tab, sign_in_id, wallet.sign(message))


@pytest.mark.security("J4")
async def test_a_wallet_that_somebody_named_and_did_not_prove_signs_nobody_in(world):
    tab, wallet = Tab(world), Wallet()
    await world.user("ann")
    await world.call("ann", own.create, address=wallet.address)
    with pytest.raises(IdentifierUnknown):
        await begun(tab, wallet)


async def signing_up(tab, wallet):
    given = GivenFields(web3_wallet=wallet.address)
    made = (await tab.call(sign_ups.create, given=given)).view
    sign_up_id = made.sign_up.id
    done = await tab.call(sign_ups.prepare_verification, sign_up_id=sign_up_id, strategy=STRATEGY)
    return sign_up_id, done.view.sign_up.web3_check.nonce


def prove(tab, sign_up_id, signature):
    return tab.call(
        sign_ups.attempt_verification,
        sign_up_id=sign_up_id,
        strategy=STRATEGY,
        signature=signature,
    )


async def test_a_wallet_alone_makes_a_user(world):
    tab, wallet = Tab(world), Wallet()
    sign_up_id, message = await signing_up(tab, wallet)
    done = await prove(tab, sign_up_id, wallet.sign(message))
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=done.view.sign_up.created_user_id)
    assert [each.address for each in user.web3_wallets] == [wallet.address]
    assert user.web3_wallets[0].proof.strategy == STRATEGY


@pytest.mark.security("J4")
async def test_without_its_signature_a_wallet_makes_no_user(world):
    await world.configure(attributes={"web3_wallet": {"is_verified_at_sign_up": False}})
    tab, wallet = Tab(world), Wallet()
    sign_up_id, message = await signing_up(tab, wallet)
    with pytest.raises(SignatureIncorrect):
        await prove(tab, sign_up_id, Wallet().sign(message))
    with pytest.raises(MissingInput):
        await prove(tab, sign_up_id, "")
    view = await tab.call(sign_ups.get, sign_up_id=sign_up_id)
    assert view.requirements.unverified == ("web3_wallet",)


async def test_a_wallet_of_somebody_and_what_is_none_are_refused(world, wallet):
    tab = Tab(world)
    with pytest.raises(Web3WalletTaken):
        await signing_up(tab, wallet)
    with pytest.raises(Web3WalletInvalid):
        await tab.call(sign_ups.create, given=GivenFields(web3_wallet="0x12"))


async def test_of_two_browsers_that_sign_up_with_one_wallet_at_once_one_does(world):
    wallet, waiting = Wallet(), []
    for _ in range(2):
        tab = Tab(world)
        waiting.append((tab, *(await signing_up(tab, wallet))))
    results = await all_at_once(
        *(prove(tab, sign_up_id, wallet.sign(message)) for tab, sign_up_id, message in waiting)
    )
    assert sum(isinstance(each, Web3WalletTaken) for each in results) == 1
