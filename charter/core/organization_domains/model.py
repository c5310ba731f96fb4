"""The words of domains of organizations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from charter.core.checks.model import Check
from charter.core.organizations.model import Organization
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

AFFILIATION = "affiliation_email_code"
OWNERSHIP = "txt"
OVERRIDE = "manual_override"
"""The strategy of what an app's server has said without any proof."""
MOST_AT_ONCE = 10


class EnrollmentMode(StrEnum):
    """What becomes of users with a verified address of a verified domain."""

    MANUAL_INVITATION = auto()
    """Nothing: members invite whom they want."""
    AUTOMATIC_INVITATION = auto()
    """They are invited, and join at a click."""
    AUTOMATIC_SUGGESTION = auto()
    """They may ask to join, and a member decides."""
    ENTERPRISE_SSO = auto()
    """They join by signing in through the organization's own connection."""

    @property
    def is_automatic(self) -> bool:
        """Whether people are enrolled without anybody's doing."""
        return self in (EnrollmentMode.AUTOMATIC_INVITATION, EnrollmentMode.AUTOMATIC_SUGGESTION)


@dataclass(frozen=True, slots=True)
class OrganizationDomain:
    """A domain of an organization.

    name: in its one normal form. affiliation_check: that somebody of the organization reads mail
    there; ownership_check: that somebody who acts for it publishes there. claimed_at: when the
    first of the two was proven; from then on no other organization can have the domain.
    """

    id: str
    organization_id: str
    name: str
    enrollment_mode: EnrollmentMode
    affiliation_email_address: str | None
    affiliation_check: Check | None
    ownership_check: Check | None
    ownership_verified_at: datetime | None
    claimed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    total_pending_invitations: int
    total_pending_suggestions: int
    organization: Organization

    @property
    def is_verified(self) -> bool:
        """Whether it is proven to be the organization's."""
        return self.claimed_at is not None


@dataclass(frozen=True, slots=True)
class OrganizationDomainRow:
    """A domain on its way into its table."""

    id: str
    organization_id: str
    name: str
    enrollment_mode: EnrollmentMode
    affiliation_email_address: str | None
    affiliation_check: Check | None
    ownership_check: Check | None
    ownership_verified_at: datetime | None
    claimed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Challenged:
    """A domain whose ownership is to be proven by a TXT record.

    record_name: where it has to stand; record_value: what it has to say, shown this once.
    """

    domain: OrganizationDomain
    record_name: str
    record_value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A domain, by its name or id, with which nothing was done, and why."""

    subject: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class Several:
    """What became of several domains at once: each stands or falls alone."""

    done: Sequence[OrganizationDomain | Challenged]
    refused: Sequence[Refused]


class DomainNotFound(DomainError):
    """The organization has no such domain."""

    kind, code = Kind.NOT_FOUND, "domain_not_found"
    message = "The organization has no domain with this id."


class DomainNameInvalid(DomainError):
    """The text is not a domain."""

    kind, code = Kind.UNPROCESSABLE, "domain_name_invalid"
    message = "{parameter} must be a valid domain, such as example.com."


class DomainCommon(DomainError):
    """Anybody may have an address of this domain, so it is no organization's."""

    kind, code = Kind.UNPROCESSABLE, "domain_common"
    message = "{name} is a provider of mail for everybody and cannot be an organization's domain."


class DomainTaken(DomainError):
    """Another organization has proven that the domain is theirs."""

    kind, code = Kind.UNPROCESSABLE, "domain_taken"
    message = "This domain belongs to another organization."
    parameter = "name"


class DomainSignsIn(DomainTaken):
    """People of the domain sign in through an active connection, and are not enrolled besides."""

    code = "domain_signs_in"
    message = "People of this domain sign in through an enterprise connection."


class DomainExists(DomainError):
    """The organization has this domain already."""

    kind, code = Kind.UNPROCESSABLE, "domain_exists"
    message = "The organization has this domain already."
    parameter = "name"


class DomainLimitReached(DomainError):
    """The organization has as many domains as it may."""

    kind, code = Kind.NOT_PERMITTED, "domain_limit_reached"
    message = "The organization has reached its limit of {limit} domains."


class DomainsNotEnabled(DomainError):
    """Organizations of this instance have no domains."""

    kind, code = Kind.NOT_PERMITTED, "domains_not_enabled"
    message = "Organizations of this instance have no domains."


class EnrollmentModeNotEnabled(DomainError):
    """The instance does not offer this way to enroll."""

    kind, code = Kind.NOT_PERMITTED, "enrollment_mode_not_enabled"
    message = "This way to enroll is not enabled in this instance."


class AffiliationMismatch(DomainError):
    """The address is not of the domain that it should prove."""

    kind, code = Kind.UNPROCESSABLE, "affiliation_mismatch"
    message = "The address must be of the domain {name}."
    parameter = "affiliation_email_address"


class OwnershipNotVerified(DomainError):
    """The record that was asked for is not published."""

    kind, code = Kind.UNPROCESSABLE, "ownership_not_verified"
    message = "The TXT record was not found. It may take a while to be seen everywhere."


class OrganizationDomainCreated(Event):
    """An organization named a domain as its own."""

    name = "organizationDomain.created"


class OrganizationDomainUpdated(Event):
    """A domain was proven, or its way to enroll was changed."""

    name = "organizationDomain.updated"


class OrganizationDomainDeleted(Event):
    """An organization gave a domain up."""

    name = "organizationDomain.deleted"
