"""What can be done with subscriptions that a gateway keeps: members look, managers act."""

from collections.abc import Sequence

from charter.core.grants.links import ReturnUrlNotAllowed, checked_return_url
from charter.core.keys.lookup import instance_of
from charter.core.organizations.model import OrganizationNotFound
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.applying import keep_subscription
from charter.core.provider_subscriptions.asking import ASKING_ERRORS, connected_of
from charter.core.provider_subscriptions.linking import customer_of, find_customer, locked_customer
from charter.core.provider_subscriptions.model import (
    MOST_QUANTITY,
    ActiveFeature,
    CheckoutNotFound,
    CheckoutUnfinished,
    CustomerTaken,
    GatewayCustomer,
    GatewayCustomerNotFound,
    PageLink,
    PageLinkMade,
    Proration,
    ProviderSubscription,
    ProviderSubscriptionNotFound,
    SubscriptionOver,
)
from charter.core.provider_subscriptions.pulling import pull
from charter.core.provider_subscriptions.told import Change, Checkout
from charter.core.subscriptions.opening import find_payer
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

LONGEST_ID = 255
ACTING_ERRORS = (OrganizationNotFound, *ASKING_ERRORS)
CHANGING_ERRORS = (
    *ACTING_ERRORS,
    ProviderSubscriptionNotFound,
    SubscriptionOver,
    GatewayCustomerNotFound,
)


