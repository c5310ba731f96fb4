"""The shapes in which this API answers."""

from datetime import datetime
from typing import Any

from charter.core.vocabulary import CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, VIEWER_ROLE
from charter.wire.call import Out, View

ROLES = {
    "owner": CREATOR_ROLE,
    "admin": MANAGER_ROLE,
    "member": MEMBER_ROLE,
    "viewer": VIEWER_ROLE,
}
"""This API's role names, and the keys of the same roles in the core."""

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


class Ok(Out):
    """Success without more to say."""

    ok: bool

    @classmethod
    def of(cls, _result: Any, _view: View) -> "Ok":
        """Always the same."""
        return cls(ok=True)
