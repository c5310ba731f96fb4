"""The commands under `billing`: plans, discounts, payments, and who is subscribed to what."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from charter.cli import options
from charter.cli.keys import operator
from charter.cli.within import do
from charter.core.discounts import operations as discounts
from charter.core.discounts.model import NewDiscount
from charter.core.instances.model import Instance
from charter.core.money import DEFAULT_CURRENCY, Money
from charter.core.payers import operations as payers
from charter.core.payers.model import Gateway
from charter.core.payers.operations import NewPaymentMethod
from charter.core.payments import operations as payments
from charter.core.payments.model import PaymentAttempt, PaymentStatus
from charter.core.plans import operations as plans
from charter.core.plans.model import NewPlan, PayerType, Plan
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from charter.kernel.lists import Search
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform

MOST_LISTED = 1000
PERCENT = 100
"""Hundredths of a percent in one."""

_of_instance = click.option(
    "--instance", help="The instance, by id; needed when there are several."
)
_user = click.option("--user", "user_id", help="The user who pays, by id.")
_organization = click.option("--organization", "organization_id", help="Or the organization.")


def _key_file(name: str, told: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option that names a file with a key in it."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(name, type=kind, help=told)


_currency = click.option("--currency", default=DEFAULT_CURRENCY, show_default=True)


@click.group()
def billing() -> None:
    """Plans, discounts and payments; amounts are in the smallest unit, such as cents."""


@billing.command("plans")
@options.data_options
@_of_instance
def list_plans(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List the plans of an instance with their default prices."""
    search = Search(limit=MOST_LISTED)
    for plan in _ask(config, data, instance, plans.search, search=search).items:
        click.echo(_plan(plan))


@billing.command()
@options.data_options
@_of_instance
@click.argument("slug")
@click.option("--name", required=True, help="What people see.")
def add_feature(
    config: Path | None, data: Path | None, *, instance: str | None, slug: str, name: str
) -> None:
    """Make a feature that plans may give; tokens name it by its slug."""
    made = _ask(config, data, instance, plans.create_feature, slug=slug, name=name)
    click.echo(f"{made.id}  {made.slug}  {made.name}")


@billing.command()
@options.data_options
@_of_instance
@click.argument("slug")
@click.option("--name", required=True, help="What people see.")
@click.option(
    "--for",
    "payer_type",
    type=click.Choice([each.value for each in PayerType]),
    default=PayerType.USER.value,
    show_default=True,
    help="Who is subscribed to it.",
)
@click.option("--amount", type=int, help="What a month costs.")
@click.option("--annual-monthly-amount", type=int, help="What a month costs by the year.")
@_currency
@click.option("--trial-days", "free_trial_days", type=int, help="How long a free trial lasts.")
@click.option("--feature", "features", multiple=True, help="A feature that it gives, by slug.")
@click.option("--hidden", is_flag=True, help="Whether it is left out where plans are shown.")
def add_plan(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    payer_type: str,
    hidden: bool,
    **given: Any,
) -> None:
    """Make a plan with its default price; with the first one, free plans come into being."""
    new = NewPlan(payer_type=PayerType(payer_type), is_public=not hidden, **given)
    click.echo(_plan(_ask(config, data, instance, plans.create, new=new)))


@billing.command()
@options.data_options
@_of_instance
@click.argument("plan_id")
@click.argument("features", nargs=-1)
def set_features(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    plan_id: str,
    features: tuple[str, ...],
) -> None:
    """Say which features a plan gives, by slug; others that it gave are taken away."""
    given = {"plan_id": plan_id, "features": features}
    click.echo(_plan(_ask(config, data, instance, plans.set_features, **given)))


@billing.command()
@options.data_options
@_of_instance
@click.argument("name")
@click.option("--percent", help="The part that it takes off, such as 12.5.")
@click.option("--amount", "amount_off", type=int, help="Or the amount.")
@click.option("--currency", help="Of the amount.")
@click.option("--cycles", type=int, help="How many charges it counts for; all without it.")
def add_discount(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    percent: str | None,
    **given: Any,
) -> None:
    """Make a discount that can be applied to subscription items."""
    new = NewDiscount(percent_off=_percent(percent), **given)
    made = _ask(config, data, instance, discounts.create, new=new)
    click.echo(f"{made.id}  {made.name}")


@billing.command()
@options.data_options
@_of_instance
@click.argument("price_id")
@_user
@_organization
@click.option(
    "--period",
    type=click.Choice([each.value for each in PlanPeriod]),
    default=PlanPeriod.MONTH.value,
    show_default=True,
)
@click.option("--trial/--no-trial", "with_trial", default=True, help="Take the plan's free trial.")
def subscribe(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    price_id: str,
    period: str,
    with_trial: bool,
    **payer: str | None,
) -> None:
    """Subscribe a user or an organization to a plan, by one of its prices."""
    new = NewSubscription(price_id=price_id, plan_period=PlanPeriod(period), with_trial=with_trial)
    made = _ask(config, data, instance, subscriptions.subscribe, new=new, **payer)
    click.echo(f"{made.id}  {made.plan.slug}  {made.status.value}")