@operation(
    "provider_subscriptions.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[ProviderSubscription]:
    """List the subscriptions of an organization that a gateway keeps, newest first.

    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    return await queries.LISTING.search(ctx.db, search, organization_id=organization_id)


@operation(
    "provider_subscriptions.search_features",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search_features(ctx: Context, organization_id: str) -> Sequence[ActiveFeature]:
    """List what the gateway entitles an organization to, while a subscription of it runs.

    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    customer = await find_customer(ctx, organization_id)
    if customer is None:
        await find_payer(ctx, user_id=None, organization_id=organization_id)
        return ()
    found = await ctx.db.all(queries.OF_ORGANIZATION, organization_id=organization_id)
    running = [each for each in found if each.status.entitles]
    if not running:
        return ()
    one = running[0] if len(running) == 1 else None
    ends_at = one.current_period_end if one is not None and one.cancel_at_period_end else None
    source = None if one is None else one.id
    return tuple(
        ActiveFeature(each["key"], each["name"], source, ends_at) for each in customer.features
    )


@operation(
    "gateway_customers.get",
    permission=Permission.ORGANIZATION_BILLING,
    raises=(OrganizationNotFound, GatewayCustomerNotFound),
    writes=False,
)
async def get_customer(ctx: Context, organization_id: str) -> GatewayCustomer:
    """Read which customer of the gateway an organization is.

    Raises: OrganizationNotFound; GatewayCustomerNotFound.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    return await customer_of(ctx, organization_id)


@operation(
    "provider_subscriptions.begin_checkout",
    permission=Permission.ORGANIZATION_BILLING,
    raises=(*ACTING_ERRORS, ReturnUrlNotAllowed, CustomerTaken),
)
async def begin_checkout(
    ctx: Context,
    organization_id: str,
    price_id: str,
    success_url: str,
    cancel_url: str,
    *,
    quantity: int = 1,
) -> PageLink:
    """Make a page of the gateway where somebody subscribes an organization to a price.

    The organization becomes a customer of the gateway first, so that what is told of it is known.
    price_id: the gateway's. quantity: 1 to 1,000,000. success_url, cancel_url: within the sites of
    the instance, or redirect URLs of it.
    Raises: OrganizationNotFound; ReturnUrlNotAllowed; GatewayNotSet; GatewayRefused;
    GatewayUnavailable; CustomerTaken.
    Announces: PageLinkMade; GatewayCustomerLinked, the first time.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    price_id, quantity = _checked_price(price_id), _checked_quantity(quantity)
    success_url = await _checked_url(ctx, success_url, "success_url")
    cancel_url = await _checked_url(ctx, cancel_url, "cancel_url")
    known = await find_customer(ctx, organization_id)
    gateway = await connected_of(ctx)
    if known is None:
        name = await gateway.ask(gateway.gateway.customer, organization_id)
    else:
        name = known.external_customer_id
    checkout = Checkout(
        organization_id=organization_id,
        external_customer_id=name,
        price_id=price_id,
        quantity=quantity,
        success_url=success_url,
        cancel_url=cancel_url,
    )
    page_id, url = await gateway.ask(gateway.gateway.checkout, checkout)
    customer = await locked_customer(ctx, organization_id, name)
    await ctx.confirm(organization_id)
    if customer.external_customer_id != name:
        raise CustomerTaken
    return _page(ctx, organization_id, page_id, url)


@operation(
    "provider_subscriptions.open_portal",
    permission=Permission.ORGANIZATION_BILLING,
    raises=(*ACTING_ERRORS, ReturnUrlNotAllowed, GatewayCustomerNotFound),
)
async def open_portal(ctx: Context, organization_id: str, return_url: str) -> PageLink:
    """Make a page of the gateway where somebody sees to an organization's cards and invoices.

    return_url: within the sites of the instance, or a redirect URL of it.
    Raises: OrganizationNotFound; ReturnUrlNotAllowed; GatewayCustomerNotFound; GatewayNotSet;
    GatewayRefused; GatewayUnavailable.
    Announces: PageLinkMade.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    return_url = await _checked_url(ctx, return_url, "return_url")
    customer = await customer_of(ctx, organization_id)
    gateway = await connected_of(ctx)
    page_id, url = await gateway.ask(
        gateway.gateway.portal, customer.external_customer_id, return_url
    )
    return _page(ctx, organization_id, page_id, url)


@operation(
    "provider_subscriptions.sync_checkout",
    permission=Permission.ORGANIZATION_BILLING,
    raises=(*CHANGING_ERRORS, CheckoutNotFound, CheckoutUnfinished, CustomerTaken),
)
async def sync_checkout(
    ctx: Context, organization_id: str, session_id: str
) -> ProviderSubscription:
    """Read a finished checkout from the gateway, without waiting to be told of it.

    Raises: OrganizationNotFound; CheckoutNotFound, also for a checkout of another organization;
    CheckoutUnfinished; GatewayNotSet; GatewayRefused; GatewayUnavailable; CustomerTaken.
    Announces: what changed.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    _checked_name(session_id, "session_id")
    gateway = await connected_of(ctx)
    checkout = await gateway.ask(gateway.gateway.checkout_of, session_id)
    if checkout is None or checkout.organization_id != organization_id:
        raise CheckoutNotFound
    name, subscription = checkout.external_customer_id, checkout.subscription
    if not checkout.is_complete or name is None or subscription is None:
        raise CheckoutUnfinished
    await pull(ctx, gateway, organization_id, name)
    await ctx.confirm(organization_id)
    return await ctx.db.one(
        queries.BY_EXTERNAL_IDS, missing=CheckoutNotFound(), external_ids=[subscription]
    )


@operation(
    "provider_subscriptions.sync",
    permission=Permission.ORGANIZATION_BILLING,
    raises=(*ACTING_ERRORS, CustomerTaken),
)
async def sync(ctx: Context, organization_id: str) -> Sequence[ProviderSubscription]:
    """Read all that the gateway knows of an organization: subscriptions, invoices, payments.

    Returns: its subscriptions, newest first; none where it is no customer yet.
    Raises: OrganizationNotFound; GatewayNotSet; GatewayRefused; GatewayUnavailable.
    Announces: what changed.
    """
    await ctx.allow(organization_id)
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    customer = await find_customer(ctx, organization_id)
    gateway = await connected_of(ctx)
    if customer is None:
        return ()
    await pull(ctx, gateway, organization_id, customer.external_customer_id)
    await ctx.confirm(organization_id)
    return await ctx.db.all(queries.OF_ORGANIZATION, organization_id=organization_id)


@operation(
    "provider_subscriptions.change",
    permission=Permission.ORGANIZATION_BILLING,
    raises=CHANGING_ERRORS,
)
async def change(
    ctx: Context,
    organization_id: str,
    subscription_id: str | None = None,
    *,
    price_id: str | None = None,
    quantity: int | None = None,
    proration: Proration = Proration.CREATE_PRORATIONS,
) -> ProviderSubscription:
    """Change what a subscription is to, or how many of it.

    subscription_id: the only one that runs, where it is left out. price_id: the gateway's.
    quantity: 1 to 1,000,000. proration: what the rest of the period costs at once.
    Raises: OrganizationNotFound; ProviderSubscriptionNotFound; SubscriptionOver;
    GatewayCustomerNotFound; GatewayNotSet; GatewayRefused; GatewayUnavailable.
    Announces: ProviderSubscriptionUpdated, where something changed.
    """
    await ctx.allow(organization_id)
    if price_id is None and quantity is None:
        raise MissingInput("price_id")
    asked = Change(
        price_id=None if price_id is None else _checked_price(price_id),
        quantity=None if quantity is None else _checked_quantity(quantity),
        proration=proration,
    )
    before = await _running(ctx, organization_id, subscription_id)
    gateway = await connected_of(ctx)
    asked_at = ctx.platform.clock()
    told = await gateway.ask(gateway.gateway.change, before.external_id, asked)
    customer = await locked_customer(ctx, organization_id, before.external_customer_id)
    return await keep_subscription(ctx, customer, told, asked_at)


@operation(
    "provider_subscriptions.cancel",
    permission=Permission.ORGANIZATION_BILLING,
    raises=CHANGING_ERRORS,
)
async def cancel(
    ctx: Context,
    organization_id: str,
    subscription_id: str | None = None,
    *,
    at_period_end: bool = True,
) -> ProviderSubscription:
    """Cancel a subscription at the gateway: with its period, or at once.

    subscription_id: the only one that runs, where it is left out.
    Raises: OrganizationNotFound; ProviderSubscriptionNotFound; SubscriptionOver;
    GatewayCustomerNotFound; GatewayNotSet; GatewayRefused; GatewayUnavailable.
    Announces: ProviderSubscriptionUpdated, where something changed.
    """
    await ctx.allow(organization_id)
    before = await _running(ctx, organization_id, subscription_id)
    gateway = await connected_of(ctx)
    asked_at = ctx.platform.clock()
    told = await gateway.ask(
        gateway.gateway.cancel, before.external_id, at_period_end=at_period_end
    )
    customer = await locked_customer(ctx, organization_id, before.external_customer_id)
    return await keep_subscription(ctx, customer, told, asked_at)


async def _running(
    ctx: Context, organization_id: str, subscription_id: str | None
) -> ProviderSubscription:
    """The subscription that is meant. Raises: CHANGING_ERRORS; MissingInput."""
    await find_payer(ctx, user_id=None, organization_id=organization_id)
    found = await ctx.db.all(queries.OF_ORGANIZATION, organization_id=organization_id)
    if subscription_id is None:
        running = [each for each in found if not each.status.is_over]
        if len(running) > 1:
            raise MissingInput("subscription_id")
        if not running:
            raise ProviderSubscriptionNotFound
        return running[0]
    named = next((each for each in found if each.id == subscription_id), None)
    if named is None:
        raise ProviderSubscriptionNotFound
    if named.status.is_over:
        raise SubscriptionOver
    return named


def _page(ctx: Context, organization_id: str, page_id: str, url: str) -> PageLink:
    page = PageLink(page_id, organization_id, url)
    # The address lets whoever has it in: the stream has none of it.
    ctx.announce(PageLinkMade(PageLink(page_id, organization_id, "")))
    return page


async def _checked_url(ctx: Context, url: str, parameter: str) -> str:
    instance = await instance_of(ctx)
    return checked_return_url(instance, ctx.platform.addresses, url, parameter=parameter)


def _checked_price(price_id: str) -> str:
    return _checked_name(price_id, "price_id")


def _checked_name(name: str, parameter: str) -> str:
    if not 1 <= len(name) <= LONGEST_ID or not name.isascii() or not name.isprintable():
        raise InvalidInput(parameter, reason="it must be an id of the payment gateway")
    if "/" in name or "?" in name or "#" in name or ".." in name:
        raise InvalidInput(parameter, reason="it must be an id of the payment gateway")
    return name


def _checked_quantity(quantity: int) -> int:
    if not 1 <= quantity <= MOST_QUANTITY:
        raise InvalidInput("quantity", reason=f"it must be from 1 to {MOST_QUANTITY}")
    return quantity
