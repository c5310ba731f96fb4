"""Decides whether a caller may what an operation does: the one place where that is done."""

from dataclasses import dataclass

from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import Db
from charter.kernel.errors import NotFound, NotPermitted, Unauthenticated
from charter.kernel.permission import Requirement, Scope
from charter.kernel.platform import Authority, Standing


@dataclass(frozen=True, slots=True)
class Decision:
    """Who wants to do what that needs which permission, and what knows about standings."""

    actor: Actor
    permission: Requirement
    authority: Authority
    db: Db

    async def made(self, organization_id: str | None, or_self: str | None) -> Standing | None:
        """The caller's standing in the organization; None where they need none.

        Raises: NotFound, NotPermitted, Unauthenticated.
        """
        actor, scope = self.actor, self.permission.scope
        if scope is Scope.PUBLIC or (actor.kind.is_instance_wide and scope is not Scope.USER):
            return None
        if actor.kind is ActorKind.ANONYMOUS:
            raise Unauthenticated
        if actor.kind is ActorKind.MACHINE:
            # Its secret is a credential for its tokens, and none for all else.
            if scope is not Scope.MACHINE:
                raise Unauthenticated("machine_secret")
            return None
        if actor.kind is ActorKind.STEWARD and scope is not Scope.USER:
            await self._check_steward()
            return None
        return await self._about_person(organization_id, or_self)

    async def _about_person(
        self, organization_id: str | None, or_self: str | None
    ) -> Standing | None:
        """Decide about a user, or about what acts for an organization."""
        actor, scope = self.actor, self.permission.scope
        if actor.is_confined:
            self._check_confinement(organization_id)
        if scope is Scope.USER and actor.user_id is None:
            raise Unauthenticated("user")
        if scope is Scope.USER or (or_self is not None and actor.user_id == or_self):
            return None
        if scope is Scope.INSTANCE or organization_id is None:
            raise NotPermitted
        return await self._in_organization(organization_id)

    async def _check_steward(self) -> None:
        """Decide by what a steward holds where they come from at this moment."""
        permissions = await self.authority.stewardship(self.db, self.actor)
        if not permissions:
            raise NotFound("application_id")
        if not self.authority.steward_satisfies(permissions, self.permission):
            raise NotPermitted

    def _check_confinement(self, organization_id: str | None) -> None:
        """Keep a user to the one organization that their token is for.

        All others are strange to it, and what is the user's own, or the instance's, it does not
        open.
        """
        if self.permission.scope is not Scope.ORGANIZATION or organization_id is None:
            raise NotPermitted
        if self.actor.organization_id != organization_id:
            raise NotFound("organization_id")

    async def _in_organization(self, organization_id: str) -> Standing | None:
        actor, authority = self.actor, self.authority
        if actor.kind.is_of_organization:
            if actor.organization_id != organization_id:
                raise NotFound("organization_id")
            if not authority.token_satisfies(actor, self.permission):
                raise NotPermitted
            return authority.token_standing(actor)
        if actor.user_id is None:
            raise Unauthenticated("user")
        standing = await authority.standing(self.db, organization_id, actor.user_id)
        if not standing.is_member:
            raise NotFound("organization_id")
        if not authority.satisfies(standing, self.permission):
            raise NotPermitted
        return standing
