"""What can be done with directories: by an app's server alone."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from charter.core.directories import queries
from charter.core.directories.model import (
    HIGHEST_PRECEDENCE,
    KEY_PREFIX,
    KEY_SECRET_BYTES,
    LONGEST_NAME,
    MOST_ATTRIBUTES,
    MOST_MAPPED_GROUPS,
    OVERLAP_SECONDS,
    USUAL_MAPPING,
    Directory,
    DirectoryConnectionUsed,
    DirectoryCreated,
    DirectoryDeleted,
    DirectoryKeyRotated,
    DirectoryKeyRow,
    DirectoryNotFound,
    DirectoryOrganizationUsed,
    DirectoryPatch,
    DirectoryRow,
    DirectoryUpdated,
    DirectoryWithKey,
    GroupMapping,
    GroupMappingRow,
    NewDirectory,
    NewGroupMapping,
    RotatedKey,
)
from charter.core.enterprise_connections.configuring import checked_name, checked_text
from charter.core.enterprise_connections.model import EnterpriseConnectionNotFound
from charter.core.enterprise_connections.queries import lock_connection
from charter.core.organizations.queries import lock_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed
from charter.kernel.secrets import digest, new_secret

PROVIDER = re.compile(r"[a-z0-9_]{1,64}")
ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")


@operation("directories.search", permission=Permission.ENTERPRISE_MANAGE, writes=False)
async def search(ctx: Context, search: Search) -> Found[Directory]:
    """List directories, newest first.

    Source: Clerk BAPI 2025-11-10, ListDirectories.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "directories.create",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(DirectoryConnectionUsed, DirectoryOrganizationUsed),
)
async def create(ctx: Context, new: NewDirectory) -> DirectoryWithKey:
    """Make a directory for an enterprise connection, with a key of 256 bits.

    Raises: InvalidInput, also where there is no such connection or role;
        DirectoryConnectionUsed; DirectoryOrganizationUsed.
    Announces: DirectoryCreated.
    Source: Clerk BAPI 2025-11-10, CreateDirectory.
    """
    await ctx.allow()
    provider = _checked_provider(new.provider)
    try:
        connection = await lock_connection(ctx.db, new.connection_id)
    except EnterpriseConnectionNotFound as missing:
        reason = "it must be the id of an enterprise connection"
        raise InvalidInput("enterprise_connection_id", reason=reason) from missing
    if await queries.has_connection(ctx.db, connection.id):
        raise DirectoryConnectionUsed
    if connection.organization_id is not None:
        # Of two connections of one organization only one can have a directory.
        await lock_organization(ctx.db, connection.organization_id)
        if await queries.has_organization(ctx.db, connection.organization_id):
            raise DirectoryOrganizationUsed
    row = DirectoryRow(
        id=ctx.new_id("dir_"),
        connection_id=connection.id,
        name=checked_name(new.name if new.name is not None else connection.name),
        provider=provider,
        is_enabled=True,
        maps_groups=bool(new.group_mappings),
        attribute_mapping=dict(USUAL_MAPPING),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    mappings = await _mapping_rows(ctx, row.id, new.group_mappings)
    secret, kept = _new_key(ctx, row.id)
    await queries.insert_directory(ctx.db, row, kept, mappings)
    made = await queries.get_directory(ctx.db, row.id)
    ctx.announce(DirectoryCreated(made))
    return DirectoryWithKey(made, secret)


@operation(
    "directories.get",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(DirectoryNotFound,),
    writes=False,
)
async def get(ctx: Context, directory_id: str) -> Directory:
    """Read one directory.

    Raises: DirectoryNotFound.
    Source: Clerk BAPI 2025-11-10, GetDirectory.
    """
    await ctx.allow()
    return await queries.get_directory(ctx.db, directory_id)


@operation(
    "directories.update", permission=Permission.ENTERPRISE_MANAGE, raises=(DirectoryNotFound,)
)
async def update(ctx: Context, directory_id: str, patch: DirectoryPatch) -> Directory:
    """Change a directory; one that is not enabled provisions nobody.

    Raises: DirectoryNotFound.
    Announces: DirectoryUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateDirectory.
    """
    await ctx.allow()
    before = await queries.lock_directory(ctx.db, directory_id)
    ctx.expect(before.updated_at)
    given = changed(patch)
    if "name" in given:
        given["name"] = checked_name(given["name"])
    if "provider" in given:
        given["provider"] = _checked_provider(given["provider"])
    if "attribute_mapping" in given:
        given["attribute_mapping"] = _checked_mapping(before, given["attribute_mapping"])
    await queries.update_directory(ctx.db, dataclasses.replace(before, **given, updated_at=ctx.now))
    after = await queries.get_directory(ctx.db, directory_id)
    ctx.announce(DirectoryUpdated(after, before=before))
    return after


@operation(
    "directories.delete", permission=Permission.ENTERPRISE_MANAGE, raises=(DirectoryNotFound,)
)
async def delete(ctx: Context, directory_id: str) -> Directory:
    """Take a directory away, and with it its keys and what its groups stood for.

    Returns: the directory as it was.
    Raises: DirectoryNotFound.
    Announces: DirectoryDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteDirectory.
    """
    await ctx.allow()
    before = await queries.lock_directory(ctx.db, directory_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE, directory_id=directory_id)
    ctx.announce(DirectoryDeleted(before=before))
    return before


@operation(
    "directories.rotate_key", permission=Permission.ENTERPRISE_MANAGE, raises=(DirectoryNotFound,)
)
async def rotate_key(ctx: Context, directory_id: str) -> DirectoryWithKey:
    """Give a directory another key; the one before holds for another hour.

    Raises: DirectoryNotFound.
    Announces: DirectoryKeyRotated.
    Source: clerk-backend-api 7, scim_directories.rotate_api_key.
    """
    await ctx.allow()
    directory = await queries.lock_directory(ctx.db, directory_id)
    ctx.expect(directory.updated_at)
    secret, kept = _new_key(ctx, directory_id)
    until = ctx.now + timedelta(seconds=OVERLAP_SECONDS)
    await queries.replace_key(ctx.db, kept, until)
    ctx.announce(DirectoryKeyRotated(RotatedKey(directory.id, directory.organization_id, until)))
    return DirectoryWithKey(directory, secret)


@operation(
    "directories.search_group_mappings",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(DirectoryNotFound,),
    writes=False,
)
async def search_group_mappings(
    ctx: Context, directory_id: str, search: Search
) -> Found[GroupMapping]:
    """List which roles the groups of a directory stand for, the one that counts first first.

    Raises: DirectoryNotFound.
    Source: clerk-backend-api 7, scim_directories.list_group_role_mappings.
    """
    await ctx.allow()
    await queries.get_directory(ctx.db, directory_id)
    return await queries.MAPPINGS.search(ctx.db, search, directory_id=directory_id)


def _new_key(ctx: Context, directory_id: str) -> tuple[str, DirectoryKeyRow]:
    """A key, and the row that keeps its digest."""
    secret = new_secret(KEY_PREFIX, KEY_SECRET_BYTES)
    kept = DirectoryKeyRow(ctx.new_id("dirkey_"), directory_id, digest(secret), ctx.now, None)
    return secret, kept


async def _mapping_rows(
    ctx: Context, directory_id: str, given: Sequence[NewGroupMapping]
) -> list[GroupMappingRow]:
    """Mappings, each group and each precedence once. Raises: InvalidInput."""
    if len(given) > MOST_MAPPED_GROUPS:
        raise InvalidInput("group_role_mappings", reason=f"at most {MOST_MAPPED_GROUPS}")
    rows = [
        GroupMappingRow(
            id=ctx.new_id("dirgrm_"),
            directory_id=directory_id,
            group_id=checked_text("group_role_mappings.group_id", each.group_id, LONGEST_NAME),
            group_name=checked_text(
                "group_role_mappings.display_name", each.group_name, LONGEST_NAME
            )
            if each.group_name.strip()
            else "",
            role_id=each.role_id,
            precedence=place if each.precedence is None else each.precedence,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for place, each in enumerate(given, 1)
    ]
    for values in ({row.group_id for row in rows}, {row.precedence for row in rows}):
        if len(values) != len(rows):
            reason = "each group and each precedence may be there once"
            raise InvalidInput("group_role_mappings", reason=reason)
    if not all(1 <= row.precedence <= HIGHEST_PRECEDENCE for row in rows):
        reason = f"a precedence must be from 1 to {HIGHEST_PRECEDENCE}"
        raise InvalidInput("group_role_mappings", reason=reason)
    role_ids = list({row.role_id for row in rows})
    if role_ids and not await queries.are_roles(ctx.db, role_ids):
        raise InvalidInput("group_role_mappings", reason="role_id must be the id of a role")
    return rows


def _checked_mapping(before: Directory, given: Mapping[str, str | None]) -> dict[str, str]:
    """The mapping with what was given merged into it. Raises: InvalidInput."""
    known = {*USUAL_MAPPING, *(each.key for each in before.custom_attributes)}
    mapping = dict(before.attribute_mapping)
    for name, path in given.items():
        if path is None:
            mapping.pop(name, None)
            continue
        if name not in known or not ATTRIBUTE.fullmatch(name):
            reason = f"it may name {', '.join(USUAL_MAPPING)} and custom attributes"
            raise InvalidInput("attribute_mapping", reason=reason)
        mapping[name] = checked_text("attribute_mapping", path)
    if len(mapping) > MOST_ATTRIBUTES:
        raise InvalidInput("attribute_mapping", reason=f"at most {MOST_ATTRIBUTES}")
    return mapping


def _checked_provider(provider: str) -> str:
    if not PROVIDER.fullmatch(provider):
        reason = "it must have 1 to 64 lower-case letters, digits and underlines"
        raise InvalidInput("provider", reason=reason)
    return provider
