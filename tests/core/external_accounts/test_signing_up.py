"""Signing up by an account at a provider."""

import pytest

from charter.core.checks.model import CheckStatus, StrategyNotAllowed
from charter.core.external_accounts.model import TransferInvalid
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.identity_providers import operations as identity_providers
from charter.core.identity_providers.model import IdentityProviderPatch, ProviderNotEnabled
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.admitting import AddressNotAllowed
from charter.core.sign_ups.model import GivenFields, SignUpRestricted, SignUpStatus
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput, MissingInput
from tests.elsewhere import RETURN_URL, STRATEGY, add, begin_sign_up, sign_in, sign_up
from tests.flows import Tab


async def test_a_provider_that_proves_the_address_makes_a_user_at_once(world, provider):
    await add(world, provider)
    found = await sign_up(Tab(world), provider)
    assert found.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=found.created_user_id)
    (address,) = user.email_addresses
    assert (address.address, address.is_verified) == ("ann@gmail.test", True)
    assert (user.first_name, user.last_name) == ("Ann", "Archer")
    (account,) = user.external_accounts
    assert (account.provider, account.provider_user_id) == (STRATEGY, "ann-there")
    assert account.issuer == provider.issuer
    assert account.is_verified
    assert account.image_url == "https://pictures.test/ann.png"


async def test_the_world_is_told_of_a_user_who_has_the_account_already(world, provider):
    await add(world, provider)
    await sign_up(Tab(world), provider)
    (event,) = await world.events("user.created")
    (account,) = event["after"]["external_accounts"]
    assert account["provider_user_id"] == "ann-there"
    assert len(await world.events("externalAccount.linked")) == 1


async def test_tokens_of_the_provider_are_kept_sealed(world, provider):
    await add(world, provider)
    found = await sign_up(Tab(world), provider)
    (row,) = await world.sql(
        "SELECT * FROM external_accounts WHERE user_id = $1", found.created_user_id
    )
    (token,) = provider.tokens
    vault = world.platform.vault
    opened = vault.open(row["sealed_access_token"], f"external_account:{row['id']}:access")
    assert opened.decode() == token
    everything = str(await world.sql("SELECT t::text FROM sign_ups t")) + str(dict(row))
    everything += str(await world.sql("SELECT t::text FROM grants t"))
    assert token not in everything


@pytest.mark.security("F2")
@pytest.mark.parametrize(
    ("says_verified", "trusted"), [(False, "*"), (None, "*"), ("true", "*"), (True, "other.test")]
)
async def test_an_address_that_is_not_proven_has_to_be_proven_here(
    world, provider, says_verified, trusted
):
    await add(world, provider, trusted_domains=(trusted,))
    provider.person["email_verified"] = says_verified
    tab = Tab(world)
    found = await sign_up(tab, provider)
    assert found.status is SignUpStatus.MISSING_REQUIREMENTS
    assert found.external_check.status is CheckStatus.VERIFIED
    assert (found.email_address, found.email_check) == ("ann@gmail.test", None)


@pytest.mark.security("J4")
async def test_where_no_proof_is_asked_for_an_address_is_held_and_not_proven(world, provider):
    await add(world, provider)
    await world.configure(attributes={"email_address": {"is_verified_at_sign_up": False}})
    provider.person["email_verified"] = False
    found = await sign_up(Tab(world), provider)
    assert found.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=found.created_user_id)
    (address,) = user.email_addresses
    assert (address.is_verified, address.is_reserved) == (False, True)
    # Its owner proves it elsewhere: that leads to nobody's account.
    provider.person |= {"sub": "the owner", "email_verified": True}
    other = await sign_in(Tab(world), provider)
    assert other.first_check.error["code"] == "address_not_proven"


