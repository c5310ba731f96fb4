"""What can be done with invitations to sign up."""

from collections.abc import Sequence

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.grants.tickets import signer
from charter.core.invitations import queries
from charter.core.invitations.inviting import INVITING_ERRORS, invite, prepare
from charter.core.invitations.model import (
    Invitation,
    InvitationAlreadyAccepted,
    InvitationAlreadyRevoked,
    InvitationMade,
    InvitationNotFound,
    InvitationRevoked,
    InvitationStatus,
    NewInvitation,
)
from charter.core.invitations.terms import check_number, with_status
from charter.core.vocabulary import Permission
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

OPEN = tuple(each for each in InvitationStatus if each is not InvitationStatus.REVOKED)


@operation("invitations.search", permission=Permission.INVITATIONS_READ, writes=False)
async def search(
    ctx: Context,
    search: Search,
    status: Sequence[InvitationStatus] = (),
    query: str | None = None,
) -> Found[Invitation]:
    """List invitations to sign up, newest first.

    status: those to show; all but the revoked ones where it is left out.
    query: an id, or a part of an address.
    Source: Clerk BAPI 2025-11-10, ListInvitations.
    """
    await ctx.allow()
    narrowed = search.narrowed(with_status(*(status or OPEN)))
    if query and query.strip():
        at = Place("query")
        text = Text(query.strip(), at)
        is_id = Apply(Op.EQ, (Name("id", at), text), at)
        has_part = Apply(Op.CONTAINS, (Name("email_address_text", at), text), at)
        narrowed = narrowed.narrowed(Apply(Op.OR, (is_id, has_part), at))
    return await queries.LISTING.search(ctx.db, narrowed, now=ctx.now)


@operation("invitations.create", permission=Permission.INVITATIONS_MANAGE, raises=INVITING_ERRORS)
async def create(ctx: Context, invitation: NewInvitation) -> InvitationMade:
    """Ask an address to sign up, by a link that works once.

    Returns: the invitation with its link, which is shown this once.
    Raises: EmailAddressInvalid; EmailAddressTaken, when a user holds the address, and
        InvitationExists, when it has an open invitation, both unless existing ones are ignored.
    Announces: InvitationCreated.
    Source: Clerk BAPI 2025-11-10, CreateInvitation.
    """
    await ctx.allow()
    row = await prepare(ctx, invitation)
    may_have_user = bool(invitation.ignore_existing)
    return await invite(ctx, await signer(ctx), row, invitation, may_have_user=may_have_user)


@operation(
    "invitations.create_several", permission=Permission.INVITATIONS_MANAGE, raises=INVITING_ERRORS
)
async def create_several(
    ctx: Context, invitations: Sequence[NewInvitation]
) -> tuple[InvitationMade, ...]:
    """Ask 1 to 10 addresses to sign up: all of them, or none if one cannot be asked.

    An address that a user holds is refused whatever the invitation says.
    Raises: as for one invitation.
    Announces: InvitationCreated, for each.
    Source: Clerk BAPI 2025-11-10, CreateBulkInvitations.
    """
    await ctx.allow()
    check_number(invitations)
    rows = [await prepare(ctx, new) for new in invitations]
    signing = await signer(ctx)
    # In one order for everybody, so that two of these do not wait for each other's addresses.
    for row in sorted(rows, key=lambda row: row.address_key):
        await queries.lock_address(ctx.db, row.address_key)
    return tuple(
        [
            await invite(ctx, signing, row, new, may_have_user=False)
            for row, new in zip(rows, invitations, strict=True)
        ]
    )


@operation(
    "invitations.revoke",
    permission=Permission.INVITATIONS_MANAGE,
    raises=(InvitationNotFound, InvitationAlreadyAccepted, InvitationAlreadyRevoked),
)
async def revoke(ctx: Context, invitation_id: str) -> Invitation:
    """Take an invitation back: its link works no more. The address may still sign up by itself.

    Raises: InvitationNotFound; InvitationAlreadyAccepted; InvitationAlreadyRevoked.
    Announces: InvitationRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeInvitation.
    """
    await ctx.allow()
    before = await queries.get_invitation(ctx.db, invitation_id, ctx.now)
    revoked = await queries.revoke_invitation(ctx.db, invitation_id, ctx.now)
    if revoked is None:
        now = await queries.get_invitation(ctx.db, invitation_id, ctx.now)
        if now.status is InvitationStatus.ACCEPTED:
            raise InvitationAlreadyAccepted("invitation_id")
        raise InvitationAlreadyRevoked("invitation_id")
    await granting.revoke(ctx, Purpose.INVITATION, invitation_id)
    ctx.announce(InvitationRevoked(revoked, before=before))
    return revoked
