"""What people do with their own user."""

from dataclasses import dataclass
from typing import Any

from charter.core.images import keeping
from charter.core.instances.enabled import FieldNotEnabled, attribute_of, check_enabled
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users import queries
from charter.core.users.changing import CHANGING_ERRORS, change_user
from charter.core.users.deleting import delete_locked
from charter.core.users.model import ImageMissing, User, UserPatch
from charter.core.users.notices import tell
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError, Kind, MissingInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset, changed, merge, metadata

NAMES = ("username", "first_name", "last_name")
PRIMARIES = ("primary_email_address_id", "primary_phone_number_id", "primary_web3_wallet_id")
SENSITIVE = ("username", *PRIMARIES)
"""By these a person signs in, or is told of changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPatch:
    """What people may change of themselves; the rest is the app's. Null clears a name.

    primary_*_id: of a verified identifier of theirs; null changes nothing.
    """

    username: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    primary_email_address_id: str | Unset | None = UNSET
    primary_phone_number_id: str | Unset | None = UNSET
    primary_web3_wallet_id: str | Unset | None = UNSET
    unsafe_metadata: dict[str, Any] | Unset | None = UNSET


class SelfDeletionNotAllowed(DomainError):
    """The app does not let this person delete their own user."""

    kind, code = Kind.NOT_PERMITTED, "self_deletion_not_allowed"
    message = "You may not delete your own account here."


@operation("users.get_own", permission=Permission.SELF, writes=False)
async def get(ctx: Context) -> User:
    """Read one's own user.

    Source: Clerk FAPI 2026-05-12, getUser.
    """
    await ctx.allow()
    return await queries.get_user(ctx.db, ctx.user_id)


@operation(
    "users.update_own",
    permission=Permission.SELF,
    raises=(*CHANGING_ERRORS, FieldNotEnabled, ReverificationRequired),
)
async def update(ctx: Context, patch: OwnPatch) -> User:
    """Change one's own names, primary identifiers and unsafe metadata.

    The address that was primary is told of a new one, with a link that takes it back.
    Returns: the user as they are now.
    Raises: CHANGING_ERRORS; FieldNotEnabled; MissingInput, for a name that the instance asks for;
        ReverificationRequired, for a username or a primary; TooLarge, for metadata.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, patchUser.
    """
    await ctx.allow()
    given = changed(patch)
    if any(name in given for name in SENSITIVE):
        await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    _check_names(instance, given)
    whole = UserPatch(**given, notifies_previous_address=True)
    return await change_user(ctx, instance, ctx.user_id, whole, can_undo=True)


@operation(
    "users.delete_own",
    permission=Permission.SELF,
    raises=(ReverificationRequired, SelfDeletionNotAllowed),
)
async def delete(ctx: Context) -> User:
    """Delete one's own user with all that belongs to them; every session ends at once.

    Their addresses are told.
    Returns: the user as they were.
    Raises: SelfDeletionNotAllowed; ReverificationRequired.
    Announces: SessionRevoked for each session, MembershipEnded for each membership; UserDeleted,
        which tells nothing of the person.
    Source: Clerk FAPI 2026-05-12, deleteUser.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    user = await locked(ctx, ctx.user_id)
    if not user.can_delete_self:
        raise SelfDeletionNotAllowed
    await tell(ctx, user, "Your account was deleted", "Your account was deleted, as you asked.")
    await delete_locked(ctx, user)
    return user


@operation("users.merge_own_metadata", permission=Permission.SELF)
async def merge_metadata(ctx: Context, unsafe_metadata: dict[str, Any]) -> User:
    """Merge into one's own unsafe metadata, at any depth; null takes a key away.

    Raises: TooLarge; InvalidInput, for nesting too deep.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, patchUserMetadata; RFC 7396.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    before = await locked(ctx, ctx.user_id)
    merged = metadata(
        merge(before.unsafe_metadata, unsafe_metadata, parameter="unsafe_metadata"),
        parameter="unsafe_metadata",
        limit_bytes=instance.settings.max_metadata_bytes,
    )
    return await write(ctx, before, unsafe_metadata=merged)


@operation(
    "users.set_own_profile_image",
    permission=Permission.SELF,
    raises=keeping.PICTURE_ERRORS,
    costly=True,
)
async def set_profile_image(ctx: Context, file: bytes) -> User:
    """Give oneself a picture: a JPEG, PNG, WebP or GIF of at most 10 MB, written anew.

    Raises: ImageTooLarge; ImageNotSupported; ImageBroken.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, updateProfileImage.
    """
    await ctx.allow()
    key = await keeping.keep(ctx, "users", "user_", ctx.user_id, file)
    before = await locked(ctx, ctx.user_id)
    keeping.forget(ctx, before.image_key)
    return await write(ctx, before, image_key=key)


@operation("users.delete_own_profile_image", permission=Permission.SELF, raises=(ImageMissing,))
async def delete_profile_image(ctx: Context) -> User:
    """Take one's own picture away; the initials are shown instead.

    Returns: the user as they are now.
    Raises: ImageMissing, when there is none.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, deleteProfileImage.
    """
    await ctx.allow()
    before = await locked(ctx, ctx.user_id)
    if before.image_key is None:
        raise ImageMissing("user_id")
    keeping.forget(ctx, before.image_key)
    return await write(ctx, before, image_key=None)


def _check_names(instance: Instance, given: dict[str, Any]) -> None:
    """Refuse names that the instance does not use, and the lack of one that it asks for."""
    for name in NAMES:
        if name not in given:
            continue
        if given[name]:
            check_enabled(instance, name)
        elif attribute_of(instance, name).is_required:
            raise MissingInput(name, reason="it is required")
