"""What can be done with people, for directories and accounts."""

from dataclasses import replace
from typing import Any

from charter.core.keys.lookup import instance_of
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.joining import check_owners
from charter.core.memberships.model import LastOwner, MemberNotFound
from charter.core.organizations.model import OrganizationNotFound
from charter.core.people import changing, queries
from charter.core.people.addressing import types_of, wanted
from charter.core.people.changing import OF_USER, PERSON_ERRORS
from charter.core.people.former import FORMER
from charter.core.people.model import Person, PersonPatch, PersonStatus, gone
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users.deleting import delete_locked
from charter.core.users.fields import through_index
from charter.core.users.making import make_user
from charter.core.users.model import NewUser, UserNotFound
from charter.core.users.own import SelfDeletionNotAllowed
from charter.core.users.writing import locked
from charter.core.vocabulary import Permission
from charter.kernel.errors import NotPermitted, Overtaken
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

OF_ONESELF = frozenset(
    {
        "first_name",
        "last_name",
        "display_name",
        "avatar_url",
        "preferred_language",
        "locale",
        "timezone",
    }
)
"""What people change of themselves; the rest is for who manages the application."""


@operation("people.search", permission=Permission.USERS_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[Person]:
    """List people, the newest first.

    Source: RFC 7644, section 3.4.2; Accounts API, users.
    """
    await ctx.allow()
    search = replace(search, where=through_index(search.where))
    return await queries.LISTING.search(ctx.db, search)


@operation("people.get", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False)
async def get(ctx: Context, user_id: str) -> Person:
    """Read a person; of who is gone, that they are. People read themselves.

    Raises: UserNotFound.
    Source: Accounts API, users.
    """
    await ctx.allow(or_self=user_id)
    found = await ctx.db.find(queries.PERSON, user_id=user_id)
    if found is not None:
        return found
    former = await ctx.db.one(FORMER, missing=UserNotFound("user_id"), user_id=user_id)
    return gone(former)


@operation(
    "people.get_living", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False
)
async def get_living(ctx: Context, user_id: str) -> Person:
    """Read a person who is there; to a directory, who is gone never was.

    Raises: UserNotFound.
    Source: RFC 7644, sections 3.4.1 and 3.6.
    """
    await ctx.allow()
    return await changing.get(ctx, user_id)


@operation("people.create", permission=Permission.USERS_MANAGE, raises=PERSON_ERRORS)
async def create(ctx: Context, patch: PersonPatch) -> Person:
    """Make a person. Their addresses are taken as verified.

    Raises: PERSON_ERRORS; InvalidInput.
    Announces: UserCreated.
    Source: RFC 7644, section 3.3.
    """
    await ctx.allow()
    given = changing.said(patch)
    texts = changing.checked_texts(given)
    status = changing.asked_status(patch) or PersonStatus.ACTIVE
    addresses = wanted(given.get("email_addresses", ()), texts.get("user_name"))
    on_user: dict[str, Any] = {name: texts.get(name) for name in OF_USER}
    new = NewUser(
        **on_user,
        email_addresses=[each.address for _, each in addresses],
        password=given.get("password"),
        is_banned=status is not PersonStatus.ACTIVE,
        needs_identifier=texts.get("user_name") is None,
    )

    async def also(user_id: str) -> None:
        values = {name: texts[name] for name in changing.OF_PROFILE if name in texts}
        values |= await changing.claimed(ctx, user_id, texts.get("user_name"))
        values["email_types"] = types_of(addresses)
        values["deactivated_at"] = ctx.now if status is PersonStatus.DISABLED else None
        await changing.keep(ctx, queries.profile_of(user_id, values))

    user = await make_user(ctx, await instance_of(ctx), new, also=also)
    return await changing.get(ctx, user.id)


@operation("people.update", permission=Permission.USERS_MANAGE, raises=PERSON_ERRORS)
async def update(ctx: Context, user_id: str, patch: PersonPatch) -> Person:
    """Change a person; people change their own identity.

    Returns: the person as they are now.
    Raises: PERSON_ERRORS; InvalidInput; NotPermitted, to people who ask for more of themselves.
    Announces: UserUpdated; SessionRevoked for each session that a ban ends.
    Source: RFC 7644, sections 3.5.1 and 3.5.2; Accounts API, users.
    """
    await ctx.allow(or_self=user_id)
    if ctx.actor.user_id == user_id and not changing.said(patch).keys() <= OF_ONESELF:
        raise NotPermitted
    return await changing.change(ctx, await instance_of(ctx), user_id, patch)


@operation(
    "people.erase",
    permission=Permission.USERS_MANAGE,
    raises=(
        LastOwner,
        ReverificationRequired,
        SelfDeletionNotAllowed,
        UserNotFound,
    ),
)
async def erase(ctx: Context, user_id: str) -> Person:
    """Erase a person: who they were, what signed them in, and their memberships. The id stays.

    Returns: the person as they were.
    Raises: UserNotFound; LastOwner, when an organization would have no owner; to people who erase
        themselves SelfDeletionNotAllowed and ReverificationRequired.
    Announces: SessionRevoked for each session, MembershipEnded for each membership; UserDeleted,
        which tells nothing of the person.
    Source: Accounts API, users; RFC 7644, section 3.6.
    """
    await ctx.allow(or_self=user_id)
    is_self = ctx.actor.user_id == user_id
    if is_self:
        await require_recent_factor(ctx)
    held = await queries.organization_ids(ctx.db, user_id)
    for organization_id in held:
        # In the order of their ids, so that two callers never wait for each other.
        try:
            going = await membership_queries.lock_member(ctx.db, organization_id, user_id)
        except (MemberNotFound, OrganizationNotFound):
            continue
        await check_owners(ctx, going)
    user = await locked(ctx, user_id)
    if not set(await queries.organization_ids(ctx.db, user_id)) <= set(held):
        # They joined another meanwhile, which would have to be locked first.
        raise Overtaken
    if is_self and not user.can_delete_self:
        raise SelfDeletionNotAllowed
    before = await changing.get(ctx, user_id)
    await delete_locked(ctx, user)
    return before
