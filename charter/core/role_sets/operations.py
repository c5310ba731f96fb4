"""What can be done with role sets; moving.py holds what replaces roles that members hold."""

import dataclasses
import re
import secrets

from charter.core.memberships.model import LastOwner
from charter.core.named import (
    checked,
    checked_description,
    checked_key,
    checked_text,
    given,
    matching,
)
from charter.core.role_sets import queries
from charter.core.role_sets.model import (
    KEY,
    MOST_ROLES,
    PREFIX,
    NewRoleSet,
    RoleNotInSet,
    RoleSet,
    RoleSetCreated,
    RoleSetKeyTaken,
    RoleSetNotFound,
    RoleSetPatch,
    RoleSetRole,
    RoleSetRow,
    RoleSetType,
)
from charter.core.role_sets.pointing import creator, point, store
from charter.core.roles import queries as role_queries
from charter.core.roles.model import MissingCreatorPermissions, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("role_sets.search", permission=Permission.ROLES_READ, writes=False)
async def search(ctx: Context, search: Search, query: str | None = None) -> Found[RoleSet]:
    """List the role sets of the instance, newest first.

    query: an id as a whole, or a part of a name or key.
    Source: Clerk BAPI 2025-11-10, ListRoleSets.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, matching(search, query))


@operation(
    "role_sets.get", permission=Permission.ROLES_READ, raises=(RoleSetNotFound,), writes=False
)
async def get(ctx: Context, role_set: str) -> RoleSet:
    """Read one role set, by its id or key.

    Raises: RoleSetNotFound.
    Source: Clerk BAPI 2025-11-10, GetRoleSet.
    """
    await ctx.allow()
    return await queries.get_role_set(ctx.db, role_set)


@operation(
    "role_sets.create",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleSetKeyTaken, RoleNotFound, RoleNotInSet, MissingCreatorPermissions),
)
async def create(ctx: Context, new: NewRoleSet) -> RoleSet:
    """Make a role set of 1 to MOST_ROLES roles. An initial one takes that place from another.

    Its key is `role_set:` and lower case letters, digits and underscores; made from the name
    where none is given.
    Raises: RoleSetKeyTaken; RoleNotFound; RoleNotInSet; MissingCreatorPermissions.
    Announces: RoleSetCreated.
    Source: Clerk BAPI 2025-11-10, CreateRoleSet.
    """
    await ctx.allow()
    _check_count(new.roles, "roles")
    name = checked_text(new.name, "name")
    key = None if new.key is None else _checked_key(new.key)
    for parameter in ("default_role_key", "creator_role_key"):
        if getattr(new, parameter) not in new.roles:
            raise RoleNotInSet(parameter, role_key=getattr(new, parameter))
    if new.type is RoleSetType.INITIAL:
        await _demote_initial(ctx)
    roles = await role_queries.lock_roles(ctx.db, dict.fromkeys(new.roles, "roles"))
    row = RoleSetRow(
        id=ctx.new_id("rset_"),
        key=key or await _key_from(ctx, name),
        name=name,
        description=checked_description(new.description),
        type=new.type,
        default_role_id=roles[new.default_role_key].id,
        creator_role_id=creator(roles[new.creator_role_key]).id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, row)
    members = [RoleSetRole(row.id, role.id) for role in roles.values()]
    await ctx.db.insert_all(queries.INSERT_ROLE, members)
    role_set = await queries.get_role_set(ctx.db, row.id)
    ctx.announce(RoleSetCreated(role_set))
    return role_set


@operation(
    "role_sets.update",
    permission=Permission.ROLES_MANAGE,
    raises=(
        RoleSetNotFound,
        RoleSetKeyTaken,
        RoleNotFound,
        RoleNotInSet,
        MissingCreatorPermissions,
        LastOwner,
    ),
)
async def update(ctx: Context, role_set: str, patch: RoleSetPatch) -> RoleSet:
    """Change a role set.

    Raises: RoleSetNotFound; RoleSetKeyTaken; RoleNotFound; RoleNotInSet;
        MissingCreatorPermissions; LastOwner, when another creators' role would leave an
        organization without an owner.
    Announces: RoleSetUpdated; MembershipUpdated, for who becomes an owner.
    Source: Clerk BAPI 2025-11-10, UpdateRoleSet.
    """
    await ctx.allow()
    changes = given(patch)
    if changes.get("type") is RoleSetType.INITIAL:
        # Before the set's own lock, as everybody who makes one initial does.
        await queries.lock_initial(ctx.db)
    before = await queries.lock_role_set(ctx.db, role_set)
    ctx.expect(before.updated_at)
    if changes.get("type") is RoleSetType.CUSTOM and before.type is RoleSetType.INITIAL:
        raise InvalidInput("type", reason="another role set must become the initial one first")
    changes = checked(changes, _checked_key)
    keys = {part: changes.pop(part + "_key", None) for part in ("default_role", "creator_role")}
    if changes.get("type") is RoleSetType.INITIAL and before.type is not RoleSetType.INITIAL:
        await _demote_initial(ctx)
    pointed = await point(ctx, before, keys["default_role"], keys["creator_role"])
    return await store(ctx, before, dataclasses.replace(pointed, **changes))


@operation(
    "role_sets.add_roles",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleSetNotFound, RoleNotFound, RoleNotInSet, MissingCreatorPermissions, LastOwner),
)
async def add_roles(
    ctx: Context,
    role_set: str,
    role_keys: list[str],
    default_role_key: str | None = None,
    creator_role_key: str | None = None,
) -> RoleSet:
    """Put 1 to MOST_ROLES more roles into a set; those that are in it stay.

    Raises: RoleSetNotFound; RoleNotFound; RoleNotInSet; MissingCreatorPermissions; LastOwner,
        when another creators' role would leave an organization without an owner.
    Announces: RoleSetUpdated; MembershipUpdated, for who becomes an owner.
    Source: Clerk BAPI 2025-11-10, AddRolesToRoleSet.
    """
    await ctx.allow()
    _check_count(role_keys, "role_keys")
    before = await queries.lock_role_set(ctx.db, role_set)
    ctx.expect(before.updated_at)
    roles = await role_queries.lock_roles(ctx.db, dict.fromkeys(role_keys, "role_keys"))
    for role in roles.values():
        await ctx.db.run(queries.ADD_ROLE, role_set_id=before.id, role_id=role.id)
    grown = await queries.get_role_set(ctx.db, before.id)
    pointed = await point(ctx, grown, default_role_key, creator_role_key)
    return await store(ctx, before, pointed)


async def _demote_initial(ctx: Context) -> None:
    # Locked first: of two that become initial at once, the second sees the first.
    await queries.lock_initial(ctx.db)
    await ctx.db.run(queries.DEMOTE_INITIAL, updated_at=ctx.now)


async def _key_from(ctx: Context, name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    key = PREFIX + (plain or secrets.token_hex(4))
    if await ctx.db.value(queries.KEY_EXISTS, key=key) is not None:
        return f"{key}_{secrets.token_hex(4)}"
    return key


def _check_count(keys: list[str], parameter: str) -> None:
    if not 1 <= len(set(keys)) <= MOST_ROLES:
        raise InvalidInput(parameter, reason=f"it must name 1 to {MOST_ROLES} roles")


def _checked_key(key: str) -> str:
    return checked_key(
        key, KEY, "it must be role_set: with lower case letters, digits and underscores behind it"
    )
