"""The words of memberships."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.core.organizations.model import Organization
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MemberProfile:
    """What others in an organization see of a member."""

    user_id: str
    first_name: str | None
    last_name: str | None
    image_key: str | None
    username: str | None
    email_address: str | None
    phone_number: str | None
    is_banned: bool
    # With a default: what the stream recorded before there was this is read again.
    number: int | None = None

    @property
    def identifier(self) -> str | None:
        """What the member is seen by: the primary address, number, or the username."""
        return self.email_address or self.phone_number or self.username

    @property
    def name(self) -> str | None:
        """First and last name, as far as they are known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or None


@dataclass(frozen=True, slots=True)
class Membership:
    """A user in an organization, with the roles they hold there.

    `role_…` is the primary role; `permissions` are those of all roles together.
    disabled_at: since when they are disabled and no member, and what they would hold is told.
    """

    id: str
    organization_id: str
    user_id: str
    role_id: str
    role_key: str
    role_name: str
    is_creator_role: bool
    permissions: tuple[str, ...]
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    organization: Organization
    member: MemberProfile
    further_role_keys: tuple[str, ...] = ()
    disabled_at: datetime | None = None

    @property
    def role_keys(self) -> tuple[str, ...]:
        """The keys of all roles, the primary one first."""
        return (self.role_key, *self.further_role_keys)


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A membership on its way into its table."""

    id: str
    organization_id: str
    user_id: str
    role_id: str
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoleInSet:
    """A role as an organization may give it."""

    id: str
    key: str
    name: str
    is_creator_role: bool
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewMembership:
    """Whom to make a member. `role` is the key of a role in the organization's role set.

    further_roles: keys of roles beside it. The creator's role among them becomes the primary one.
    """

    user_id: str
    role: str
    public_metadata: dict[str, Any] | None = None
    private_metadata: dict[str, Any] | None = None
    further_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MembershipRole:
    """That a member holds a role beside the primary one."""

    membership_id: str
    role_id: str


@dataclass(frozen=True, slots=True)
class EndedMembership:
    """A membership that went with its user: what may be told of it when the person is gone."""

    id: str
    organization_id: str
    user_id: str
    role_id: str


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """What a decision about a member needs: whether they are one, and what their roles hold."""

    is_member: bool
    permissions: frozenset[str]
    role_key: str | None = None
    is_creator_role: bool = False


STRANGER = MemberStanding(is_member=False, permissions=frozenset())


class MemberNotFound(DomainError):
    """The user is not a member of the organization."""

    kind, code = Kind.NOT_FOUND, "member_not_found"
    message = "The user is not a member of this organization."


class AlreadyMember(DomainError):
    """The user is a member of the organization already, or one who is disabled."""

    kind, code = Kind.CONFLICT, "already_member"
    message = "The user is a member of this organization already."
    parameter = "user_id"


class OwnMembership(DomainError):
    """Nobody disables themselves: they could not undo it. Who wants to go leaves."""

    kind, code = Kind.NOT_PERMITTED, "own_membership"
    message = "You cannot disable your own membership."
    parameter = "user_id"


class LastOwner(DomainError):
    """An organization keeps at least one member in its creator's role.

    The deletion of a user is not held up by this: their memberships go with them, and an
    organization that is left without an owner stays, for the instance's secret key to mend.
    """

    kind, code = Kind.CONFLICT, "last_owner"
    message = "An organization keeps at least one owner."


class MembershipLimitReached(DomainError):
    """The organization has as many members and pending invitations as it may."""

    kind, code = Kind.NOT_PERMITTED, "membership_limit_reached"
    message = "The organization has reached its limit of {limit} memberships."


class MembershipCreated(Event):
    """A user became a member."""

    name = "organizationMembership.created"


class MembershipUpdated(Event):
    """A membership was changed."""

    name = "organizationMembership.updated"


class MembershipEnded(Event):
    """A user is no longer a member."""

    name = "organizationMembership.deleted"


class DisabledMembershipEnded(Event):
    """A user who had been disabled will not come back; that they are no member was told before."""

    name = "disabledMembership.deleted"
