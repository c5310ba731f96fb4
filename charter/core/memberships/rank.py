"""Who may give or take which role: nobody reaches above their own.

Roles have no order of their own. A role is within another's reach when it holds no permission
that the other lacks, and the creator's role is within reach of its holders alone.
"""

from collections.abc import Iterable
from typing import Any

from charter.core.memberships.model import MemberStanding
from charter.core.roles.model import RoleAboveOwn


def check_rank(standing: Any, is_creator_role: bool, permissions: Iterable[str]) -> None:
    """Refuse when a role is beyond the caller's reach.

    standing: what `Context.allow` gave; None for callers who stand above all roles.
    Raises: RoleAboveOwn.
    """
    if not isinstance(standing, MemberStanding) or standing.is_creator_role:
        return
    if is_creator_role or not standing.permissions.issuperset(permissions):
        raise RoleAboveOwn("role")
