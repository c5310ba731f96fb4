"""Inviting a person who may be new here: their user is made, and the link lets them in as it."""

from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.grants.queries import hold
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.memberships.joining import lock_open_organization
from charter.core.memberships.model import AlreadyMember
from charter.core.memberships.queries import find_standing
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.inviting import (
    INVITING_ERRORS,
    checked,
    invite,
    prepare,
)
from charter.core.organization_invitations.model import (
    Introduced,
    NewOrganizationInvitation,
)
from charter.core.sign_ins.queries import BY_EMAIL_ADDRESS
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    IdentifierNotAllowed,
    check_address,
    check_lists,
)
from charter.core.users.making import make_user
from charter.core.users.model import NewUser, User
from charter.core.users.queries import get_user
from charter.core.users.texts import check_storable
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

INTRODUCING_ERRORS = (*INVITING_ERRORS, AddressNotAllowed, EmailAddressTaken, IdentifierNotAllowed)
"""What introducing a person may raise, beyond the errors of any input."""


@operation(
    "organization_invitations.introduce",
    permission=Permission.MEMBERS_MANAGE,
    raises=INTRODUCING_ERRORS,
)
async def introduce(
    ctx: Context,
    organization_id: str,
    invitation: NewOrganizationInvitation,
    first_name: str | None = None,
    last_name: str | None = None,
) -> Introduced:
    """Invite a person to an organization, as the user who they are, or who is made for them.

    Who has proven or reserved the address is invited as by `organization_invitations.create`. For
    an address that is nobody's, a user is made with these names, without a password, the address
    unproven: nobody can sign in as them but by the link that is mailed there, which proves it. If
    the true holder proves the address in another way before, the link lets them in as who they are
    then, and the user who was made stays behind. An invitation of another organization to the
    same address takes the same user, with the names that they have.
    Returns: the user and the invitation. The secret is in the mail alone.
    Raises: as `organization_invitations.create`; AlreadyMember, also for a reserved address;
        AddressNotAllowed and IdentifierNotAllowed, to members, for an address that the instance
        does not take or has blocked; EmailAddressTaken, where dots make no difference and the
        mailbox is another's.
    Announces: OrganizationInvitationCreated; UserCreated, for a new user.
    """
    names = {"first_name": first_name or None, "last_name": last_name or None}
    return await introduced(ctx, organization_id, invitation, names)


async def introduced(
    ctx: Context,
    organization_id: str,
    invitation: NewOrganizationInvitation,
    names: dict[str, str | None],
) -> Introduced:
    """As `introduce`, for operations that are told of the invitation in another way."""
    signing, settings = await prepare(ctx)
    instance = await instance_of(ctx)
    await ctx.allow(organization_id)
    ready = checked(invitation, settings)
    check_storable(names)
    organization = await lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    key = ready.address_key
    # Of two organizations that introduce one person at once, the second finds who was made.
    await hold(ctx.db, f"introduction:{instance.id}:{key}")
    user = await ctx.db.find(BY_EMAIL_ADDRESS, value=key)
    introduced_id = None if user is not None else await queries.find_introduced(ctx.db, key)
    if introduced_id is not None:
        user = await get_user(ctx.db, introduced_id)
    elif user is None:
        user = await _made(ctx, instance, invitation.email_address, names)
        introduced_id = user.id
    if (await find_standing(ctx.db, organization.id, user.id)).is_member:
        raise AlreadyMember("email_address")
    made = await invite(
        ctx, signing, organization, ready, standing, introduced_user_id=introduced_id
    )
    return Introduced(user, made.invitation)


async def _made(
    ctx: Context, instance: Instance, address: str, names: dict[str, str | None]
) -> User:
    """A user of whom an address is known that is not proven. Raises: those of `introduce`."""
    if not ctx.actor.kind.is_instance_wide:
        check_address(instance, address)
        await check_lists(ctx.db, instance, [address], is_invited=True)
    new = NewUser(
        email_addresses=[address],
        leaves_addresses_unproven=True,
        first_name=names["first_name"],
        last_name=names["last_name"],
    )
    return await make_user(ctx, instance, new)