async def test_what_is_missing_can_be_given_afterwards(world, provider):
    await add(world, provider)
    provider.person["email"] = None
    tab = Tab(world)
    found = await sign_up(tab, provider)
    given = GivenFields(email_address="ann+clerk_test@example.com")
    await tab.call(sign_ups.update, sign_up_id=found.id, given=given)
    await tab.call(sign_ups.prepare_verification, sign_up_id=found.id, strategy="email_code")
    done = await tab.call(
        sign_ups.attempt_verification, sign_up_id=found.id, strategy="email_code", code="424242"
    )
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=done.view.sign_up.created_user_id)
    assert user.external_accounts[0].is_verified


async def test_what_the_person_gave_stands_above_what_the_provider_says(world, provider):
    await add(world, provider)
    found = await sign_up(
        Tab(world), provider, first_name="Anna", email_address="other@example.com"
    )
    assert found.first_name == "Anna"
    assert (found.email_address, found.email_check) == ("other@example.com", None)
    assert found.status is SignUpStatus.MISSING_REQUIREMENTS


async def test_a_sign_up_takes_over_whom_a_sign_in_found(world, provider):
    await add(world, provider)
    tab = Tab(world)
    await sign_in(tab, provider)
    done = await tab.call(sign_ups.create, given=GivenFields(transfer=True))
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=done.view.sign_up.created_user_id)
    assert user.external_accounts[0].provider_user_id == "ann-there"


@pytest.mark.security("F3")
async def test_there_is_nothing_to_take_over_without_a_proof(world, provider):
    await add(world, provider)
    tab, other = Tab(world), Tab(world)
    await sign_in(tab, provider)
    await begin_sign_up(other)
    with pytest.raises(TransferInvalid):
        await other.call(sign_ups.create, given=GivenFields(transfer=True))


@pytest.mark.security("F5")
async def test_a_provider_turned_off_meanwhile_gives_nothing_to_take_over(world, provider):
    await add(world, provider)
    tab = Tab(world)
    await sign_in(tab, provider)
    off = IdentityProviderPatch(is_enabled=False)
    await world.call(None, identity_providers.update, strategy=STRATEGY, patch=off)
    with pytest.raises(ProviderNotEnabled):
        await tab.call(sign_ups.create, given=GivenFields(transfer=True))


async def test_who_may_not_sign_up_may_not_by_a_provider(world, provider):
    await add(world, provider)
    tab = Tab(world)
    await sign_in(tab, provider)
    await world.configure(sign_up={"mode": "restricted"})
    with pytest.raises(SignUpRestricted):
        await begin_sign_up(Tab(world))
    with pytest.raises(SignUpRestricted):
        await tab.call(sign_ups.create, given=GivenFields(transfer=True))


async def test_an_address_that_is_not_taken_here_is_not_taken_from_a_provider(world, provider):
    await add(world, provider)
    await world.configure(sign_up={"blocks_disposable_addresses": True})
    provider.person["email"] = "ann@mailinator.com"
    found = await sign_up(Tab(world), provider)
    assert found.external_check.status is CheckStatus.FAILED
    assert found.external_check.error["code"] == AddressNotAllowed.code


async def test_only_providers_of_the_instance_can_be_asked(world, other_world, provider):
    await add(other_world, provider)
    with pytest.raises(StrategyNotAllowed):
        await begin_sign_up(Tab(world))


@pytest.mark.security("J8")
@pytest.mark.parametrize("url", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
@pytest.mark.parametrize("name", ["redirect_url", "action_complete_redirect_url"])
async def test_browsers_go_back_to_sites_of_the_instance_alone(world, provider, url, name):
    await add(world, provider)
    urls = {"redirect_url": RETURN_URL, name: url}
    with pytest.raises(ReturnUrlNotAllowed):
        await Tab(world).call(sign_ups.create, given=GivenFields(strategy=STRATEGY, **urls))


async def test_an_address_to_go_back_to_is_needed(world, provider):
    await add(world, provider)
    with pytest.raises(MissingInput):
        await Tab(world).call(sign_ups.create, given=GivenFields(strategy=STRATEGY))


async def test_a_prompt_is_one_of_those_that_providers_know(world, provider):
    await add(world, provider)
    with pytest.raises(InvalidInput):
        await begin_sign_up(Tab(world), oidc_prompt="now")
