"""What calls of this API have in common: names, ways to say which, shapes of answers."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.vocabulary import CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, VIEWER_ROLE
from charter.wire.call import ACTING_ORGANIZATION, In, Out, View

ROLES = {
    "owner": CREATOR_ROLE,
    "admin": MANAGER_ROLE,
    "member": MEMBER_ROLE,
    "viewer": VIEWER_ROLE,
}
"""This API's role names, and the keys of the same roles in the core."""

NAMES = {"organizationId": "organization_id"}
DEFAULTS: dict[str, Any] = {"organization_id": ACTING_ORGANIZATION}
"""A call with an organization's token need not name it."""

_names = {key: name for name, key in ROLES.items()}


def role_name(key: str) -> str:
    """A role as this API names it; one made by the app keeps its key."""
    return _names.get(key, key)


def role_key(name: str) -> str:
    """A role's key for this API's name. Raises: ValueError."""
    if name not in ROLES:
        raise ValueError(f"it must be one of {', '.join(ROLES)}")
    return ROLES[name]


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


class Nothing(In):
    """An input without fields."""


class OfOrganization(In):
    """Which organization."""

    organizationId: str | UnsetType = UNSET  # noqa: N815  # this API's spelling


class OneOfOrganization(OfOrganization, kw_only=True):
    """Which one, of which organization."""

    id: str


class Ok(Out):
    """Success without more to say."""

    ok: bool

    @classmethod
    def of(cls, _result: Any, _view: View) -> "Ok":
        """Always the same."""
        return cls(ok=True)
