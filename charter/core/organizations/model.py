"""The words of organizations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset


class OrganizationStatus(StrEnum):
    """Whether an organization may be used.

    On trial, or with a payment that failed, it is used like an active one; who bills it says so.
    """

    ACTIVE = "active"
    TRIAL = "trial"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    CLOSED = "closed"

    @property
    def is_in_use(self) -> bool:
        """Whether it takes members, and its members may do what their roles hold."""
        return self in IN_USE


IN_USE = (OrganizationStatus.ACTIVE, OrganizationStatus.TRIAL, OrganizationStatus.PAST_DUE)


@dataclass(frozen=True, slots=True)
class Organization:
    """The boundary of collaboration and billing.

    `max_allowed_memberships` 0 means no limit. The two counts are None where nobody asked.
    country: ISO 3166-1 alpha-2. claimed_name: the name in the form in which no other may claim it;
    None: it is not claimed. is_status_held: whether the instance set it, so that members may not.
    paid_until: until when it is paid for; None where it never was. avatar_url: a picture elsewhere.
    """

    id: str
    number: int
    name: str
    slug: str | None
    parent_id: str | None
    status: OrganizationStatus
    image_key: str | None
    created_by: str | None
    max_allowed_memberships: int
    admin_delete_enabled: bool
    role_set_id: str
    role_set_key: str
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    last_active_at: datetime | None
    created_at: datetime
    updated_at: datetime
    members_count: int | None
    pending_invitations_count: int | None
    is_missing_elevated_member: bool | None
    # With defaults: what the stream recorded before there were these is read again.
    description: str | None = None
    contact_address: str | None = None
    country: str | None = None
    claimed_name: str | None = None
    is_status_held: bool = False
    paid_until: datetime | None = None
    avatar_url: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization on its way into its table."""

    id: str
    name: str
    slug: str | None
    parent_id: str | None
    status: OrganizationStatus
    image_key: str | None
    created_by: str | None
    max_allowed_memberships: int
    admin_delete_enabled: bool
    role_set_id: str
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    last_active_at: datetime | None
    search_text: str
    description: str | None
    contact_address: str | None
    country: str | None
    claimed_name: str | None
    is_status_held: bool
    paid_until: datetime | None
    avatar_url: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoleSetRef:
    """The role set of an organization, as far as its members need it."""

    id: str
    key: str
    default_role_id: str | None
    creator_role_id: str | None