@billing.command()
@options.data_options
@_of_instance
@_key_file("--secret-file", "A file with the secret key; asked for without one.")
@_key_file("--webhook-secret-file", "A file with what Stripe signs its events with.")
def connect_stripe(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    secret_file: Path | None,
    webhook_secret_file: Path | None,
) -> None:
    """Let the instance take money through Stripe; the keys are kept sealed.

    Without a key for its events the one before stays.
    """
    prompted = None if secret_file else click.prompt("Secret key", hide_input=True)
    secret = secret_file.read_text().strip() if secret_file else str(prompted)
    signing = webhook_secret_file.read_text().strip() if webhook_secret_file else None
    given = {"gateway": Gateway.STRIPE, "secret": secret, "webhook_secret": signing}
    made = _ask(config, data, instance, payments.set_gateway, **given)
    click.echo("Stripe is connected.")
    if not made.has_webhook_secret:
        click.echo("It can post events once it is connected with --webhook-secret-file.")


@billing.command()
@options.data_options
@_of_instance
@click.argument("customer")
@click.argument("payment_method")
@_user
@_organization
@click.option("--card-type", help="Such as visa; shown with the card.")
@click.option("--last4", help="The last four digits of the card.")
def add_card(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    customer: str,
    payment_method: str,
    card_type: str | None,
    last4: str | None,
    **payer: str | None,
) -> None:
    """Let a payer pay by a card that Stripe keeps, named by Stripe's own ids, from now on."""
    new = NewPaymentMethod(
        gateway=Gateway.STRIPE,
        external_customer_id=customer,
        external_id=payment_method,
        card_type=card_type,
        last4=last4,
    )
    made = _ask(config, data, instance, payers.create, new=new, **payer)
    click.echo(f"{made.id}  {made.gateway.value}  {made.external_id}")


@billing.command()
@options.data_options
@_of_instance
def invoices(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List what waits to be paid, newest statements first."""
    search = Search(limit=MOST_LISTED)
    for view in _ask(config, data, instance, payments.search_statements, search=search).items:
        for attempt in view.attempts:
            if attempt.status is PaymentStatus.PENDING:
                click.echo(_attempt(attempt))


@billing.command()
@options.data_options
@_of_instance
@click.argument("attempt_id")
@click.option("--reference", help="What the bank calls the payment.")
def mark_paid(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    attempt_id: str,
    reference: str | None,
) -> None:
    """Say that an invoice was paid."""
    given = {"attempt_id": attempt_id, "reference": reference}
    click.echo(_attempt(_ask(config, data, instance, payments.mark_paid, **given)))


@billing.command()
@options.data_options
@_of_instance
def hold(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """Renew and collect nothing any more, before the instance moves to another server."""
    held = _ask(config, data, instance, payments.hold)
    click.echo(f"Billing is held since {held.held_at:%Y-%m-%d %H:%M} UTC; what comes due waits.")


@billing.command()
@options.data_options
@_of_instance
def resume(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """Renew and collect again, also what came due meanwhile.

    An import leaves billing held. Hold it where the export came from before it is resumed here.
    """
    _ask(config, data, instance, payments.resume)
    click.echo("Billing goes on: what is due is renewed and collected.")


def _ask(
    config: Path | None,
    data: Path | None,
    instance: str | None,
    operation: Operation[..., Any],
    **arguments: Any,
) -> Any:
    """Call an operation in the named instance, or the only one."""
    found: list[Any] = []

    async def done(platform: Platform, of: Instance) -> None:
        found.append(await run(platform, operator(of), operation, arguments=arguments))

    do(options.read(config=config, data=data), instance, done)
    return found[0]


def _percent(text: str | None) -> int | None:
    """A percentage in hundredths of one."""
    if text is None:
        return None
    try:
        hundredths = Decimal(text) * PERCENT
        if hundredths == hundredths.to_integral_value():
            return int(hundredths)
    except (InvalidOperation, OverflowError, ValueError):
        pass
    raise click.UsageError("A percentage is a number with at most two digits behind the point.")


def _plan(plan: Plan) -> str:
    price = plan.price
    fees = [
        f"{Money(amount, price.currency).formatted} {price.currency} a month{how}"
        for amount, how in ((price.amount, ""), (price.annual_monthly_amount, " by the year"))
        if amount is not None
    ]
    features = " ".join(each.slug for each in plan.features)
    line = f"{plan.id}  {plan.payer_type.value}  {plan.slug}  {', '.join(fees)}  {price.id}"
    return f"{line}  {features}".rstrip()


def _attempt(attempt: PaymentAttempt) -> str:
    money = attempt.payment.money(attempt.payment.amount)
    name = attempt.payer.email or attempt.payer.organization_name or attempt.payer.subject_id
    status = attempt.status.value
    return f"{attempt.id}  {status}  {money.formatted} {money.currency}  {name}"
