"""Examples of what happens, for trying an endpoint out: made from the types of the rows."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from charter.core.messages.model import Content
from charter.core.money import DEFAULT_CURRENCY
from charter.core.subscriptions.model import Subscriber, SubscriptionItem
from charter.core.users.model import User
from charter.core.webhook_deliveries.queries import DraftOfInstance
from charter.core.webhooks.event_types import EMAIL
from charter.surfaces.webhooks.around import Around
from charter.wire.call import View

EXAMPLE: Mapping[str, str] = {
    kind: f"{kind}_{'Example':0>27}"
    for kind in (
        "client",
        "cpatt",
        "cpay",
        "cpayer",
        "cplan",
        "cpm",
        "cprice",
        "cstmt",
        "csub",
        "csubi",
        "eml",
        "org",
        "orgdmn",
        "orginv",
        "orgmem",
        "perm",
        "role",
        "sess",
        "user",
        "wtlst",
    )
}
"""Ids that look like ids and stand for nothing."""
IDS: Mapping[str, str] = {
    "accepted_by": EXAMPLE["user"],
    "client_id": EXAMPLE["client"],
    "domain_id": EXAMPLE["orgdmn"],
    "inviter_id": EXAMPLE["user"],
    "organization_id": EXAMPLE["org"],
    "payer_id": EXAMPLE["cpayer"],
    "payment_id": EXAMPLE["cpay"],
    "payment_method_id": EXAMPLE["cpm"],
    "plan_id": EXAMPLE["cplan"],
    "price_id": EXAMPLE["cprice"],
    "statement_id": EXAMPLE["cstmt"],
    "subscription_id": EXAMPLE["csub"],
    "subscription_item_id": EXAMPLE["csubi"],
    "user_id": EXAMPLE["user"],
}
OWN_IDS: Mapping[str, str] = {
    "Membership": EXAMPLE["orgmem"],
    "Organization": EXAMPLE["org"],
    "OrganizationDomain": EXAMPLE["orgdmn"],
    "OrganizationInvitation": EXAMPLE["orginv"],
    "OrganizationPermission": EXAMPLE["perm"],
    "Payer": EXAMPLE["cpayer"],
    "Payment": EXAMPLE["cpay"],
    "PaymentAttempt": EXAMPLE["cpatt"],
    "PaymentMethod": EXAMPLE["cpm"],
    "Plan": EXAMPLE["cplan"],
    "Price": EXAMPLE["cprice"],
    "Role": EXAMPLE["role"],
    "Session": EXAMPLE["sess"],
    "Subscriber": EXAMPLE["cpayer"],
    "Subscription": EXAMPLE["csub"],
    "SubscriptionItem": EXAMPLE["csubi"],
    "User": EXAMPLE["user"],
    "DeletedUser": EXAMPLE["user"],
    "WaitlistEntry": EXAMPLE["wtlst"],
}
TEXTS: Mapping[str, str] = {
    "currency": DEFAULT_CURRENCY,
    "email": "ann@example.com",
    "email_address": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Example",
    "name": "Example",
    "slug": "example",
    "role_key": "org:member",
    "role_name": "Member",
    "key": "org:example:read",
}
NUMBERS: Mapping[str, int] = {"amount": 2000, "base_amount": 2000, "number": 1}
"""Of money, in the smallest unit."""
LEFT_OUT = {("Payer", "organization_id")}
"""What an example has not, though it names others like it: this payer is a user."""
CONTENT = Content(
    "123456 is an example of a code", "Your code is 123456.", "<p>123456</p>", (), "123456"
)


def example_of(row: Any, now: datetime) -> Any:
    """A row of a dataclass with little in it: what may be missing is, but for names."""
    hints = typing.get_type_hints(row)
    values = {
        field.name: None
        if (row.__name__, field.name) in LEFT_OUT
        else _value(row, field.name, hints[field.name], now)
        for field in dataclasses.fields(row)
    }
    return row(**values)


def example_for(event_type: str, row: Any, now: datetime) -> Any:
    """The same for an event: where it is named after a status, that is the row's."""
    made = example_of(row, now)
    status = getattr(made, "status", None)
    named = re.sub("[A-Z]", lambda found: "_" + found[0].lower(), event_type.partition(".")[2])
    if isinstance(status, Enum) and named in {each.value for each in type(status)}:
        return dataclasses.replace(made, status=type(status)(named))
    return made


def example_around(now: datetime) -> Around:
    """What the rows of examples are told with."""
    user, subscriber = example_of(User, now), example_of(Subscriber, now)
    item = example_of(SubscriptionItem, now)
    return Around({user.id: user}, {subscriber.id: subscriber}, (item,))


def example_draft(event_type: str, view: View) -> DraftOfInstance:
    """A message to a person that nobody wrote."""
    is_mail = event_type == EMAIL
    return DraftOfInstance(
        instance_id=view.instance.id,
        id=EXAMPLE["eml"],
        kind="verification_code" if is_mail else "sms_verification_code",
        slug="verification_code",
        is_delivered_here=True,
        to_address="ann@example.com" if is_mail else "+15555550100",
        sealed_content=b"",
        request={},
        created_at=view.now,
    )


def _value(row: Any, name: str, hint: Any, now: datetime) -> Any:  # noqa: PLR0911  # one a type
    if name == "id":
        return OWN_IDS.get(row.__name__, "example")
    if name in IDS:
        return IDS[name]
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    is_optional = origin in (types.UnionType, typing.Union) and type(None) in parts
    if name in TEXTS and (hint is str or is_optional):
        return TEXTS[name]
    if name in NUMBERS and (hint is int or int in parts):
        return NUMBERS[name]
    if is_optional:
        return None
    if origin is tuple:
        return ()
    if origin is dict:
        return {}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        return example_of(hint, now)
    return {datetime: now, str: "example", int: 0, bool: False}[hint]
