"""Examples of what happens, for trying an endpoint out: made from the types of the rows."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from charter.core.messages.model import Content
from charter.core.webhook_deliveries.queries import DraftOfInstance
from charter.core.webhooks.event_types import EMAIL
from charter.wire.call import View

EXAMPLE: Mapping[str, str] = {
    kind: f"{kind}_{'Example':0>27}"
    for kind in (
        "client",
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
    "user_id": EXAMPLE["user"],
}
OWN_IDS: Mapping[str, str] = {
    "Membership": EXAMPLE["orgmem"],
    "Organization": EXAMPLE["org"],
    "OrganizationDomain": EXAMPLE["orgdmn"],
    "OrganizationInvitation": EXAMPLE["orginv"],
    "OrganizationPermission": EXAMPLE["perm"],
    "Role": EXAMPLE["role"],
    "Session": EXAMPLE["sess"],
    "User": EXAMPLE["user"],
    "DeletedUser": EXAMPLE["user"],
    "WaitlistEntry": EXAMPLE["wtlst"],
}
TEXTS: Mapping[str, str] = {
    "email_address": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Example",
    "name": "Example",
    "slug": "example",
    "role_key": "org:member",
    "role_name": "Member",
    "key": "org:example:read",
}
CONTENT = Content(
    "123456 is an example of a code", "Your code is 123456.", "<p>123456</p>", (), "123456"
)


def example_of(row: Any, now: datetime) -> Any:
    """A row of a dataclass with little in it: what may be missing is, but for names."""
    hints = typing.get_type_hints(row)
    values = {
        field.name: _value(row, field.name, hints[field.name], now)
        for field in dataclasses.fields(row)
    }
    return row(**values)


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
