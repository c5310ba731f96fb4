"""Accepts an invitation to an organization by its mailed token, and signs in whom it was for."""

from charter.core.account_logins.admitting import client_of, limited
from charter.core.account_logins.entering import ENTERING_ERRORS, entered, entry_of
from charter.core.account_logins.model import (
    CLIENT_ERRORS,
    LoggedIn,
    LoginInvitationInvalid,
    SecondFactorWrong,
)
from charter.core.account_logins.proving import prove_second
from charter.core.checks.model import Check, CheckStatus
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.grants.tickets import read_ticket
from charter.core.instances.model import Instance
from charter.core.invitations.model import InvitationStatus
from charter.core.keys.claimed import is_signed_form
from charter.core.keys.lookup import instance_of
from charter.core.listed_identifiers.listing import put
from charter.core.listed_identifiers.model import ListName
from charter.core.memberships.joining import JOINING, lock_open_organization
from charter.core.memberships.model import AlreadyMember
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.accepting import joined_by_link
from charter.core.organization_invitations.model import InvitationUsed, OrganizationInvitation
from charter.core.passwords.model import UserLocked
from charter.core.sign_ins.model import Passed
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    IdentifierNotAllowed,
    check_address,
    check_lists,
)
from charter.core.tickets.model import STRATEGY
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import IdentificationStatus, NewUser, User
from charter.core.users.queries import get_user
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.errors import NotFound
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest

PURPOSE = Purpose.ORGANIZATION_INVITATION


@operation(
    "account_logins.accept_invitation",
    permission=Permission.PUBLIC,
    raises=(
        *CLIENT_ERRORS,
        *ENTERING_ERRORS,
        *JOINING,
        *MAKING_ERRORS,
        AddressNotAllowed,
        AlreadyMember,
        IdentifierNotAllowed,
        LoginInvitationInvalid,
        SecondFactorWrong,
        UserLocked,
    ),
)
async def accept_invitation(
    ctx: Context, token: str, client_id: str | None = None, code: str | None = None
) -> LoggedIn:
    """Join an organization by the token that was mailed, and sign in there.

    Who has proven the address joins as who they are, and shows a second factor where they have
    one; for an address that is nobody's a user is made, without a password, with the address
    proven. The token is spent by it.
    Raises: LoginInvitationInvalid, for a token that is unknown, spent, too old, or of another
        application; SecondFactorRequired, SecondFactorWrong; JOINING; AlreadyMember, for a member
        who is disabled; EmailAddressTaken, where another signs up with it at this moment.
    Announces: UserCreated; MembershipCreated, OrganizationInvitationAccepted; SessionCreated,
        OauthAuthorizationCreated.
    Source: Accounts API, GET and POST /auth/accept-invite.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    client = await client_of(ctx, client_id)
    await limited(ctx, instance)
    invitation, secret = await _read(ctx, token)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    holder_id = await queries.find_invited(reading, invitation)
    user = None if holder_id is None else await get_user(reading, holder_id)
    entry = entry_of(ctx, instance, user, invitation.email_address)
    second = await prove_second(ctx, instance, user, code, first=Strategy.EMAIL_LINK.value)
    try:
        # Organization, invitation, grant: whoever locks several of them does so in this order.
        organization = await lock_open_organization(ctx, invitation.organization_id)
        await granting.spend(ctx, PURPOSE, secret)
    except (*GRANT_ERRORS, NotFound) as unusable:
        raise LoginInvitationInvalid from unusable
    holder_id = await queries.find_invited(ctx.db, invitation)
    if holder_id is None:
        holder_id = (await _made(ctx, instance, invitation)).id
    elif user is None or user.id != holder_id:
        # Somebody proved the address at this moment: what factors they have was not asked for.
        raise LoginInvitationInvalid
    try:
        await joined_by_link(ctx, invitation, organization, holder_id)
    except (EmailAddressTaken, InvitationUsed) as late:
        raise LoginInvitationInvalid from late
    passed = Passed(Check(STRATEGY, CheckStatus.VERIFIED), holder_id)
    return await entered(ctx, client, entry, passed, second, organization_id=organization.id)


async def _read(ctx: Context, token: str) -> tuple[OrganizationInvitation, str]:
    """The invitation of a token that could be used now, and the secret in it.

    Raises: LoginInvitationInvalid.
    """
    try:
        secret = await read_ticket(ctx, token, PURPOSE) if is_signed_form(token) else token
    except GRANT_ERRORS as unusable:
        raise LoginInvitationInvalid from unusable
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    grant = await grant_queries.find_by_secret(reading, PURPOSE, digest(secret), None)
    if grant is None or not granting.is_usable(grant, ctx.now):
        raise LoginInvitationInvalid
    invitation = await queries.find_invitation(reading, grant.subject_id, ctx.now)
    if invitation is None or invitation.status is not InvitationStatus.PENDING:
        raise LoginInvitationInvalid
    return invitation, secret


async def _made(ctx: Context, instance: Instance, invitation: OrganizationInvitation) -> User:
    """A user for the holder of an address that is nobody's; the mailed link proves it.

    Raises: AddressNotAllowed; IdentifierNotAllowed; MAKING_ERRORS.
    """
    address = invitation.email_address
    check_address(instance, address)
    await check_lists(ctx.db, instance, [address], is_invited=True)
    if instance.settings.restrictions.has_allowlist:
        # Who was let in once is let in again, when they come without their invitation.
        await put(ctx, ListName.ALLOW, address)
    new = NewUser(
        email_addresses=[address],
        email_address_statuses=[IdentificationStatus.VERIFIED],
        email_address_strategies=(Strategy.TICKET,),
    )
    return await make_user(ctx, instance, new)
