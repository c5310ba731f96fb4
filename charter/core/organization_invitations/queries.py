"""Every SQL statement about invitations to organizations."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Text,
    bindparam,
    case,
    exists,
    literal_column,
    null,
    or_,
    select,
    update,
)

from charter.core.aggregates import object_of
from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.tables import email_addresses
from charter.core.invitations.model import InvitationNotFound, InvitationStatus
from charter.core.invitations.terms import status_of
from charter.core.memberships.held import EVERYONE
from charter.core.memberships.model import MemberProfile
from charter.core.memberships.queries import organization_column, profile_column
from charter.core.organization_invitations.model import (
    InvitationPending,
    OrganizationInvitation,
    OrganizationInvitationRow,
)
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.model import Organization, OrganizationStatus
from charter.core.organizations.tables import organizations
from charter.core.role_sets.tables import role_sets
from charter.core.roles.tables import roles
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

_verified = (email_addresses.c.verification_status == word("verified"),)
_address_key = bindparam("address_key", type_=Text)
_user_id = bindparam("user_id", type_=Text)
_in_organization = organization_invitations.c.organization_id == bindparam(
    "organization_id", type_=Text
)
_by_id = organization_invitations.c.id == bindparam("invitation_id", type_=Text)
_pending = organization_invitations.c.status == word("pending")
_own = organization_invitations.c.instance_id == INSTANCE

_columns = {
    "status": status_of(organization_invitations),
    "role_key": roles.c.key,
    "role_name": roles.c.name,
    "organization": object_of(Organization, organization_column),
    "inviter": case((users.c.id.is_(None), null()), else_=object_of(MemberProfile, profile_column)),
}
_source = (
    organization_invitations.join(
        organizations,
        refers(organization_invitations.c.organization_id, organizations),
    )
    .join(
        role_sets,
        refers(organizations.c.role_set_id, role_sets),
    )
    .join(
        roles,
        refers(organization_invitations.c.role_id, roles),
    )
    .outerjoin(
        users,
        refers(organization_invitations.c.inviter_id, users),
    )
)
SELECT = (
    select(*columns(OrganizationInvitation, organization_invitations, **_columns))
    .select_from(_source)
    .where(_own)
)
"""Invitations with organization, role and inviter; lists add to it."""


def _read_address(text: str) -> str:
    """An address in the form in which it is compared; what is none fits none."""
    try:
        return address_key(text)
    except EmailAddressInvalid:
        return text.strip().casefold()


FIELDS: Fields = {
    "id": Field(organization_invitations.c.id, str),
    "status": Field(status_of(organization_invitations), InvitationStatus, nullable=False),
    "email_address": Field(organization_invitations.c.email_address, str, sortable=True),
    "email_address_text": FreeText(organization_invitations.c.email_address),
    "address_key": Field(organization_invitations.c.address_key, str, read=_read_address),
    "created_at": Field(organization_invitations.c.created_at, datetime, sortable=True),
    "organization_status": Field(organizations.c.status, OrganizationStatus),
}


def _listing(*conditions: Any) -> Listing[OrganizationInvitation]:
    return Listing(
        SELECT.where(*conditions),
        OrganizationInvitation,
        FIELDS,
        organization_invitations.c.id,
        order=NEWEST_FIRST,
    )


OF_INSTANCE = _listing()
OF_ORGANIZATION = _listing(_in_organization)
OF_USER = _listing(
    exists().where(
        email_addresses.c.instance_id == organization_invitations.c.instance_id,
        email_addresses.c.address_key == organization_invitations.c.address_key,
        email_addresses.c.user_id == _user_id,
        *_verified,
    )
)

INVITATION = Statement(SELECT.where(_by_id), OrganizationInvitation)
IN_ORGANIZATION = Statement(SELECT.where(_in_organization, _by_id), OrganizationInvitation)
INSERT = inserting(
    organization_invitations, violates={"uq_organization_invitations_pending": InvitationPending}
)
# Whoever was invited by a member meanwhile is invited.
OFFER = inserting_new(organization_invitations, "organization_id", "address_key", where=_pending)
EXPIRE = Statement[None](
    update(organization_invitations)
    .where(
        _own,
        _in_organization,
        organization_invitations.c.address_key == _address_key,
        _pending,
        organization_invitations.c.expires_at <= NOW,
    )
    .values(status=word("expired"))
)
REVOKE = Statement[None](
    update(organization_invitations)
    .where(_own, _by_id, _pending, organization_invitations.c.expires_at > NOW)
    .values(status=word("revoked"), updated_at=NOW)
)
OFFERED_BY_DOMAIN = Statement(
    SELECT.where(
        organization_invitations.c.domain_id == bindparam("domain_id", type_=Text),
        _pending,
        organization_invitations.c.expires_at > NOW,
    ).order_by(organization_invitations.c.id),
    OrganizationInvitation,
)
ACCEPT = Statement[None](
    update(organization_invitations)
    .where(_own, _by_id, _pending)
    .values(
        status=word("accepted"),
        accepted_at=NOW,
        accepted_by=_user_id,
        updated_at=NOW,
    )
)
IS_MEMBER_ADDRESS = Statement[bool](
    select(
        exists().where(
            email_addresses.c.instance_id == INSTANCE,
            email_addresses.c.address_key == _address_key,
            *_verified,
            EVERYONE.c.instance_id == email_addresses.c.instance_id,
            EVERYONE.c.user_id == email_addresses.c.user_id,
            EVERYONE.c.organization_id == bindparam("organization_id", type_=Text),
        )
    )
)
"""Also where the member is disabled: who is comes back by being enabled."""
HOLDER = Statement[str](
    select(email_addresses.c.user_id).where(
        email_addresses.c.instance_id == INSTANCE,
        email_addresses.c.address_key == _address_key,
        *_verified,
    )
)
_has_address = exists().where(
    email_addresses.c.instance_id == organization_invitations.c.instance_id,
    email_addresses.c.user_id == organization_invitations.c.introduced_user_id,
    email_addresses.c.address_key == organization_invitations.c.address_key,
)
_others = email_addresses.alias()
_is_held_by_another = exists().where(
    _others.c.instance_id == organization_invitations.c.instance_id,
    _others.c.address_key == organization_invitations.c.address_key,
    _others.c.user_id != organization_invitations.c.introduced_user_id,
    or_(_others.c.is_reserved, _others.c.verification_status == word("verified")),
)
INTRODUCED = Statement[str](
    select(organization_invitations.c.introduced_user_id)
    .where(
        _own,
        organization_invitations.c.address_key == _address_key,
        or_(bindparam("any_id", type_=Boolean), _by_id),
        _has_address,
        ~_is_held_by_another,
    )
    .order_by(organization_invitations.c.created_at, organization_invitations.c.id)
    .limit(literal_column("1"))
)
"""Who was made for the holder of an address, as long as nobody has proven or reserved it."""
PENDING_OF_USER = Statement(
    SELECT.where(
        _in_organization,
        _pending,
        organization_invitations.c.expires_at > NOW,
        or_(
            organization_invitations.c.introduced_user_id == _user_id,
            exists().where(
                email_addresses.c.instance_id == organization_invitations.c.instance_id,
                email_addresses.c.address_key == organization_invitations.c.address_key,
                email_addresses.c.user_id == _user_id,
                *_verified,
            ),
        ),
    )
    .order_by(organization_invitations.c.created_at.desc(), organization_invitations.c.id.desc())
    .limit(literal_column("1")),
    OrganizationInvitation,
)


async def get_invitation(
    db: Db, organization_id: str, invitation_id: str, now: datetime
) -> OrganizationInvitation:
    """An invitation of this organization. Raises: InvitationNotFound."""
    return await db.one(
        IN_ORGANIZATION,
        missing=InvitationNotFound("invitation_id"),
        organization_id=organization_id,
        invitation_id=invitation_id,
        now=now,
    )


async def find_invitation(
    db: Db, invitation_id: str, now: datetime
) -> OrganizationInvitation | None:
    """The invitation, in whichever organization."""
    return await db.find(INVITATION, invitation_id=invitation_id, now=now)


async def find_holder(db: Db, address_key: str) -> str | None:
    """The id of the user who has proven to hold the address."""
    found: str | None = await db.value(HOLDER, address_key=address_key)
    return found


async def find_invited(db: Db, invitation: OrganizationInvitation) -> str | None:
    """The id of the user whom the link of an invitation lets in: who has proven the address.

    Where nobody has, who was made for the invited person by this very invitation.
    """
    holder = await find_holder(db, invitation.address_key)
    if holder is not None or invitation.introduced_user_id is None:
        return holder
    found: str | None = await db.value(
        INTRODUCED, address_key=invitation.address_key, any_id=False, invitation_id=invitation.id
    )
    return found


async def find_introduced(db: Db, address_key: str) -> str | None:
    """The id of the user who was made for the holder of an address, by any invitation."""
    found: str | None = await db.value(
        INTRODUCED, address_key=address_key, any_id=True, invitation_id=""
    )
    return found


async def is_member_address(db: Db, organization_id: str, address_key: str) -> bool:
    """Whether a member of the organization has proven to hold the address."""
    return bool(
        await db.value(IS_MEMBER_ADDRESS, organization_id=organization_id, address_key=address_key)
    )


async def expire_invitation(db: Db, organization_id: str, address_key: str, now: datetime) -> None:
    """Write down that an address's invitation has expired, which makes room for another."""
    await db.run(EXPIRE, organization_id=organization_id, address_key=address_key, now=now)


async def revoke_invitation(db: Db, invitation_id: str, now: datetime) -> bool:
    """Take an open invitation back; False if it is not open."""
    return await db.run(REVOKE, invitation_id=invitation_id, now=now) == 1


async def offer_invitation(db: Db, row: OrganizationInvitationRow) -> bool:
    """Keep an invitation, unless the address has an open one. Returns: whether it was kept."""
    return await db.value(OFFER, **columns_of(row)) is not None


async def offered_by_domain(
    db: Db, domain_id: str, now: datetime
) -> tuple[OrganizationInvitation, ...]:
    """The open invitations that a domain has made by itself."""
    return await db.all(OFFERED_BY_DOMAIN, domain_id=domain_id, now=now)


async def accept_invitation(db: Db, invitation_id: str, user_id: str, now: datetime) -> bool:
    """Mark an open invitation as accepted; False if it is not open."""
    return await db.run(ACCEPT, invitation_id=invitation_id, user_id=user_id, now=now) == 1
