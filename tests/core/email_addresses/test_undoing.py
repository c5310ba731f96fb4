"""Taking a change of the primary address back, by the link that the old one was sent."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.api_keys import operations as api_keys
from charter.core.api_keys.model import ApiKeyInvalid, NewApiKey
from charter.core.email_addresses import own, undoing
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.external_accounts import callback
from charter.core.external_accounts import operations as external_accounts
from charter.core.links.model import LinkInvalid
from charter.core.oauth_authorizations import operations as oauth_authorizations
from charter.core.oauth_authorizations.model import OauthGrantInvalid
from charter.core.phone_numbers import own as phone_numbers
from charter.core.second_factors import operations as second_factors
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionStatus
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn
from charter.core.users import operations as users
from charter.core.users import own as own_user
from charter.core.users.own import OwnPatch
from charter.core.web3_wallets import own as wallets
from tests.consenting import present, program
from tests.elsewhere import NEW as NEW_ACCOUNT
from tests.elsewhere import accounts_of, add
from tests.factors import code_at
from tests.flows import Tab
from tests.passkeys import registered
from tests.sent import sent
from tests.wallets import Wallet
from tests.world import all_at_once, later

OLD, NEW = "ann@example.com", "thief@example.com"
PASSWORD = "a long pass phrase of mine"  # of people in tests


async def proven(world, address=NEW, platform=None):
    """Another address of Ann's, proven."""
    row = await world.call("ann", own.create, address=address, platform=platform)
    await world.call(
        "ann",
        own.prepare_verification,
        email_address_id=row.id,
        strategy="email_code",
        platform=platform,
    )
    code = next(each.code for each in reversed(await sent(world, address)) if each.code)
    return await world.call(
        "ann",
        own.attempt_verification,
        email_address_id=row.id,
        code=code,
        platform=platform,
    )


def choose(world, row):
    return world.call("ann", own_user.update, patch=OwnPatch(primary_email_address_id=row.id))


async def link_to(world, address=OLD):
    """The token of the newest link that an address was sent."""
    messages = [each for each in await sent(world, address) if "/undo?" in each.text]
    (url, *_) = messages[-1].links
    return parse_qs(urlsplit(url).query)["token"][0]


async def stolen(world):
    """Ann's account with a thief's address as the primary one; the token that undoes it."""
    await world.user("ann", password=PASSWORD)
    await choose(world, await proven(world))
    return await link_to(world)


def undo(world, token, platform=None):
    return world.call(world.server, undoing.undo, token=token, platform=platform)


def in_use(world, *names):
    return world.configure(attributes={name: {"is_enabled": True} for name in names})


async def linked(world, provider):
    """An account of whoever has Ann's password, linked to hers."""
    tab = Tab(world)
    asked = NewSignIn(identifier=OLD, password=PASSWORD)
    session_id = (await tab.call(sign_ins.create, new=asked)).view.sign_in.created_session_id
    who = tab.signed_in("ann", session_id)
    made = await world.call(who, external_accounts.create, new=NEW_ACCOUNT)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    assert (await accounts_of(world))[0].is_verified


async def addresses(world):
    user = await world.call(None, users.get, user_id="ann")
    return [(each.address, each.is_primary) for each in user.email_addresses]


@pytest.mark.security("J6")
async def test_the_old_address_becomes_primary_again_and_whoever_took_it_is_out(world):
    before = await world.user("ann", password=PASSWORD)
    assert before.password_updated_at is not None
    session = await world.session("ann")
    token = await stolen(world)
    await undo(world, token)
    user = await world.call(None, users.get, user_id="ann")
    assert await addresses(world) == [(OLD, True)]
    assert user.password_updated_at is None
    ended = await world.call(None, sessions.get, session_id=session.id)
    assert ended.status is SessionStatus.REVOKED
    assert (await sent(world, OLD))[-1].subject == "The change of your email address was undone"


@pytest.mark.security("J6")
async def test_the_old_address_comes_back_even_when_it_was_removed(world):
    token = await stolen(world)
    user = await world.call(None, users.get, user_id="ann")
    row = next(each for each in user.email_addresses if each.address == OLD)
    await world.call("ann", own.delete, email_address_id=row.id)
    await undo(world, token)
    assert await addresses(world) == [(OLD, True)]


@pytest.mark.security("J6")
async def test_a_removed_primary_address_is_sent_a_link_that_brings_it_back(world):
    user = await world.user("ann")
    await proven(world)
    await world.call("ann", own.delete, email_address_id=user.email_addresses[0].id)
    assert await addresses(world) == [(NEW, True)]
    await undo(world, await link_to(world))
    assert await addresses(world) == [(OLD, True)]


async def test_an_address_that_was_there_long_before_stays(world):
    await world.user("ann", email_addresses=[OLD, "second@example.com"])
    await world.sql(
        "UPDATE email_addresses SET created_at = created_at - interval '30 days'"
        " WHERE user_id = $1",
        world.people["ann"],
    )
    await choose(world, await proven(world))
    await undo(world, await link_to(world))
    assert set(await addresses(world)) == {(OLD, True), ("second@example.com", False)}


