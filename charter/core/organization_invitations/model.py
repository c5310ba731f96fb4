"""The words of invitations to an organization."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.core.invitations.model import InvitationStatus
from charter.core.memberships.model import MemberProfile
from charter.core.organizations.model import Organization
from charter.core.users.model import User
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrganizationInvitation:
    """An address asked to join an organization in a role.

    Both metadata become the new membership's. `inviter_id` None: the app's server invited.
    introduced_user_id: the user who was made for the invited person; the link lets them in.
    further_role_keys: roles that the membership gets beside its primary one, as far as the
    organization's role set has them then.
    """

    id: str
    organization_id: str
    email_address: str
    address_key: str
    role_id: str
    role_key: str
    role_name: str
    inviter_id: str | None
    status: InvitationStatus
    redirect_url: str | None
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by: str | None
    created_at: datetime
    updated_at: datetime
    organization: Organization
    inviter: MemberProfile | None
    introduced_user_id: str | None = None
    further_role_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganizationInvitationRow:
    """An invitation on its way into its table."""

    id: str
    organization_id: str
    email_address: str
    address_key: str
    role_id: str
    inviter_id: str | None
    status: InvitationStatus
    redirect_url: str | None
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by: str | None
    domain_id: str | None
    created_at: datetime
    updated_at: datetime
    introduced_user_id: str | None = None
    further_role_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewOrganizationInvitation:
    """Whom to ask to join, in which role.

    role: the key of a role in the organization's role set. further_roles: of those beside it.
    inviter_user_id: the member in whose name; they have to manage members.
    expires_in_days: from 1 to 365, 30 where it is left out.
    notify: whether the link is sent by mail, as it is where this is left out.
    """

    email_address: str
    role: str
    inviter_user_id: str | None = None
    public_metadata: dict[str, Any] | None = None
    private_metadata: dict[str, Any] | None = None
    redirect_url: str | None = None
    expires_in_days: int | None = None
    notify: bool | None = None
    further_roles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OrganizationInvitationMade:
    """An invitation just made. The secret and the link that carries it are shown here alone."""

    invitation: OrganizationInvitation
    secret: str = field(repr=False)
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Introduced:
    """A person who was invited, and the user who they are; perhaps made for it."""

    user: User
    invitation: OrganizationInvitation


class InvitationPending(DomainError):
    """The address has an invitation to this organization that is still open."""

    kind, code = Kind.CONFLICT, "invitation_pending"
    message = "There is a pending invitation for this address already."
    parameter = "email_address"


class InvitationNotPending(DomainError):
    """Only an open invitation can be revoked; this one was accepted or has expired."""

    kind, code = Kind.CONFLICT, "invitation_not_pending"
    message = "The invitation is not pending."


class InvitationRevokedBefore(InvitationNotPending):
    """It was revoked before."""

    code = "invitation_revoked_before"


class InviterNotMember(DomainError):
    """The user in whose name this is asked is not a member of the organization."""

    kind, code = Kind.NOT_PERMITTED, "inviter_not_member"
    message = "The user in whose name you ask is not a member of the organization."


class InviterNotPermitted(DomainError):
    """The user in whose name this is asked does not manage members."""

    kind, code = Kind.NOT_PERMITTED, "inviter_not_permitted"
    message = "The user in whose name you ask may not manage members of the organization."


class InvitationInvalid(DomainError):
    """The token is unknown, or its invitation was revoked."""

    kind, code = Kind.NOT_FOUND, "invitation_invalid"
    message = "The invitation is not valid."


class InvitationExpired(DomainError):
    """The invitation has expired."""

    kind, code = Kind.GONE, "invitation_expired"
    message = "The invitation has expired."


class InvitationUsed(DomainError):
    """The invitation was accepted before."""

    kind, code = Kind.CONFLICT, "invitation_used"
    message = "The invitation has been accepted already."


class EmailMismatch(DomainError):
    """The acting user has not proven to hold the invited address."""

    kind, code = Kind.NOT_PERMITTED, "email_mismatch"
    message = "The invitation is for an address other than your verified ones."


class OrganizationInvitationCreated(Event):
    """An address was asked to join."""

    name = "organizationInvitation.created"


class OrganizationInvitationAccepted(Event):
    """The invited person joined."""

    name = "organizationInvitation.accepted"


class OrganizationInvitationResent(Event):
    """Another link was sent in the place of the one before."""

    name = "organizationInvitation.resent"


class OrganizationInvitationRevoked(Event):
    """An invitation was taken back."""

    name = "organizationInvitation.revoked"
