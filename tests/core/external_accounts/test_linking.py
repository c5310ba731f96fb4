"""Linking an account at a provider to a user who is signed in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.checks.model import CheckStatus, StrategyNotAllowed
from charter.core.external_accounts import callback
from charter.core.external_accounts import operations as external_accounts
from charter.core.external_accounts.model import (
    BrowserNeeded,
    CallbackInvalid,
    ExternalAccountConnected,
    NewExternalAccount,
)
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.sessions import operations as sessions
from charter.core.sessions.recent import ReverificationRequired
from charter.core.users import operations as users
from tests.elsewhere import (
    NEW,
    RETURN_URL,
    STRATEGY,
    accounts_of,
    add,
    begin_link,
    sign_in,
    sign_up,
)
from tests.flows import Tab
from tests.sent import sent
from tests.world import later


async def test_an_account_is_linked_when_the_provider_has_proven_it(world, provider):
    await add(world, provider)
    tab = Tab(world)
    _, made = await begin_link(world, tab)
    assert made.account.status is CheckStatus.UNVERIFIED
    returned = await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    assert returned.location == RETURN_URL
    (account,) = await accounts_of(world)
    assert account.id == made.account.id
    assert account.is_verified
    assert account.provider_user_id == "ann-there"
    found = await sign_in(Tab(world), provider)
    assert found.user_id == world.people["ann"]


async def test_who_has_linked_an_account_goes_on_to_where_they_wanted(world, provider):
    await add(world, provider)
    tab = Tab(world)
    new = NewExternalAccount(
        strategy=STRATEGY,
        redirect_url=RETURN_URL,
        action_complete_redirect_url="http://app.test/user",
    )
    _, made = await begin_link(world, tab, new=new)
    returned = await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    assert returned.location == "http://app.test/user"


async def test_who_linked_an_account_is_told_by_mail(world, provider):
    await add(world, provider)
    tab = Tab(world)
    _, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    subjects = [message.subject for message in await sent(world)]
    assert any("was connected to your account" in subject for subject in subjects)
    assert len(await world.events("externalAccount.linked")) == 1


async def test_an_address_of_the_account_is_not_taken_over(world, provider):
    await add(world, provider)
    tab = Tab(world)
    _, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    user = await world.call(None, users.get, user_id="ann")
    assert [row.address for row in user.email_addresses] == ["ann+clerk_test@example.com"]


@pytest.mark.security("F3")
async def test_an_account_of_another_user_is_not_linked(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    tab = Tab(world)
    _, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    (account,) = await accounts_of(world)
    assert (account.status, account.is_verified) == (CheckStatus.FAILED, False)
    assert account.error["code"] == "external_account_claimed"


@pytest.mark.security("F3")
async def test_the_proof_of_one_browser_links_nothing_in_another(world, provider):
    await add(world, provider)
    tab, other = Tab(world), Tab(world)
    _, made = await begin_link(world, tab)
    await other.sign_in("ben")
    brought = await provider.visit(made.redirect_url)
    with pytest.raises(CallbackInvalid):
        await other.call(callback.answer, **brought)
    assert await accounts_of(world, "ben") == ()


@pytest.mark.security("F3")
async def test_who_signed_out_meanwhile_links_nothing(world, provider):
    await add(world, provider)
    tab = Tab(world)
    actor, made = await begin_link(world, tab)
    brought = await provider.visit(made.redirect_url)
    await world.call(None, sessions.revoke, session_id=actor.session_id)
    with pytest.raises(CallbackInvalid):
        await tab.call(callback.answer, **brought)
    assert not (await accounts_of(world))[0].is_verified


async def test_who_said_no_can_try_again(world, provider):
    await add(world, provider)
    tab = Tab(world)
    actor, made = await begin_link(world, tab)
    brought = await provider.visit(made.redirect_url)
    await tab.call(callback.answer, state=brought["state"], error="access_denied")
    (account,) = await accounts_of(world)
    assert account.error["code"] == "access_denied"
    again = await world.call(actor, external_accounts.create, new=NEW)
    assert again.account.id == made.account.id
    assert again.account.error is None
    await tab.call(callback.answer, **await provider.visit(again.redirect_url))
    assert (await accounts_of(world))[0].is_verified


async def test_a_question_without_an_answer_expires(world, provider):
    await add(world, provider)
    _, made = await begin_link(world, Tab(world))
    late = later(world.platform, minutes=11).clock()
    assert made.account.status_at(late) is CheckStatus.EXPIRED


async def test_one_account_of_a_provider_is_linked(world, provider):
    await add(world, provider)
    tab = Tab(world)
    actor, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    with pytest.raises(ExternalAccountConnected):
        await world.call(actor, external_accounts.create, new=NEW)


async def test_more_scopes_are_asked_for(world, provider):
    await add(world, provider, scopes=("calendar",))
    new = NewExternalAccount(
        strategy=STRATEGY, redirect_url=RETURN_URL, additional_scope=("files mail", "tasks")
    )
    _, made = await begin_link(world, Tab(world), new=new)
    query = parse_qs(urlsplit(made.redirect_url).query)
    assert query["scope"] == ["openid email profile calendar files mail tasks"]


async def test_only_providers_of_the_instance_can_be_linked(world):
    with pytest.raises(StrategyNotAllowed):
        await begin_link(world, Tab(world))


@pytest.mark.security("J8")
async def test_browsers_go_back_to_sites_of_the_instance_alone(world, provider):
    await add(world, provider)
    new = NewExternalAccount(strategy=STRATEGY, redirect_url="https://evil.test")
    with pytest.raises(ReturnUrlNotAllowed):
        await begin_link(world, Tab(world), new=new)


async def test_a_server_that_acts_for_a_user_has_no_browser_to_send(world, provider):
    await add(world, provider)
    await world.user("ann")
    with pytest.raises(BrowserNeeded):
        await world.call("ann", external_accounts.create, new=NEW)


async def test_a_fresh_proof_is_asked_for_where_the_instance_says_so(world, provider):
    await add(world, provider)
    await world.configure(sign_in={"asks_again_for_changes": True})
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    slow = later(world.platform, minutes=11)
    with pytest.raises(ReverificationRequired):
        await world.call(actor, external_accounts.create, platform=slow, new=NEW)
