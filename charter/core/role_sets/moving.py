"""Replaces role sets, and roles in them, with all members, invitations and join codes."""

import dataclasses
from dataclasses import dataclass

from charter.core.memberships import further
from charter.core.memberships.model import LastOwner
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import OrganizationUpdated
from charter.core.role_sets import queries
from charter.core.role_sets.model import (
    MappingInvalid,
    MappingsMissing,
    MigratedRoleSet,
    Migration,
    RoleSet,
    RoleSetNotFound,
    RoleSetReplaced,
    RoleSetType,
    RoleSetUpdated,
)
from charter.core.roles import queries as role_queries
from charter.core.roles.model import MissingCreatorPermissions, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True)
class Reassignment:
    """Role ids, and at the same places the ids of the roles that take over."""

    from_ids: list[str]
    to_ids: list[str]


@operation(
    "role_sets.replace",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleSetNotFound, MappingsMissing, MappingInvalid, LastOwner),
)
async def replace(
    ctx: Context,
    role_set: str,
    dest_role_set_key: str,
    reassignment_mappings: dict[str, str] | None = None,
) -> RoleSet:
    """Put another role set in the place of one, which is gone afterwards.

    Its organizations use the other from then on. Members keep roles that both sets have, or get
    what the mappings (role key of the old set to role key of the new) say; invitations, join
    codes and disabled members too, or else the new set's default role. Whoever would have a role
    twice has it once. Everything or nothing happens.
    Returns: the role set that is gone.
    Raises: RoleSetNotFound; MappingInvalid; MappingsMissing, when a member's role has no place in
        the new set; LastOwner, when an organization would lose its last owner.
    Announces: RoleSetReplaced, OrganizationUpdated and MembershipUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceRoleSet.
    """
    await ctx.allow()
    mappings = reassignment_mappings or {}
    await queries.lock_initial(ctx.db)
    source, dest = await _lock_both(ctx, role_set, dest_role_set_key)
    _check_mappings(source, dest, mappings)
    await queries.lock_organizations(ctx.db, source.id)
    # Read again: under the locks nobody joins, leaves or changes role.
    source = await queries.get_role_set(ctx.db, source.id)
    _check_complete(source, dest, mappings)
    await _check_owners(ctx, source, dest, mappings)
    changed = await _reassign(
        ctx, source.id, _reassignment(source, dest, mappings), dest.creator_role_id
    )
    moved = await ctx.db.all(
        queries.MOVE_ORGANIZATIONS,
        role_set_id=source.id,
        dest_role_set_id=dest.id,
        updated_at=ctx.now,
    )
    await ctx.db.run(queries.DELETE, role_set_id=source.id)
    if source.type is RoleSetType.INITIAL:
        dest = await _store(ctx, dataclasses.replace(dest, type=RoleSetType.INITIAL))
    await further.announce(ctx, changed)
    for row in moved:
        organization = await organization_queries.get_organization(ctx.db, row[0])
        ctx.announce(OrganizationUpdated(organization))
    ctx.announce(RoleSetReplaced(dest, before=source))
    return source


@operation(
    "role_sets.replace_role",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleSetNotFound, RoleNotFound, MissingCreatorPermissions),
)
async def replace_role(
    ctx: Context, role_set: str, role_key: str, to_role_key: str
) -> MigratedRoleSet:
    """Put another role in the place of one in a set: for members, invitations and join codes too.

    Whoever has both has the other alone; disabled members follow as well. A role that is the
    set's default or creators' role is followed there by the other, which joins the set if it was
    not in it.
    Raises: RoleSetNotFound; RoleNotFound; MissingCreatorPermissions.
    Announces: RoleSetUpdated and MembershipUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceRoleInRoleSet.
    """
    await ctx.allow()
    before = await queries.lock_role_set(ctx.db, role_set)
    ctx.expect(before.updated_at)
    leaving = before.role_by_key(role_key)
    if leaving is None:
        raise RoleNotFound("role_key")
    if to_role_key == role_key:
        raise InvalidInput("to_role_key", reason="it must be another role")
    roles = await role_queries.lock_roles(
        ctx.db, {role_key: "role_key", to_role_key: "to_role_key"}
    )
    coming = roles[to_role_key]
    if before.creator_role_id == leaving.id and not coming.is_creator_eligible:
        raise MissingCreatorPermissions("to_role_key")
    await queries.lock_organizations(ctx.db, before.id)
    await ctx.db.run(queries.ADD_ROLE, role_set_id=before.id, role_id=coming.id)
    followed = _followed(before, leaving.id, coming.id)
    reassignment = Reassignment([leaving.id], [coming.id])
    moved = await _reassign(ctx, before.id, reassignment, followed.creator_role_id)
    await ctx.db.run(queries.REMOVE_ROLE, role_set_id=before.id, role_id=leaving.id)
    after = await _store(ctx, followed)
    await further.announce(ctx, moved)
    ctx.announce(RoleSetUpdated(after, before=before))
    migration = Migration(
        id=ctx.new_id("rsmig_"),
        source_role_set_id=before.id,
        dest_role_set_id=before.id,
        trigger_type="role_removal",
        migrated_members=len(moved),
        mappings={role_key: to_role_key},
        completed_at=ctx.now,
    )
    return MigratedRoleSet(after, migration)


