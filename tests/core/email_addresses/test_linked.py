"""An address tells which accounts at providers have it too."""

from charter.core.email_addresses import operations as email_addresses
from charter.core.email_addresses import own
from charter.core.email_addresses.model import EmailAddressPatch, LinkedAccount
from charter.core.external_accounts import callback
from charter.core.external_accounts import operations as external_accounts
from charter.core.users import operations as users
from tests.elsewhere import STRATEGY, accounts_of, add, begin_link
from tests.flows import Tab

ANN = "ann+clerk_test@example.com"
"""What a browser signs Ann in by."""


async def link(world, provider, address):
    """Link Ann's account at the provider, which has this address there; Ann in her session."""
    await add(world, provider)
    provider.person["email"] = address
    tab = Tab(world)
    actor, made = await begin_link(world, tab)
    await tab.call(callback.answer, **await provider.visit(made.redirect_url))
    return actor


async def addresses(world, name="ann"):
    """The addresses of a person."""
    return (await world.call(None, users.get, user_id=name)).email_addresses


async def test_an_account_with_the_same_address_in_any_case_is_linked(world, provider):
    await link(world, provider, ANN.upper())
    (account,) = await accounts_of(world)
    (address,) = await addresses(world)
    assert address.linked_accounts == (LinkedAccount(STRATEGY, account.identification_id),)


async def test_an_account_with_another_address_is_not_linked(world, provider):
    await link(world, provider, "ann@elsewhere.test")
    assert all(each.linked_accounts == () for each in await addresses(world))


async def test_an_account_that_is_not_proven_is_not_linked(world, provider):
    await add(world, provider)
    await begin_link(world, Tab(world))
    await world.sql(
        "UPDATE external_accounts SET email_address = $1 WHERE instance_id = $2",
        ANN,
        world.instance_id,
    )
    (address,) = await addresses(world)
    assert address.linked_accounts == ()


async def test_the_account_of_somebody_else_is_not_linked(world, provider):
    ben = await world.user("ben")
    await link(world, provider, ben.email_addresses[0].address)
    (address,) = await addresses(world, "ben")
    assert address.linked_accounts == ()


async def test_an_address_that_is_changed_stays_linked(world, provider):
    actor = await link(world, provider, ANN)
    (address,) = await addresses(world)
    assert address.linked_accounts
    changed = await world.call(
        None,
        email_addresses.update,
        email_address_id=address.id,
        patch=EmailAddressPatch(is_verified=True),
    )
    assert changed.linked_accounts == address.linked_accounts
    (shown,) = await world.call(actor, own.search)
    assert shown.linked_accounts == address.linked_accounts


async def test_an_address_that_is_added_later_is_linked_at_once(world, provider):
    await link(world, provider, "ann@elsewhere.test")
    made = await world.call(
        None,
        email_addresses.create,
        user_id="ann",
        address="ann@elsewhere.test",
        is_verified=True,
    )
    (account,) = await accounts_of(world)
    assert made.linked_accounts == (LinkedAccount(STRATEGY, account.identification_id),)


async def test_without_its_account_an_address_is_linked_no_more(world, provider):
    actor = await link(world, provider, ANN)
    (account,) = await accounts_of(world)
    await world.call(actor, external_accounts.delete, external_account_id=account.id)
    (address,) = await addresses(world)
    assert address.linked_accounts == ()
