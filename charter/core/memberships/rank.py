"""Who may give or take which role: nobody reaches above their own.

Roles have no order of their own. A role is within another's reach when it holds no permission
that the other lacks, and the creator's role is within reach of its holders alone. Who has several
roles reaches as far as all of them together.
"""

from collections.abc import Iterable
from typing import Any

from charter.core.memberships.model import MemberStanding, RoleInSet
from charter.core.roles.model import RoleAboveOwn


def check_ranks(standing: Any, roles: Iterable[RoleInSet], parameter: str = "role") -> None:
    """Refuse when one of these roles is beyond the caller's reach. Raises: RoleAboveOwn."""
    for role in roles:
        check_rank(standing, role.is_creator_role, role.permissions, parameter)


def check_rank(
    standing: Any, is_creator_role: bool, permissions: Iterable[str], parameter: str = "role"
) -> None:
    """Refuse when a role, or several together, are beyond the caller's reach.

    standing: what `Context.allow` gave; None for callers who stand above all roles.
    Raises: RoleAboveOwn.
    """
    if not isinstance(standing, MemberStanding) or standing.is_creator_role:
        return
    if is_creator_role or not standing.permissions.issuperset(permissions):
        raise RoleAboveOwn(parameter)
