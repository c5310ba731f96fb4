"""What can be done with users."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from charter.core.images import keeping
from charter.core.keys.lookup import instance_of
from charter.core.users import queries
from charter.core.users.changing import CHANGING_ERRORS, change_user
from charter.core.users.deleting import delete_locked
from charter.core.users.fields import of_one_account, through_index
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import (
    ImageMissing,
    MetadataPatch,
    NewUser,
    User,
    UserNotFound,
    UserPatch,
)
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed, merge, metadata


@operation("users.get", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False)
async def get(ctx: Context, user_id: str) -> User:
    """Read one user.

    Raises: UserNotFound.
    Source: Clerk BAPI 2025-11-10, GetUser.
    """
    await ctx.allow()
    return await queries.get_user(ctx.db, user_id)


@operation("users.create", permission=Permission.USERS_MANAGE, raises=MAKING_ERRORS)
async def create(ctx: Context, new: NewUser) -> User:
    """Make a user. Addresses and numbers are taken as verified unless they say otherwise.

    Raises: MAKING_ERRORS; InvalidInput; TooLarge, for metadata.
    Announces: UserCreated.
    Source: Clerk BAPI 2025-11-10, CreateUser.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    return await make_user(ctx, instance, new)


@operation("users.search", permission=Permission.USERS_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[User]:
    """List users, the newest first.

    A page behind a user (`after`) needs the order by creation, and no offset: other values
    change and are not unique, so that pages would overlap or leave gaps.
    Raises: InvalidInput; MissingInput, for a provider without an id there and the reverse.
    Source: Clerk BAPI 2025-11-10, GetUserList.
    """
    await ctx.allow()
    if search.after is not None:
        if search.offset:
            raise InvalidInput("starting_after", reason="it does not go with an offset")
        if any(order.name != "created_at" for order in search.order):
            raise InvalidInput("starting_after", reason="it needs the order by created_at")
    search = replace(search, where=through_index(of_one_account(search.where)))
    return await queries.LISTING.search(ctx.db, search)


@operation("users.count", permission=Permission.USERS_READ, writes=False)
async def count(ctx: Context, search: Search) -> int:
    """Count the users that meet a condition; the window of the search does not matter.

    Raises: MissingInput, as `search`.
    Source: Clerk BAPI 2025-11-10, GetUsersCount.
    """
    await ctx.allow()
    return await queries.LISTING.count(ctx.db, through_index(of_one_account(search.where)))


@operation("users.update", permission=Permission.USERS_MANAGE, raises=CHANGING_ERRORS)
async def update(ctx: Context, user_id: str, patch: UserPatch) -> User:
    """Change a user's attributes; a new password may end their other sessions.

    Returns: the user as they are now.
    Raises: CHANGING_ERRORS; InvalidInput; TooLarge, for metadata.
    Announces: UserUpdated; SessionRevoked for each session that ends.
    Source: Clerk BAPI 2025-11-10, UpdateUser.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    return await change_user(ctx, instance, user_id, patch)


@operation("users.delete", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def delete(ctx: Context, user_id: str) -> User:
    """Delete a user with all that belongs to them; their sessions end at once.

    Returns: the user as they were.
    Raises: UserNotFound.
    Announces: SessionRevoked for each session, MembershipEnded for each membership; UserDeleted,
        which tells nothing of the person.
    Source: Clerk BAPI 2025-11-10, DeleteUser.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    await delete_locked(ctx, before)
    return before


@operation("users.merge_metadata", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def merge_metadata(ctx: Context, user_id: str, patch: MetadataPatch) -> User:
    """Merge into a user's metadata, at any depth; null takes a key away.

    Raises: UserNotFound; TooLarge; InvalidInput, for nesting too deep.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateUserMetadata; RFC 7396.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    merged = {
        name: merge(getattr(before, name), value, parameter=name)
        for name, value in changed(patch).items()
    }
    return await _write_metadata(ctx, before, merged)


@operation("users.replace_metadata", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def replace_metadata(ctx: Context, user_id: str, patch: MetadataPatch) -> User:
    """Replace a user's metadata; what is not named stays.

    Raises: UserNotFound; TooLarge; InvalidInput, for nesting too deep.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceUserMetadata.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    return await _write_metadata(ctx, before, changed(patch))


@operation(
    "users.set_profile_image",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, *keeping.PICTURE_ERRORS),
    costly=True,
)
async def set_profile_image(ctx: Context, user_id: str, file: bytes) -> User:
    """Give a user a picture: a JPEG, PNG, WebP or GIF of at most 10 MB, written anew.

    Raises: UserNotFound; ImageTooLarge; ImageNotSupported; ImageBroken.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, SetUserProfileImage.
    """
    await ctx.allow()
    # A picture is kept for nobody: without this, each try would leave a file behind.
    await queries.get_user(ctx.platform.database.reading(ctx.actor.instance_id), user_id)
    key = await keeping.keep(ctx, "users", "user_", user_id, file)
    before = await locked(ctx, user_id)
    keeping.forget(ctx, before.image_key)
    return await write(ctx, before, image_key=key)


@operation(
    "users.delete_profile_image",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, ImageMissing),
)
async def delete_profile_image(ctx: Context, user_id: str) -> User:
    """Take a user's picture away; their initials are shown instead.

    Raises: UserNotFound; ImageMissing, when they have none.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteUserProfileImage.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    if before.image_key is None:
        raise ImageMissing("user_id")
    keeping.forget(ctx, before.image_key)
    return await write(ctx, before, image_key=None)


async def _write_metadata(ctx: Context, before: User, given: Mapping[str, Any]) -> User:
    instance = await instance_of(ctx)
    limit_bytes = instance.settings.max_metadata_bytes
    columns = {
        name: metadata(value, parameter=name, limit_bytes=limit_bytes)
        for name, value in given.items()
    }
    return await write(ctx, before, **columns)
