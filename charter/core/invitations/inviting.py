"""Makes invitations to sign up: checks first, then the row, its grant, its link and its letter."""

from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting
from charter.core.grants.links import TicketStatus, checked_redirect_url, ticket_link
from charter.core.grants.model import Purpose
from charter.core.grants.tickets import TicketSigner
from charter.core.invitations import queries
from charter.core.invitations.model import (
    InvitationCreated,
    InvitationExists,
    InvitationMade,
    InvitationRow,
    InvitationStatus,
    InvitationTemplate,
    NewInvitation,
)
from charter.core.invitations.terms import expiry
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.messages.queueing import queue
from charter.kernel.operation import Context
from charter.kernel.patch import metadata

INVITING_ERRORS = (EmailAddressInvalid, EmailAddressTaken, InvitationExists, NoActiveSigningKey)
"""What inviting may raise, beyond the errors of any input."""


async def prepare(ctx: Context, new: NewInvitation) -> InvitationRow:
    """The row of a new invitation, checked; call it before any statement.

    Raises: EmailAddressInvalid, InvalidInput, TooLarge.
    """
    instance = await instance_of(ctx)
    return InvitationRow(
        id=ctx.new_id("inv_"),
        email_address=new.email_address.strip(),
        address_key=address_key(new.email_address),
        status=InvitationStatus.PENDING,
        redirect_url=checked_redirect_url(new.redirect_url),
        template_slug=new.template_slug or InvitationTemplate.INVITATION,
        public_metadata=metadata(
            new.public_metadata or {},
            parameter="public_metadata",
            limit_bytes=instance.settings.max_metadata_bytes,
        ),
        expires_at=expiry(ctx.now, new.expires_in_days),
        created_at=ctx.now,
        updated_at=ctx.now,
    )


async def invite(
    ctx: Context,
    signer: TicketSigner,
    row: InvitationRow,
    new: NewInvitation,
    *,
    may_have_user: bool,
) -> InvitationMade:
    """Write an invitation down and send it.

    may_have_user: whether an address that a user holds may be invited.
    Raises: EmailAddressTaken, InvitationExists.
    Announces: InvitationCreated.
    """
    await queries.lock_address(ctx.db, row.address_key)
    has_user = await queries.has_user(ctx.db, row.address_key)
    if has_user and not may_have_user:
        raise EmailAddressTaken
    if not new.ignore_existing and await queries.has_pending(ctx.db, row.address_key, ctx.now):
        raise InvitationExists([row.email_address])
    await ctx.db.insert(queries.INSERT, row)
    issued = await granting.issue(ctx, Purpose.INVITATION, row.id, expires_at=row.expires_at)
    carried = signer.ticket(Purpose.INVITATION, issued, row.expires_at)
    status = TicketStatus.SIGN_IN if has_user else TicketStatus.SIGN_UP
    url = ticket_link(ctx, carried, row.redirect_url, status, app_url=signer.app_url)
    invitation = await queries.get_invitation(ctx.db, row.id, ctx.now)
    if new.notify is not False:
        await queue(
            ctx,
            row.template_slug.value,
            row.email_address,
            action_url=url,
            expires_at=row.expires_at,
            invitation_metadata=row.public_metadata,
        )
    ctx.announce(InvitationCreated(invitation))
    return InvitationMade(invitation, url)
