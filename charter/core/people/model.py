"""The words of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from charter.core.email_addresses.model import EmailAddress
from charter.kernel.errors import DomainError, Kind
from charter.kernel.patch import UNSET, Unset

DEFAULT_TYPE = "work"
"""What an address is for where nobody said it: whoever provisions people is at work."""


class PersonStatus(StrEnum):
    """Whether a person may sign in, and who decided that they may not."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Kept out for now, by an administrator."""
    DISABLED = "disabled"
    """Deprovisioned: a directory does not know them any more, and may bring them back."""
    DELETED = "deleted"
    """Gone for good: nothing is left of them but their id."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user with their identity, as far as directories and accounts know one.

    user_name: by which a directory names them, unique in the instance; where none was given it
    is the primary address, or else the username, or else the id. is_name_given: whether one was.
    email_types: what addresses are for, by their normal form. Of who is gone all but `id` and the
    moments is None or empty.
    """

    id: str
    status: PersonStatus
    user_name: str
    is_name_given: bool
    external_id: str | None
    first_name: str | None
    last_name: str | None
    display_name: str | None
    avatar_url: str | None
    image_key: str | None
    preferred_language: str | None
    locale: str | None
    timezone: str | None
    preferred_membership_id: str | None
    email_addresses: tuple[EmailAddress, ...]
    email_types: Mapping[str, str]
    created_at: datetime
    updated_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether they may sign in."""
        return self.status is PersonStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class FormerUser:
    """What is left of a user who is gone: nothing of the person."""

    id: str
    deleted_at: datetime


def gone(former: FormerUser) -> Person:
    """Who is gone, as a person."""
    return Person(
        id=former.id,
        status=PersonStatus.DELETED,
        user_name=former.id,
        is_name_given=False,
        external_id=None,
        first_name=None,
        last_name=None,
        display_name=None,
        avatar_url=None,
        image_key=None,
        preferred_language=None,
        locale=None,
        timezone=None,
        preferred_membership_id=None,
        email_addresses=(),
        email_types={},
        created_at=former.deleted_at,
        updated_at=former.deleted_at,
    )


@dataclass(frozen=True, slots=True)
class PersonAddress:
    """An email address of a person. type: what it is for, such as `work`, 1 to 64 characters."""

    address: str
    is_primary: bool = False
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPatch:
    """What changes of who a person is; the rest stays, and null clears.

    avatar_url: https, up to 2048 characters. preferred_language, locale: BCP 47. timezone: IANA.
    """

    external_id: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    display_name: str | Unset | None = UNSET
    avatar_url: str | Unset | None = UNSET
    preferred_language: str | Unset | None = UNSET
    locale: str | Unset | None = UNSET
    timezone: str | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPatch:
    """What changes of a person; the rest stays, and null clears.

    status: `active`, `suspended` or `disabled`. is_active: as directories say it, which bring
    back whom they disabled, and not whom an administrator suspended.
    email_addresses: all that they are to have, at most 100; taken as verified.
    """

    status: PersonStatus | Unset = UNSET
    is_active: bool | Unset = UNSET
    user_name: str | Unset | None = UNSET
    identity: IdentityPatch = field(default_factory=IdentityPatch)
    preferred_membership_id: str | Unset | None = UNSET
    email_addresses: Sequence[PersonAddress] | Unset = UNSET
    password: str | Unset | None = field(default=UNSET, repr=False)


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What is kept of a person beside their user."""

    user_id: str
    user_name: str | None
    user_name_key: str | None
    display_name: str | None
    avatar_url: str | None
    preferred_language: str | None
    timezone: str | None
    preferred_membership_id: str | None
    email_types: Mapping[str, str]
    deactivated_at: datetime | None


class UserNameTaken(DomainError):
    """Another user of the instance is named so."""

    kind, code = Kind.UNPROCESSABLE, "user_name_taken"
    message = "Another user has this user name."
    parameter = "user_name"


class MembershipNotTheirs(DomainError):
    """The membership that is to be preferred is another's, or none."""

    kind, code = Kind.UNPROCESSABLE, "membership_not_theirs"
    message = "The user has no such membership."
    parameter = "preferred_membership_id"
