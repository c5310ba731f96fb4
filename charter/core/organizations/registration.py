"""The words of registrations: a new person together with an organization of theirs."""

from dataclasses import dataclass, field

from charter.core.organizations.model import Organization, OrganizationStatus
from charter.core.users.model import User
from charter.core.verification import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Who registers. legal_accepted: whether they have agreed to the instance's terms.

    password: who is vouched for may have none, and signs in by mail.
    """

    email_address: str
    password: str | None = field(default=None, repr=False)
    first_name: str | None = None
    last_name: str | None = None
    legal_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRegistration(NewPerson):
    """Who registers, and for which organization.

    country: of the organization, in ISO 3166-1 alpha-2. claims_name, avatar_url and status: as in
    NewOrganization.
    """

    organization_name: str
    country: str | None = None
    claims_name: bool = False
    avatar_url: str | None = None
    status: OrganizationStatus | None = None


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """Who was registered without an organization. verification: of the code that was mailed."""

    user: User
    verification: Verification


@dataclass(frozen=True, slots=True)
class Registration:
    """Who was registered. verification: of the code that was mailed; None where none was."""

    user: User
    organization: Organization
    verification: Verification | None
