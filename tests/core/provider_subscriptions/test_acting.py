"""Organizations subscribe at Stripe, change what they have, and end it."""

import pytest

from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.organizations import operations as organizations
from charter.core.payments.model import GatewayNotSet
from charter.core.provider_subscriptions import operations as provider_subscriptions
from charter.core.provider_subscriptions.model import (
    CheckoutNotFound,
    CheckoutUnfinished,
    GatewayCustomerNotFound,
    GatewayRefused,
    GatewayUnavailable,
    Proration,
    ProviderSubscriptionNotFound,
    SubscriptionOver,
)
from charter.kernel.errors import InvalidInput, MissingInput, NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.stripe_answers import entitlement
from tests.subscribing import BACK
from tests.world import all_at_once


@pytest.fixture
async def acme(world):
    return await world.organization()


async def call(world, organization, operation, who="ann", **arguments):
    return await world.call(who, operation, organization_id=organization.id, **arguments)


async def subscribed(world, paying, organization, price="price_pro"):
    customer = await paying.customer(organization)
    paying.stripe.subscribe(customer, price)
    return await call(world, organization, provider_subscriptions.sync)


async def test_an_owner_subscribes_by_a_page_of_stripe(world, paying, acme):
    session = await paying.checkout(acme, "ann", quantity=3)
    begun = paying.stripe.objects[session]
    assert begun["mode"] == "subscription"
    assert begun["customer"] == paying.stripe.customer(acme.id)
    unfinished = {"session_id": session}
    with pytest.raises(CheckoutUnfinished):
        await call(world, acme, provider_subscriptions.sync_checkout, **unfinished)
    made = paying.stripe.finish(session)
    paying.stripe.bill(made)
    kept = await call(world, acme, provider_subscriptions.sync_checkout, **unfinished)
    assert (kept.external_id, kept.status, kept.price_id) == (made["id"], "active", "price_pro")
    found = await world.call(None, organizations.get, organization_id=acme.id)
    assert found.paid_until is not None


async def test_a_checkout_of_another_organization_is_none(world, paying, acme):
    globex = await world.organization("Globex", "ben")
    session = await paying.checkout(globex, "ben")
    paying.stripe.finish(session)
    for session_id in (session, "cs_nothing"):
        with pytest.raises(CheckoutNotFound):
            await call(world, acme, provider_subscriptions.sync_checkout, session_id=session_id)


@pytest.mark.security("L2")
async def test_of_many_checkouts_at_once_one_customer_comes(world, paying, acme):
    await all_at_once(*[paying.checkout(acme) for _ in range(5)])
    customers = [each for each in paying.stripe.objects.values() if each["object"] == "customer"]
    assert len(customers) == 1
    found = await call(world, acme, provider_subscriptions.get_customer)
    assert found.external_customer_id == customers[0]["id"]
    assert len(await world.events("gatewayCustomer.linked")) == 1


@pytest.mark.security("F4")
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://localhost:3000.evil.example/",
        "http://localhost:3000@evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/billing",
        "",
    ],
)
async def test_people_come_back_to_the_sites_of_the_instance_alone(world, paying, acme, url):
    for parameter in ("success_url", "cancel_url"):
        with pytest.raises(ReturnUrlNotAllowed) as refused:
            await paying.checkout(acme, **{parameter: url})
        assert refused.value.parameter == parameter
    await paying.customer(acme)
    with pytest.raises(ReturnUrlNotAllowed):
        await call(world, acme, provider_subscriptions.open_portal, return_url=url)


async def test_an_owner_sees_to_their_cards_at_stripe(world, paying, acme):
    with pytest.raises(GatewayCustomerNotFound):
        await call(world, acme, provider_subscriptions.open_portal, return_url=BACK)
    await paying.customer(acme)
    page = await call(world, acme, provider_subscriptions.open_portal, return_url=BACK)
    assert page.url.startswith("https://portal.stripe.test/")
    assert page.url not in str([dict(event) for event in await world.events()])


async def test_a_plan_is_changed(world, paying, acme):
    (before,) = await subscribed(world, paying, acme)
    after = await call(
        world,
        acme,
        provider_subscriptions.change,
        subscription_id=before.id,
        price_id="price_max",
        quantity=4,
        proration=Proration.NONE,
    )
    assert (after.id, after.price_id, after.quantity) == (before.id, "price_max", 4)
    assert paying.stripe.objects[before.external_id]["proration"] == "none"
    again = await call(world, acme, provider_subscriptions.change, quantity=5)
    assert (again.price_id, again.quantity) == ("price_max", 5)


async def test_a_subscription_is_canceled_with_its_period_or_at_once(world, paying, acme):
    (before,) = await subscribed(world, paying, acme)
    ending = await call(world, acme, provider_subscriptions.cancel)
    assert (ending.id, ending.status, ending.cancel_at_period_end) == (before.id, "active", True)
    ended = await call(world, acme, provider_subscriptions.cancel, at_period_end=False)
    assert ended.status == "canceled"
    with pytest.raises(SubscriptionOver):
        await call(world, acme, provider_subscriptions.cancel, subscription_id=before.id)
    with pytest.raises(ProviderSubscriptionNotFound):
        await call(world, acme, provider_subscriptions.cancel)


