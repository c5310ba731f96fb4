"""What can be done with a linked account: asking again, forgetting its tokens, taking it away."""

import pytest

from charter.core.external_accounts import callback
from charter.core.external_accounts import operations as external_accounts
from charter.core.external_accounts.model import CallbackInvalid, ExternalAccountNotFound
from charter.core.sign_ins.model import SignInStatus
from charter.core.users import operations as users
from charter.core.verification import LastIdentifier
from tests.elsewhere import RETURN_URL, accounts_of, add, begin_link, sign_in
from tests.flows import Tab
from tests.sent import sent


@pytest.fixture
async def linked(world, provider):
    """A browser with Ann signed in on it, who has an account at the provider."""
    await add(world, provider)
    tab = Tab(world)
    actor, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    return tab, actor, made.account.id


async def again(world, actor, account_id, **fields):
    return await world.call(
        actor,
        external_accounts.reauthorize,
        external_account_id=account_id,
        redirect_url=RETURN_URL,
        **fields,
    )


async def test_a_provider_can_be_asked_again_for_more(world, provider, linked):
    tab, actor, account_id = linked
    asked = await again(world, actor, account_id, additional_scope=["calendar"])
    assert asked.account.is_verified
    await tab.call(callback.answer, **await provider.visit(asked.redirect_url))
    (account,) = await accounts_of(world)
    assert account.approved_scopes == "openid email profile calendar"


@pytest.mark.security("F3")
async def test_another_account_does_not_take_the_place_of_a_linked_one(world, provider, linked):
    tab, actor, account_id = linked
    asked = await again(world, actor, account_id)
    provider.person["sub"] = "ben-there"
    await tab.call(callback.answer, **await provider.visit(asked.redirect_url))
    (account,) = await accounts_of(world)
    assert account.provider_user_id == "ann-there"
    assert account.is_verified
    assert account.error["code"] == "not_the_same_account"


async def test_only_ones_own_account_can_be_asked_for(world, linked):
    tab, _, account_id = linked
    other = tab.signed_in("ben", await tab.sign_in("ben"))
    with pytest.raises(ExternalAccountNotFound):
        await again(world, other, account_id)


async def test_tokens_are_forgotten_and_the_account_stays(world, linked):
    _, actor, account_id = linked
    user = await world.call(actor, external_accounts.forget_tokens, external_account_id=account_id)
    assert user.external_accounts[0].is_verified
    (row,) = await world.sql("SELECT * FROM external_accounts WHERE id = $1", account_id)
    assert row["sealed_access_token"] is row["sealed_refresh_token"] is None
    with pytest.raises(ExternalAccountNotFound):
        await world.call(actor, external_accounts.forget_tokens, external_account_id="eac_x")


async def test_an_account_that_is_taken_away_signs_nobody_in(world, provider, linked):
    _, actor, account_id = linked
    await world.call(actor, external_accounts.delete, external_account_id=account_id)
    assert await accounts_of(world) == ()
    found = await sign_in(Tab(world), provider)
    assert found.status is SignInStatus.NEEDS_IDENTIFIER
    assert len(await world.events("externalAccount.unlinked")) == 1
    subjects = [message.subject for message in await sent(world)]
    assert any("was disconnected from your account" in subject for subject in subjects)


async def test_an_answer_for_an_account_that_is_gone_comes_too_late(world, provider, linked):
    tab, actor, account_id = linked
    asked = await again(world, actor, account_id)
    brought = await provider.visit(asked.redirect_url)
    await world.call(actor, external_accounts.delete, external_account_id=account_id)
    with pytest.raises(CallbackInvalid):
        await tab.call(callback.answer, **brought)


async def test_only_ones_own_account_can_be_taken_away(world, linked):
    tab, _, account_id = linked
    other = tab.signed_in("ben", await tab.sign_in("ben"))
    with pytest.raises(ExternalAccountNotFound):
        await world.call(other, external_accounts.delete, external_account_id=account_id)


async def test_the_last_thing_to_sign_in_with_stays(world, linked):
    _, actor, account_id = linked
    await world.sql(
        "UPDATE email_addresses SET is_primary = false, verification_status = NULL,"
        " verification_strategy = NULL WHERE user_id = $1",
        world.people["ann"],
    )
    with pytest.raises(LastIdentifier):
        await world.call(actor, external_accounts.delete, external_account_id=account_id)


async def test_with_its_user_an_account_goes(world, provider, linked):
    await world.call(None, users.delete, user_id="ann")
    rows = await world.sql(
        "SELECT id FROM external_accounts WHERE instance_id = $1", world.instance_id
    )
    assert rows == []
    found = await sign_in(Tab(world), provider)
    assert found.user_id is None
