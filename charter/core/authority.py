"""Decides by standing: what the kernel asks when a permission is about an organization."""

from charter.core.applications import entering
from charter.core.memberships.model import MemberStanding
from charter.core.memberships.queries import find_standing
from charter.core.vocabulary import TOKEN_PERMISSIONS, Permission
from charter.kernel.actor import Actor
from charter.kernel.db import Db
from charter.kernel.permission import Requirement
from charter.kernel.platform import Standing


class MembershipAuthority:
    """Members may what their role holds; every member may look."""

    async def standing(self, db: Db, organization_id: str, user_id: str) -> MemberStanding:
        """The user's standing in the organization."""
        return await find_standing(db, organization_id, user_id)

    def satisfies(self, standing: Standing, requirement: Requirement) -> bool:
        """Whether the standing is enough."""
        if requirement.key == Permission.ORGANIZATION_VIEW.key:
            return standing.is_member
        return requirement.key in standing.permissions

    def token_satisfies(self, actor: Actor, requirement: Requirement) -> bool:
        """Whether an organization's token is enough: it holds the key, and tokens may hold it."""
        return requirement.key in actor.permissions & TOKEN_PERMISSIONS

    async def stewardship(self, db: Db, steward: Actor) -> frozenset[str]:
        """What a steward holds in the instance they came to; nothing if they are none any more."""
        return await entering.stewardship(db, steward)

    def steward_satisfies(self, permissions: frozenset[str], requirement: Requirement) -> bool:
        """Whether what a steward holds is enough."""
        return entering.satisfies(permissions, requirement)

    def token_standing(self, actor: Actor) -> MemberStanding:
        """What an organization's token is in its organization: never an owner."""
        return MemberStanding(is_member=True, permissions=actor.permissions & TOKEN_PERMISSIONS)