async def test_of_several_the_one_that_is_meant_is_named(world, paying, acme):
    await subscribed(world, paying, acme)
    found = await subscribed(world, paying, acme, "price_more")
    assert len(found) == 2
    with pytest.raises(MissingInput):
        await call(world, acme, provider_subscriptions.cancel)
    with pytest.raises(MissingInput):
        await call(world, acme, provider_subscriptions.change, subscription_id=found[0].id)


@pytest.mark.security("G1")
async def test_a_subscription_of_another_organization_is_none(world, paying, acme):
    globex = await world.organization("Globex", "ben")
    (theirs,) = await subscribed_by(world, paying, globex, "ben")
    for subscription_id in (theirs.id, theirs.external_id, "psub_nothing"):
        with pytest.raises(ProviderSubscriptionNotFound):
            await call(world, acme, provider_subscriptions.cancel, subscription_id=subscription_id)
    assert paying.stripe.objects[theirs.external_id]["status"] == "active"


async def subscribed_by(world, paying, organization, who):
    paying.stripe.subscribe(await paying.customer(organization))
    return await call(world, organization, provider_subscriptions.sync, who)


async def test_features_are_what_stripe_entitles_to_while_something_runs(world, paying, acme):
    customer = await paying.customer(acme)
    paying.stripe.entitled[customer] = [entitlement("exports", "Exports")]
    assert await call(world, acme, provider_subscriptions.search_features) == ()
    (before,) = await subscribed(world, paying, acme)
    (feature,) = await call(world, acme, provider_subscriptions.search_features)
    assert (feature.key, feature.name, feature.subscription_id) == (
        "exports",
        "Exports",
        before.id,
    )
    assert feature.expires_at is None
    await call(world, acme, provider_subscriptions.cancel)
    (feature,) = await call(world, acme, provider_subscriptions.search_features)
    assert feature.expires_at == before.current_period_end
    await call(world, acme, provider_subscriptions.cancel, at_period_end=False)
    assert await call(world, acme, provider_subscriptions.search_features) == ()


async def test_all_pages_of_what_stripe_keeps_are_read(world, paying, acme):
    paying.stripe.page = 2
    customer = await paying.customer(acme)
    for _ in range(5):
        paying.stripe.subscribe(customer)
    assert len(await call(world, acme, provider_subscriptions.sync)) == 5


async def test_a_kind_that_is_not_known_hides_no_other(world, paying, acme):
    customer = await paying.customer(acme)
    paying.stripe.subscribe(customer, status="something_new")
    assert len(await subscribed(world, paying, acme)) == 1


async def test_what_charter_itself_collected_is_not_recorded_twice(world, paying, acme):
    customer = await paying.customer(acme)
    paying.stripe.pay(customer, metadata={"charter_payment_attempt": "x"})
    await call(world, acme, provider_subscriptions.sync)
    rows = await world.sql(
        "SELECT 1 FROM recorded_payments WHERE instance_id = $1", world.instance_id
    )
    assert rows == []


async def test_what_stripe_refuses_or_does_not_answer_is_told(world, paying, acme):
    with pytest.raises(GatewayRefused) as refused:
        await paying.checkout(acme, price_id="prod_1")
    assert refused.value.meta == {"gateway_code": "resource_missing"}
    await subscribed(world, paying, acme)
    paying.stripe.fails = 9
    with pytest.raises(GatewayUnavailable):
        await call(world, acme, provider_subscriptions.cancel)
    (kept,) = (await call(world, acme, provider_subscriptions.search, search=Search())).items
    assert not kept.cancel_at_period_end


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"price_id": ""}, "price_id"),
        ({"price_id": "x" * 256}, "price_id"),
        ({"price_id": "price_é"}, "price_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**6 + 1}, "quantity"),
    ],
)
async def test_what_cannot_be_bought_is_refused(paying, acme, fields, parameter):
    with pytest.raises(InvalidInput) as refused:
        await paying.checkout(acme, **fields)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("session_id", ["../subscriptions/sub_1", "cs_1?x=1", "cs/1", "", "c#s"])
async def test_an_id_leads_nowhere_else_at_stripe(world, paying, acme, session_id):
    with pytest.raises(InvalidInput):
        await call(world, acme, provider_subscriptions.sync_checkout, session_id=session_id)


@pytest.mark.security("G4")
async def test_members_look_and_strangers_see_nothing(world, paying, acme):
    await subscribed(world, paying, acme)
    await world.member(acme, "ben")
    await world.user("zoe")
    found = await call(world, acme, provider_subscriptions.search, "ben", search=Search())
    assert len(found.items) == 1
    acting = [
        (provider_subscriptions.sync, {}),
        (provider_subscriptions.cancel, {}),
        (provider_subscriptions.get_customer, {}),
        (provider_subscriptions.open_portal, {"return_url": BACK}),
        (provider_subscriptions.change, {"quantity": 2}),
    ]
    for operation, arguments in acting:
        with pytest.raises(NotPermitted):
            await call(world, acme, operation, "ben", **arguments)
        with pytest.raises(NotFound):
            await call(world, acme, operation, "zoe", **arguments)


async def test_an_instance_without_stripe_says_so(world, acme):
    with pytest.raises(GatewayNotSet):
        await call(world, acme, provider_subscriptions.sync)
