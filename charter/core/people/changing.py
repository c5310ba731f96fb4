"""Changes people: their users first, and then what is kept beside those."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from charter.core.instances.model import Instance
from charter.core.people import queries
from charter.core.people.addressing import put_addresses, types_of, wanted
from charter.core.people.checking import checked
from charter.core.people.model import (
    IdentityPatch,
    MembershipNotTheirs,
    Person,
    PersonPatch,
    PersonStatus,
    ProfileRow,
    UserNameTaken,
)
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries as user_queries
from charter.core.users.changing import CHANGING_ERRORS, change_user
from charter.core.users.making import MAKING_ERRORS
from charter.core.users.model import User, UserNotFound, UserPatch
from charter.core.users.writing import locked, write
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.patch import UNSET, changed

OF_USER = ("external_id", "first_name", "last_name", "locale")
OF_PROFILE = (
    "display_name",
    "avatar_url",
    "preferred_language",
    "timezone",
    "preferred_membership_id",
)
TEXTS = (*OF_USER, *OF_PROFILE, "user_name")
PERSON_ERRORS = tuple(
    dict.fromkeys((*MAKING_ERRORS, *CHANGING_ERRORS, MembershipNotTheirs, UserNameTaken))
)
"""What making or changing a person may raise, beyond the errors of any input."""


async def change(ctx: Context, instance: Instance, user_id: str, patch: PersonPatch) -> Person:
    """Change a person; call it before any statement, because it may hash.

    Returns: the person as they are now.
    Raises: PERSON_ERRORS; InvalidInput; VersionConflict; Busy.
    Announces: UserUpdated; SessionRevoked for each session that a ban ends.
    """
    given = said(patch)
    if not given:
        await locked(ctx, user_id)
        return await get(ctx, user_id)
    texts = checked_texts(given)
    status = asked_status(patch)
    on_user: dict[str, Any] = {name: texts[name] for name in OF_USER if name in texts}
    on_user["password"] = given.get("password", UNSET)
    if status is not None and not isinstance(patch.is_active, bool):
        on_user["is_banned"] = status is not PersonStatus.ACTIVE
    user = await change_user(ctx, instance, user_id, UserPatch(**on_user))
    profile = await queries.find_profile(ctx.db, user_id)
    if isinstance(patch.is_active, bool):
        status = await _provisioned(ctx, user, profile, is_active=patch.is_active)
    values = {name: texts[name] for name in OF_PROFILE if name in texts}
    if "user_name" in texts:
        values |= await claimed(ctx, user_id, texts["user_name"])
    if "email_addresses" in given:
        name = values.get("user_name", profile.user_name)
        addresses = wanted(given["email_addresses"], name)
        user = await user_queries.lock_user(ctx.db, user_id)
        await put_addresses(ctx, instance, user, addresses)
        values["email_types"] = types_of(addresses)
    if status is not None:
        is_disabled = status is PersonStatus.DISABLED
        values["deactivated_at"] = (profile.deactivated_at or ctx.now) if is_disabled else None
    await keep(ctx, dataclasses.replace(profile, **values))
    return await get(ctx, user_id)


def checked_texts(given: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a patch, an empty one as None. Raises: InvalidInput, with the dotted name."""
    try:
        return checked({name: given[name] for name in TEXTS if name in given})
    except InvalidInput as mistake:
        if mistake.parameter in IdentityPatch.__dataclass_fields__:
            mistake.parameter = f"identity.{mistake.parameter}"
        raise


def said(patch: PersonPatch) -> dict[str, Any]:
    """What a patch says, by name, with what it says of the identity."""
    given = changed(patch)
    given.pop("identity", None)
    return {**given, **changed(patch.identity)}


async def get(ctx: Context, user_id: str) -> Person:
    """The person. Raises: UserNotFound."""
    return await ctx.db.one(queries.PERSON, missing=UserNotFound("user_id"), user_id=user_id)


async def keep(ctx: Context, profile: ProfileRow) -> None:
    """Write what is kept beside a user. Raises: MembershipNotTheirs; UserNameTaken."""
    membership_id = profile.preferred_membership_id
    if membership_id is not None and not await ctx.db.value(
        queries.HAS_MEMBERSHIP, user_id=profile.user_id, membership_id=membership_id
    ):
        raise MembershipNotTheirs
    await ctx.db.insert(queries.PUT_PROFILE, profile)


async def claimed(ctx: Context, user_id: str, user_name: str | None) -> dict[str, str | None]:
    """The columns of a user name that nobody else has at this moment.

    Raises: UserNameTaken.
    """
    if user_name is None:
        return {"user_name": None, "user_name_key": None}
    key = user_name.lower()
    # Of two who take one name at once the index refuses one. An address that stands for a name
    # is nobody's claim: whoever is given one later keeps it, and both are found by it.
    if await ctx.db.value(queries.IS_NAMED, user_name_key=key, user_id=user_id) is not None:
        raise UserNameTaken
    return {"user_name": user_name, "user_name_key": key}


def asked_status(patch: PersonPatch) -> PersonStatus | None:
    """The status that a patch asks for. Raises: InvalidInput, for one that is none to ask for."""
    if patch.status is PersonStatus.DELETED:
        raise InvalidInput("status", reason="delete the user instead")
    if isinstance(patch.status, PersonStatus):
        return patch.status
    if isinstance(patch.is_active, bool):
        return PersonStatus.ACTIVE if patch.is_active else PersonStatus.DISABLED
    return None


async def _provisioned(
    ctx: Context, user: User, profile: ProfileRow, *, is_active: bool
) -> PersonStatus | None:
    """Bring a locked user's status to what a directory says, as far as that is its to say.

    Returns: the status they have now; None: the one they had.
    """
    if user.is_banned and profile.deactivated_at is None:
        # Suspended by an administrator, which no directory undoes.
        return None
    if user.is_banned is not is_active:
        return None
    if not is_active:
        await end_sessions_of_user(ctx, user.id, status=SessionStatus.REVOKED)
    await write(ctx, user, is_banned=not is_active)
    return PersonStatus.ACTIVE if is_active else PersonStatus.DISABLED
