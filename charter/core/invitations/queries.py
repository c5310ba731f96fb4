"""Every SQL statement about invitations to sign up."""

from datetime import datetime

from sqlalchemy import Text, bindparam, exists, or_, select, text, update

from charter.core.email_addresses.tables import email_addresses
from charter.core.invitations.model import Invitation, InvitationNotFound, InvitationStatus
from charter.core.invitations.tables import invitations
from charter.core.invitations.terms import status_of
from charter.core.statements import NEWEST_FIRST, NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

_columns = columns(Invitation, invitations, status=status_of(invitations))
_select = select(*_columns).where(invitations.c.instance_id == INSTANCE)
_by_id = invitations.c.id == bindparam("invitation_id", type_=Text)
_address_key = bindparam("address_key", type_=Text)

FIELDS: Fields = {
    "id": Field(invitations.c.id, str),
    "status": Field(status_of(invitations), InvitationStatus, nullable=False),
    "email_address": Field(invitations.c.email_address, str, sortable=True),
    "email_address_text": FreeText(invitations.c.email_address),
    "created_at": Field(invitations.c.created_at, datetime, sortable=True),
    "expires_at": Field(invitations.c.expires_at, datetime, sortable=True),
}
LISTING = Listing(
    _select,
    Invitation,
    FIELDS,
    invitations.c.id,
    order=NEWEST_FIRST,
)

INVITATION = Statement(_select.where(_by_id), Invitation)
INSERT = inserting(invitations)
LOCK_ADDRESS = Statement[None](
    text("SELECT pg_advisory_xact_lock(hashtextextended(:instance_id || :address_key, 1))")
)
HAS_USER = Statement[bool](
    select(
        exists().where(
            email_addresses.c.instance_id == INSTANCE,
            email_addresses.c.address_key == _address_key,
            or_(
                email_addresses.c.is_reserved,
                email_addresses.c.verification_status == word("verified"),
            ),
        )
    )
)
HAS_PENDING = Statement[bool](
    select(
        exists().where(
            invitations.c.instance_id == INSTANCE,
            invitations.c.address_key == _address_key,
            invitations.c.status == word("pending"),
            invitations.c.expires_at > NOW,
        )
    )
)


def _settle(status: str) -> Statement[Invitation]:
    """Gives an open invitation its last status."""
    return Statement(
        update(invitations)
        .where(
            invitations.c.instance_id == INSTANCE,
            _by_id,
            invitations.c.status == word("pending"),
        )
        .values(status=word(status), updated_at=NOW)
        .returning(*_columns),
        Invitation,
    )


ACCEPT = _settle("accepted")
REVOKE = _settle("revoked")


async def lock_address(db: Db, address_key: str) -> None:
    """Hold an address until the transaction ends, so that it is invited once at a time."""
    await db.value(LOCK_ADDRESS, address_key=address_key)


async def has_user(db: Db, address_key: str) -> bool:
    """Whether a user holds the address."""
    return bool(await db.value(HAS_USER, address_key=address_key))


async def has_pending(db: Db, address_key: str, now: datetime) -> bool:
    """Whether the address has an open invitation."""
    return bool(await db.value(HAS_PENDING, address_key=address_key, now=now))


async def get_invitation(db: Db, invitation_id: str, now: datetime) -> Invitation:
    """The invitation. Raises: InvitationNotFound."""
    return await db.one(
        INVITATION,
        missing=InvitationNotFound("invitation_id"),
        invitation_id=invitation_id,
        now=now,
    )


async def accept_invitation(db: Db, invitation_id: str, now: datetime) -> Invitation | None:
    """Mark an open invitation as accepted; None if it is not open."""
    return await db.find(ACCEPT, invitation_id=invitation_id, now=now)


async def revoke_invitation(db: Db, invitation_id: str, now: datetime) -> Invitation | None:
    """Take an invitation back that was not accepted; None if there is nothing to take back."""
    return await db.find(REVOKE, invitation_id=invitation_id, now=now)