@pytest.mark.security("J2")
async def test_looking_spends_nothing_and_undoing_works_once(world):
    token = await stolen(world)
    for _ in range(2):
        assert (await world.call(world.server, undoing.look, token=token)).address == OLD
    results = await all_at_once(*(undo(world, token) for _ in range(2)))
    assert sum(isinstance(each, LinkInvalid) for each in results) == 1
    for operation in (undoing.look, undoing.undo):
        with pytest.raises(LinkInvalid):
            await world.call(world.server, operation, token=token)


@pytest.mark.security("J2")
async def test_a_week_later_and_with_another_link_nothing_is_undone(world):
    token = await stolen(world)
    with pytest.raises(LinkInvalid):
        await undo(world, token, later(world.platform, days=7, minutes=1))
    with pytest.raises(LinkInvalid):
        await undo(world, "nothing")


@pytest.mark.security("J6")
async def test_while_a_change_can_be_undone_the_next_is_sent_no_link(world):
    token = await stolen(world)
    await choose(world, await proven(world, "second.thief@example.com"))
    told = (await sent(world, NEW))[-1]
    assert "/undo?" not in told.text
    await undo(world, token)
    assert await addresses(world) == [(OLD, True)]


@pytest.mark.security("J6")
async def test_a_thief_cannot_take_back_what_the_owner_repairs(world):
    await stolen(world)
    rows = (await world.call(None, users.get, user_id="ann")).email_addresses
    await choose(world, next(row for row in rows if row.address == OLD))
    thief_s = next(row for row in rows if row.address == NEW)
    await world.call("ann", own.delete, email_address_id=thief_s.id)
    assert not any("/undo?" in each.text for each in await sent(world, NEW))
    assert await addresses(world) == [(OLD, True)]


@pytest.mark.security("J6")
async def test_every_way_in_that_the_thief_added_is_gone(world, provider):
    await in_use(world, "phone_number", "web3_wallet")
    await world.configure(api_keys={"for_users": True})
    await add(world, provider)
    await stolen(world)
    await linked(world, provider)
    await registered(world, "ann")
    await world.call("ann", phone_numbers.create, number="+15555550123")
    await world.call("ann", wallets.create, address=Wallet().address)
    began = await world.call("ann", second_factors.begin_totp)
    await world.call("ann", second_factors.verify_totp, code=code_at(world.platform, began.secret))
    asked = NewApiKey(name="Robot", subject=world.people["ann"])
    key = await world.call("ann", api_keys.create, new=asked)
    planner = await program(world)
    who = await present(world, "ann")
    tokens = await planner.tokens(who, scope="openid offline_access")

    await undo(world, await link_to(world))

    user = await world.call(None, users.get, user_id="ann")
    assert not any((user.passkeys, user.phone_numbers, user.web3_wallets, user.external_accounts))
    assert not any((user.has_totp, user.has_backup_codes, user.has_second_factor))
    assert user.mfa_disabled_at is not None
    with pytest.raises(ApiKeyInvalid):
        await world.call(None, api_keys.verify, secret=key.secret)
    with pytest.raises(OauthGrantInvalid):
        await planner.refresh(tokens.refresh_token)
    assert await world.call("ann", oauth_authorizations.search_own) == ()


@pytest.mark.security("J6")
async def test_what_the_owner_had_long_before_stays(world):
    await in_use(world, "phone_number")
    await registered(world, "ann")
    await world.call("ann", phone_numbers.create, number="+15555550123")
    began = await world.call("ann", second_factors.begin_totp)
    await world.call("ann", second_factors.verify_totp, code=code_at(world.platform, began.secret))
    for table in ("passkeys", "phone_numbers", "totp_secrets", "backup_codes"):
        await world.sql(
            f"UPDATE {table} SET created_at = created_at - interval '30 days' WHERE user_id = $1",
            world.people["ann"],
        )
    await stolen(world)
    await undo(world, await link_to(world))
    user = await world.call(None, users.get, user_id="ann")
    assert len(user.passkeys) == len(user.phone_numbers) == 1
    assert user.has_totp
    assert user.has_backup_codes
    assert user.mfa_disabled_at is None


@pytest.mark.security("J6")
async def test_what_the_owner_signed_up_with_stays(world):
    await world.user("ann", phone_numbers=["+15555550123"], web3_wallets=[Wallet().address])
    await choose(world, await proven(world))
    await undo(world, await link_to(world))
    user = await world.call(None, users.get, user_id="ann")
    assert len(user.phone_numbers) == len(user.web3_wallets) == 1


async def test_an_address_that_another_has_proven_meanwhile_stays_theirs(world):
    token = await stolen(world)
    user = await world.call(None, users.get, user_id="ann")
    row = next(each for each in user.email_addresses if each.address == OLD)
    await world.call("ann", own.delete, email_address_id=row.id)
    await world.user("ben", email=OLD)
    with pytest.raises(EmailAddressTaken):
        await undo(world, token)


async def test_a_link_of_a_user_who_is_gone_is_good_for_nothing(world):
    token = await stolen(world)
    await world.call(None, users.delete, user_id="ann")
    with pytest.raises(LinkInvalid):
        await undo(world, token)


@pytest.mark.security("J7")
async def test_what_lies_in_the_database_does_not_tell_the_address(world):
    await stolen(world)
    rows = await world.sql(
        "SELECT facts::text AS facts FROM grants WHERE instance_id = $1", world.instance_id
    )
    assert rows
    assert not any(OLD in row["facts"] for row in rows)