def _followed(role_set: RoleSet, leaving_id: str, coming_id: str) -> RoleSet:
    """A role set in which one role has the places of another, as default and creators' role."""
    follow = {leaving_id: coming_id}
    return dataclasses.replace(
        role_set,
        default_role_id=follow.get(role_set.default_role_id or "", role_set.default_role_id),
        creator_role_id=follow.get(role_set.creator_role_id or "", role_set.creator_role_id),
    )


async def _lock_both(ctx: Context, role_set: str, dest: str) -> tuple[RoleSet, RoleSet]:
    """Both sets, locked in the order of their ids, so that no two replacements wait in a ring."""
    found = [
        await queries.get_role_set(ctx.db, role_set),
        await queries.get_role_set(ctx.db, dest, parameter="dest_role_set_key"),
    ]
    if found[0].id == found[1].id:
        raise InvalidInput("dest_role_set_key", reason="it must be another role set")
    parameters = {found[0].id: "role_set", found[1].id: "dest_role_set_key"}
    locked = {
        role_set_id: await queries.lock_role_set(
            ctx.db, role_set_id, parameter=parameters[role_set_id]
        )
        for role_set_id in sorted(parameters)
    }
    return locked[found[0].id], locked[found[1].id]


def _target(dest: RoleSet, role_key: str, mappings: dict[str, str]) -> str | None:
    """The id of the role in the new set for a role of the old one; None if it has no place."""
    role = dest.role_by_key(mappings.get(role_key, role_key))
    return None if role is None else role.id


def _check_mappings(source: RoleSet, dest: RoleSet, mappings: dict[str, str]) -> None:
    for role_key, to_role_key in mappings.items():
        if source.role_by_key(role_key) is None or dest.role_by_key(to_role_key) is None:
            raise MappingInvalid("reassignment_mappings", role_key=role_key)


def _check_complete(source: RoleSet, dest: RoleSet, mappings: dict[str, str]) -> None:
    lost = [
        role.key
        for role in source.roles
        if role.members_count and _target(dest, role.key, mappings) is None
    ]
    if lost:
        raise MappingsMissing("reassignment_mappings", role_keys=lost)


async def _check_owners(
    ctx: Context, source: RoleSet, dest: RoleSet, mappings: dict[str, str]
) -> None:
    stays = [
        role.id
        for role in source.roles
        if _target(dest, role.key, mappings) == dest.creator_role_id
    ]
    if await queries.find_ownerless(ctx.db, source.id, source.creator_role_id, stays):
        raise LastOwner("reassignment_mappings")


def _reassignment(source: RoleSet, dest: RoleSet, mappings: dict[str, str]) -> Reassignment:
    targets = {
        role.id: _target(dest, role.key, mappings) or dest.default_role_id for role in source.roles
    }
    pairs = [(role_id, to) for role_id, to in targets.items() if to is not None and to != role_id]
    return Reassignment([role_id for role_id, _ in pairs], [to for _, to in pairs])


async def _reassign(
    ctx: Context, role_set_id: str, reassignment: Reassignment, creator_role_id: str | None
) -> set[str]:
    """Carry out a reassignment in a set's organizations.

    creator_role_id: of the creator's role afterwards, which is nobody's further role.
    Returns: the memberships whose roles changed.
    """
    pairs = reassignment.from_ids, reassignment.to_ids
    touched = await further.OF_MEMBERS.run(ctx, role_set_id, *pairs)
    touched |= await further.promote(ctx, creator_role_id, role_set_id=role_set_id)
    await further.OF_DISABLED.run(ctx, role_set_id, *pairs)
    for statement in (queries.REASSIGN_INVITATIONS, queries.REASSIGN_JOIN_CODES):
        await ctx.db.all(
            statement,
            role_set_id=role_set_id,
            from_ids=reassignment.from_ids,
            to_ids=reassignment.to_ids,
            updated_at=ctx.now,
        )
    return touched


async def _store(ctx: Context, role_set: RoleSet) -> RoleSet:
    await ctx.db.run(
        queries.UPDATE,
        role_set_id=role_set.id,
        name=role_set.name,
        key=role_set.key,
        description=role_set.description,
        type=role_set.type.value,
        default_role_id=role_set.default_role_id,
        creator_role_id=role_set.creator_role_id,
        updated_at=ctx.now,
    )
    return await queries.get_role_set(ctx.db, role_set.id)
