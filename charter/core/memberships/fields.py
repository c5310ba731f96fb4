"""What lists of memberships may be filtered and ordered by: fields of the member, mostly."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case

from charter.core.memberships.held import EVERYONE
from charter.core.memberships.tables import memberships
from charter.core.organizations.model import OrganizationStatus
from charter.core.organizations.tables import organizations
from charter.core.roles.tables import roles
from charter.core.statements import word
from charter.core.users.fields import FIELDS as USER_FIELDS
from charter.kernel.filters.fields import AnyField, Field

_OF_USERS = (
    "email_address",
    "email_address_part",
    "first_name",
    "last_active_at",
    "last_name",
    "name_part",
    "phone_number",
    "phone_number_part",
    "primary_email_address",
    "primary_phone_number",
    "text",
    "username",
    "username_part",
    "web3_wallet",
)


class MemberStatus(StrEnum):
    """Whether a member is one, or may become one again."""

    ACTIVE = "active"
    DISABLED = "disabled"


def _fields(of: Any) -> dict[str, AnyField]:
    return {
        **{name: USER_FIELDS[name] for name in _OF_USERS},
        "user_id": Field(of.c.user_id, str),
        "organization_id": Field(of.c.organization_id, str),
        "organization_status": Field(organizations.c.status, OrganizationStatus),
        "user_created_at": USER_FIELDS["created_at"],
        "role": Field(roles.c.key, str),
        "created_at": Field(of.c.created_at, datetime, sortable=True),
    }


_status = case((EVERYONE.c.disabled_at.is_(None), word("active")), else_=word("disabled"))

FIELDS = _fields(memberships)
FIELDS_OF_EVERYONE: dict[str, AnyField] = {
    **_fields(EVERYONE),
    # A text like any other: to ask for a status that does not exist finds nobody.
    "member_status": Field(_status, str, sortable=True, nullable=False),
}
