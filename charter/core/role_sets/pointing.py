"""Which roles of a role set are its default and its creators' role."""

import dataclasses

from charter.core.memberships import further
from charter.core.memberships.model import LastOwner
from charter.core.role_sets import queries
from charter.core.role_sets.model import RoleNotInSet, RoleSet, RoleSetNotFound, RoleSetUpdated
from charter.core.roles import queries as role_queries
from charter.core.roles.model import MissingCreatorPermissions, Role, RoleNotFound
from charter.kernel.operation import Context


async def point_initial(
    ctx: Context, *, creator_role_id: str | None, default_role_id: str | None
) -> None:
    """Give the initial role set other roles for who makes an organization and who joins one.

    None leaves a role as it is.
    Raises: RoleSetNotFound, when no role set is the initial one; RoleNotFound; RoleNotInSet;
        MissingCreatorPermissions; LastOwner.
    Announces: RoleSetUpdated; MembershipUpdated, for who becomes an owner.
    """
    role_set_id = await queries.lock_initial(ctx.db)
    if role_set_id is None:
        raise RoleSetNotFound
    before = await queries.lock_role_set(ctx.db, role_set_id)
    try:
        pointed = await point(
            ctx,
            before,
            await _key_of(ctx, default_role_id, "default_role_id"),
            await _key_of(ctx, creator_role_id, "creator_role_id"),
        )
    except (RoleNotInSet, MissingCreatorPermissions, LastOwner) as refusal:
        refusal.parameter = (refusal.parameter or "").replace("_key", "_id")
        raise
    await store(ctx, before, pointed)


async def _key_of(ctx: Context, role_id: str | None, parameter: str) -> str | None:
    if role_id is None:
        return None
    try:
        return (await role_queries.get_role(ctx.db, role_id)).key
    except RoleNotFound:
        raise RoleNotFound(parameter) from None


async def point(
    ctx: Context, role_set: RoleSet, default_role_key: str | None, creator_role_key: str | None
) -> RoleSet:
    """A locked set with another default or creators' role, which have to be in it.

    Raises: RoleNotFound; RoleNotInSet; MissingCreatorPermissions; LastOwner.
    """
    keys = {
        key: parameter
        for key, parameter in (
            (default_role_key, "default_role_key"),
            (creator_role_key, "creator_role_key"),
        )
        if key is not None
    }
    if not keys:
        return role_set
    roles = await role_queries.lock_roles(ctx.db, keys)
    for key, parameter in keys.items():
        if role_set.role(roles[key].id) is None:
            raise RoleNotInSet(parameter, role_key=key)
    if default_role_key is not None:
        role_set = dataclasses.replace(role_set, default_role_id=roles[default_role_key].id)
    if creator_role_key is None:
        return role_set
    owner = creator(roles[creator_role_key])
    if owner.id != role_set.creator_role_id:
        await queries.lock_organizations(ctx.db, role_set.id)
        if await queries.find_ownerless(ctx.db, role_set.id, role_set.creator_role_id, [owner.id]):
            raise LastOwner("creator_role_key")
    return dataclasses.replace(role_set, creator_role_id=owner.id)


async def store(ctx: Context, before: RoleSet, after: RoleSet) -> RoleSet:
    """Write a locked set as it is now.

    Whoever holds a new creators' role beside another has it as the primary one from then on.
    Announces: RoleSetUpdated; MembershipUpdated.
    """
    await ctx.db.run(
        queries.UPDATE,
        role_set_id=after.id,
        name=after.name,
        key=after.key,
        description=after.description,
        type=after.type.value,
        default_role_id=after.default_role_id,
        creator_role_id=after.creator_role_id,
        updated_at=ctx.now,
    )
    stored = await queries.get_role_set(ctx.db, after.id)
    if after.creator_role_id != before.creator_role_id:
        promoted = await further.promote(ctx, after.creator_role_id, role_set_id=after.id)
        await further.announce(ctx, promoted)
    ctx.announce(RoleSetUpdated(stored, before=before))
    return stored


def creator(role: Role) -> Role:
    """The role, if it may be that of creators. Raises: MissingCreatorPermissions."""
    if not role.is_creator_eligible:
        raise MissingCreatorPermissions("creator_role_key")
    return role
