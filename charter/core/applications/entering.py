"""Who manages an application from outside: its stewards, and what each may in it.

Whoever may manage the organization that owns an application manages the organizations and users
in it; the organization's other members see them; so does the server of the owner's instance, which
manages all. It is one step: who owns the owner's instance does not come along.
"""

from charter.core.applications import queries
from charter.core.memberships.queries import find_standing
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import Db
from charter.kernel.errors import NotFound
from charter.kernel.permission import Requirement
from charter.kernel.platform import Platform

SEES = frozenset(
    {
        Permission.INSTANCE_READ.key,
        Permission.ORGANIZATIONS_READ.key,
        Permission.USERS_READ.key,
    }
)
"""What every member of the owning organization may in the application."""
MANAGES = SEES | {Permission.ORGANIZATIONS_MANAGE.key, Permission.USERS_MANAGE.key}
"""What those may who manage the owning organization."""

IN_ORGANIZATIONS = {
    Permission.ORGANIZATION_VIEW.key: Permission.ORGANIZATIONS_READ.key,
    Permission.MEMBERS_READ.key: Permission.ORGANIZATIONS_READ.key,
    Permission.DOMAINS_READ.key: Permission.ORGANIZATIONS_READ.key,
    Permission.ORGANIZATION_MANAGE.key: Permission.ORGANIZATIONS_MANAGE.key,
    Permission.ORGANIZATION_DELETE.key: Permission.ORGANIZATIONS_MANAGE.key,
    Permission.MEMBERS_MANAGE.key: Permission.ORGANIZATIONS_MANAGE.key,
    Permission.DOMAINS_MANAGE.key: Permission.ORGANIZATIONS_MANAGE.key,
}
"""What a steward needs for what organizations' own members may. No tokens: they would outlast
the steward."""


async def enter(platform: Platform, actor: Actor, instance_id: str) -> Actor:
    """The actor as it stands in an instance: itself in its own, a steward in another's.

    Actors that are confined to an organization, and all but users and servers, enter nothing.
    Raises: NotFound, also where the application is there and not for them.
    """
    if actor.instance_id == instance_id:
        return actor
    is_free = actor.organization_id is None and actor.impersonator is None
    if actor.kind not in (ActorKind.USER, ActorKind.SECRET_KEY) or not is_free:
        raise NotFound("application_id")
    steward = Actor(
        ActorKind.STEWARD,
        instance_id,
        actor.id,
        home_instance_id=actor.instance_id,
        home_user_id=actor.user_id,
    )
    permissions = await stewardship(platform.database.reading(instance_id), steward)
    if not permissions:
        raise NotFound("application_id")
    return Actor(
        ActorKind.STEWARD,
        instance_id,
        actor.id,
        permissions=permissions,
        home_instance_id=actor.instance_id,
        home_user_id=actor.user_id,
    )


async def enter_for_user(platform: Platform, actor: Actor, user_id: str) -> Actor:
    """The actor as it stands where a user is: in its own instance, or in an application it enters.

    Where the user is nobody it may know of, the actor stays as it is, and finds nobody.
    """
    if actor.user_id == user_id or actor.kind not in (ActorKind.USER, ActorKind.SECRET_KEY):
        return actor
    home = platform.database.reading(actor.instance_id)
    if await home.value(queries.IS_USER_HERE, user_id=user_id):
        return actor
    for place in await home.all(queries.INSTANCES_OF_USER, user_id=user_id):
        try:
            return await enter(platform, actor, place[0])
        except NotFound:
            continue
    return actor


async def stewardship(db: Db, steward: Actor) -> frozenset[str]:
    """What a steward holds in the instance of `db` at this moment; nothing if they are none."""
    if steward.home_instance_id is None:
        return frozenset()
    if db.writes:
        await db.begin()
    home = db.of_instance(steward.home_instance_id)
    owned = await home.find(queries.OWNED, application_id=db.instance_id)
    if owned is None or owned.organization_id is None:
        return frozenset()
    if steward.home_user_id is None:
        return MANAGES
    standing = await find_standing(home, owned.organization_id, steward.home_user_id)
    if not standing.is_member:
        return frozenset()
    return MANAGES if Permission.ORGANIZATION_MANAGE.key in standing.permissions else SEES


def satisfies(permissions: frozenset[str], requirement: Requirement) -> bool:
    """Whether what a steward holds is enough for what an operation asks for."""
    return IN_ORGANIZATIONS.get(requirement.key, requirement.key) in permissions