@dataclass(frozen=True, slots=True)
class Creator:
    """A user, as far as the making of organizations needs it."""

    id: str
    can_create_organizations: bool
    organizations_limit: int | None


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What an organization is made of.

    name: 1 to 256 characters, no markup, no addresses of pages.
    slug: lower-case letters, digits and dashes; made from the name where there is none.
    created_by: the user who becomes its first member, in the creator's role.
    max_allowed_memberships: 0 is no limit; None takes the instance's setting.
    created_at: None is now; never later.
    role_set_key: None is the instance's initial role set.
    description: up to 2,000 characters. contact_address: where mail reaches it, kept as given.
    country: ISO 3166-1 alpha-2, in any case.
    claims_name: whether no other organization may claim the name; it is a stricter one then.
    avatar_url: an https address of up to 2,048 characters.
    status, paid_until: for who bills it, the instance.
    """

    name: str
    slug: str | None = None
    created_by: str | None = None
    public_metadata: dict[str, Any] | None = None
    private_metadata: dict[str, Any] | None = None
    max_allowed_memberships: int | None = None
    created_at: datetime | None = None
    role_set_key: str | None = None
    description: str | None = None
    contact_address: str | None = None
    country: str | None = None
    claims_name: bool = False
    avatar_url: str | None = None
    status: OrganizationStatus | None = None
    paid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrganizationPatch:
    """What may be changed of an organization; shapes as in NewOrganization.

    Metadata is replaced as a whole. A null slug, limit, time or role set leaves it as it is; a
    null description, contact address, country, picture or end of what is paid takes it away.
    claims_name: whether its name is claimed from now on; left out, another name is not.
    name_to_claim: a name that it is to have and to claim, in the place of both.
    """

    name: str | Unset | None = UNSET
    slug: str | Unset | None = UNSET
    max_allowed_memberships: int | Unset | None = UNSET
    admin_delete_enabled: bool | Unset | None = UNSET
    created_at: datetime | Unset | None = UNSET
    role_set_key: str | Unset | None = UNSET
    public_metadata: dict[str, Any] | Unset | None = UNSET
    private_metadata: dict[str, Any] | Unset | None = UNSET
    description: str | Unset | None = UNSET
    contact_address: str | Unset | None = UNSET
    country: str | Unset | None = UNSET
    status: OrganizationStatus | Unset = UNSET
    name_to_claim: str | Unset | None = UNSET
    claims_name: bool | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    paid_until: datetime | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class MetadataPatch:
    """Two metadata objects, each of which may be left out."""

    public_metadata: dict[str, Any] | Unset = UNSET
    private_metadata: dict[str, Any] | Unset = UNSET


class OrganizationNotFound(DomainError):
    """There is no such organization, or the caller may not know of it."""

    kind, code = Kind.NOT_FOUND, "organization_not_found"
    message = "No organization has this id or slug."


class SlugTaken(DomainError):
    """Another organization of the instance has this slug."""

    kind, code = Kind.UNPROCESSABLE, "slug_taken"
    message = "That slug is taken. Please try another."
    parameter = "slug"


class OrganizationNameTaken(DomainError):
    """Another organization of the instance claims this name."""

    kind, code = Kind.CONFLICT, "organization_name_taken"
    message = "Another organization has claimed this name."
    parameter = "name"


class OrganizationCreatorNotFound(DomainError):
    """The user named as creator does not exist."""

    kind, code = Kind.INVALID, "organization_creator_not_found"
    message = "The user named as creator does not exist."


class OrganizationLimitReached(DomainError):
    """The user has made as many organizations as they may."""

    kind, code = Kind.NOT_PERMITTED, "organization_limit_reached"
    message = "You have reached your limit of {limit} organizations."


class OrganizationCreationNotAllowed(DomainError):
    """The user may not make organizations."""

    kind, code = Kind.NOT_PERMITTED, "organization_creation_not_allowed"
    message = "You may not create organizations."


class OrganizationsNotEnabled(DomainError):
    """The instance has no organizations."""

    kind, code = Kind.NOT_PERMITTED, "organizations_not_enabled"
    message = "Organizations are not enabled in this instance."


class OrganizationSlugsDisabled(DomainError):
    """The instance gives its organizations no slugs."""

    kind, code = Kind.NOT_PERMITTED, "organization_slugs_disabled"
    message = "Organizations of this instance have no slugs."


class OrganizationClosed(DomainError):
    """The organization is closed: nothing is made in it."""

    kind, code = Kind.CONFLICT, "organization_closed"
    message = "The organization is closed."


class OrganizationInactive(DomainError):
    """The organization is suspended or closed, and takes no new members."""

    kind, code = Kind.NOT_PERMITTED, "organization_inactive"
    message = "The organization is {status}."


class ParentIsBelow(DomainError):
    """An organization cannot stand below itself."""

    kind, code = Kind.CONFLICT, "parent_is_below"
    message = "The new parent stands below the organization."


class OrganizationHasChildren(DomainError):
    """Other organizations stand below this one."""

    kind, code = Kind.CONFLICT, "organization_has_children"
    message = "Move or delete the organizations below this one first."


class OrganizationDeletionNotAllowed(DomainError):
    """The organization's members may not delete it."""

    kind, code = Kind.NOT_PERMITTED, "organization_deletion_not_allowed"
    message = "Members of this organization may not delete it."


class RolesOutsideSet(DomainError):
    """Members have roles that the new role set lacks; `role_keys` names them."""

    kind, code = Kind.UNPROCESSABLE, "roles_outside_set"
    message = "Members hold roles that the new role set does not have."


class LogoNotFound(DomainError):
    """The organization has no logo."""

    kind, code = Kind.NOT_FOUND, "logo_not_found"
    message = "The organization has no logo."


@dataclass(frozen=True, slots=True)
class LogoCredit:
    """Who uploaded a logo."""

    id: str
    organization_id: str
    image_key: str
    uploader_user_id: str | None


class OrganizationEvent(Event):
    """Something happened to an organization as a whole."""

    @property
    def organization_id(self) -> str | None:
        """The organization is itself where it happened."""
        return self.subject_id


class OrganizationCreated(OrganizationEvent):
    """An organization was made."""

    name = "organization.created"


class OrganizationUpdated(OrganizationEvent):
    """An organization was changed."""

    name = "organization.updated"


class OrganizationDeleted(OrganizationEvent):
    """An organization was deleted."""

    name = "organization.deleted"


class LogoUploaded(Event):
    """An organization was given a logo; the row says by whom."""

    name = "organization.logoUploaded"
