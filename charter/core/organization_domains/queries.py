"""Every SQL statement about domains of organizations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from charter.core.aggregates import object_of
from charter.core.email_addresses.tables import email_addresses
from charter.core.memberships.held import EVERYONE
from charter.core.memberships.queries import organization_column
from charter.core.organization_domains.model import (
    DomainNotFound,
    DomainTaken,
    EnrollmentMode,
    OrganizationDomain,
    OrganizationDomainRow,
)
from charter.core.organization_domains.tables import organization_domains
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.model import Organization
from charter.core.organizations.tables import organizations
from charter.core.role_sets.tables import role_sets
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.suggestions.tables import organization_suggestions
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

_own = organization_domains.c.instance_id == INSTANCE
_in_organization = organization_domains.c.organization_id == bindparam(
    "organization_id", type_=Text
)
_by_id = organization_domains.c.id == bindparam("domain_id", type_=Text)
_name = bindparam("name", type_=Text)


def _pending(table: Any, *conditions: Any) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(
            table.c.instance_id == organization_domains.c.instance_id,
            table.c.domain_id == organization_domains.c.id,
            table.c.status == word("pending"),
            *conditions,
        )
        .correlate(organization_domains)
        .scalar_subquery()
    )


_columns = {
    "total_pending_invitations": _pending(
        organization_invitations, organization_invitations.c.expires_at > NOW
    ),
    "total_pending_suggestions": _pending(organization_suggestions),
    "organization": object_of(Organization, organization_column),
}
SELECT = (
    select(*columns(OrganizationDomain, organization_domains, **_columns))
    .select_from(
        organization_domains.join(
            organizations, refers(organization_domains.c.organization_id, organizations)
        )
    )
    .where(_own)
)
"""Domains with their organization; takes `now`."""

FIELDS: Fields = {
    "id": Field(organization_domains.c.id, str),
    "organization_id": Field(organization_domains.c.organization_id, str),
    "name": Field(organization_domains.c.name, str, sortable=True),
    "name_text": FreeText(organization_domains.c.name),
    "enrollment_mode": Field(organization_domains.c.enrollment_mode, EnrollmentMode),
    "is_verified": Field(organization_domains.c.claimed_at.is_not(None), bool, nullable=False),
    "created_at": Field(organization_domains.c.created_at, datetime, sortable=True),
}
OF_ORGANIZATION = Listing(
    SELECT.where(_in_organization),
    OrganizationDomain,
    FIELDS,
    organization_domains.c.id,
    order=NEWEST_FIRST,
)
OF_INSTANCE = Listing(
    SELECT, OrganizationDomain, FIELDS, organization_domains.c.id, order=NEWEST_FIRST
)
DOMAIN = Statement(SELECT.where(_in_organization, _by_id), OrganizationDomain)
LOCK = Statement[None](
    select(organization_domains.c.id).where(_own, _in_organization, _by_id).with_for_update()
)
LOCK_NAME = Statement[None](
    select(
        func.pg_advisory_xact_lock(
            func.hashtextextended(
                func.concat(bindparam("prefix", type_=Text), INSTANCE, word("/"), _name), 0
            )
        )
    )
)
CLAIMED_BY_ANOTHER = Statement[Any](
    select(organization_domains.c.id).where(
        _own,
        organization_domains.c.name == _name,
        organization_domains.c.claimed_at.is_not(None),
        organization_domains.c.organization_id != bindparam("organization_id", type_=Text),
    )
)
CLAIMANT = Statement[Any](
    select(organizations.c.name)
    .select_from(organization_domains, organizations)
    .where(
        _own,
        organization_domains.c.name == _name,
        organization_domains.c.claimed_at.is_not(None),
        refers(organization_domains.c.organization_id, organizations),
    )
)
COUNT = Statement[Any](select(func.count()).where(_own, _in_organization))
# One of several that the organization has already gives no row and spoils none of the others.
INSERT = inserting_new(organization_domains, "organization_id", "name")
CHANGEABLE = (
    "enrollment_mode",
    "affiliation_email_address",
    "affiliation_check",
    "ownership_check",
    "ownership_verified_at",
    "claimed_at",
    "updated_at",
)
UPDATE = Statement[None](
    update(organization_domains)
    .where(_own, _by_id)
    .values(
        {name: bindparam(name, type_=organization_domains.c[name].type) for name in CHANGEABLE}
    ),
    violates={"uq_organization_domains_claimed": DomainTaken},
)
DELETE = Statement[None](delete(organization_domains).where(_own, _by_id))


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A verified domain that enrolls by itself, with what it takes to enroll a user."""

    id: str
    organization_id: str
    name: str
    enrollment_mode: EnrollmentMode
    default_role_id: str | None
    max_allowed_memberships: int


_is_automatic = or_(
    organization_domains.c.enrollment_mode == word("automatic_invitation"),
    organization_domains.c.enrollment_mode == word("automatic_suggestion"),
)
_enrolling = (
    select(
        organization_domains.c.id,
        organization_domains.c.organization_id,
        organization_domains.c.name,
        organization_domains.c.enrollment_mode,
        role_sets.c.default_role_id,
        organizations.c.max_allowed_memberships,
    )
    .select_from(organization_domains, organizations, role_sets)
    .where(
        _own,
        organization_domains.c.claimed_at.is_not(None),
        _is_automatic,
        refers(organization_domains.c.organization_id, organizations),
        organizations.c.status == word("active"),
        refers(organizations.c.role_set_id, role_sets),
    )
)
_membership = (
    select(EVERYONE.c.id)
    .where(
        EVERYONE.c.instance_id == organization_domains.c.instance_id,
        EVERYONE.c.organization_id == organization_domains.c.organization_id,
        EVERYONE.c.user_id == bindparam("user_id", type_=Text),
    )
    .correlate(organization_domains)
)
ENROLLING = Statement(
    _enrolling.where(
        organization_domains.c.name == bindparam("names", type_=ARRAY(Text)).any_(),
        ~_membership.exists(),
    ).order_by(organization_domains.c.organization_id),
    Enrolling,
)


@dataclass(frozen=True, slots=True)
class Automatic:
    """A verified domain by which an organization enrolls people by itself."""

    id: str
    organization_id: str
    name: str


AUTOMATIC = Statement(
    select(
        organization_domains.c.id,
        organization_domains.c.organization_id,
        organization_domains.c.name,
    )
    .where(
        _own,
        organization_domains.c.claimed_at.is_not(None),
        _is_automatic,
        organization_domains.c.name == bindparam("names", type_=ARRAY(Text)).any_(),
    )
    .order_by(organization_domains.c.name),
    Automatic,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A user with a verified address of a domain."""

    user_id: str
    address_key: str


# In the order of the index that begins with the user, so that all batches together read it once.
PEOPLE = Statement(
    select(email_addresses.c.user_id, email_addresses.c.address_key)
    .where(
        email_addresses.c.instance_id == INSTANCE,
        email_addresses.c.user_id > bindparam("after_user_id", type_=Text),
        email_addresses.c.verification_status == word("verified"),
        func.split_part(email_addresses.c.address_key, word("@"), literal_column("2")) == _name,
    )
    .ext(distinct_on(email_addresses.c.user_id))
    .order_by(email_addresses.c.user_id, email_addresses.c.address_key)
    .limit(bindparam("number", type_=Integer)),
    Person,
)


async def get_domain(
    db: Db, organization_id: str, domain_id: str, now: datetime
) -> OrganizationDomain:
    """A domain of the organization. Raises: DomainNotFound."""
    return await db.one(
        DOMAIN,
        missing=DomainNotFound("domain_id"),
        organization_id=organization_id,
        domain_id=domain_id,
        now=now,
    )


async def lock_domain(
    db: Db, organization_id: str, domain_id: str, now: datetime
) -> OrganizationDomain:
    """A domain of the organization, locked until the transaction ends. Raises: DomainNotFound."""
    await db.value(LOCK, organization_id=organization_id, domain_id=domain_id)
    return await get_domain(db, organization_id, domain_id, now)


async def lock_name(db: Db, name: str) -> None:
    """Hold a name until the transaction ends, so that one organization at a time claims it."""
    await db.value(LOCK_NAME, prefix="organization_domains:", name=name)


async def is_claimed_by_another(db: Db, organization_id: str, name: str) -> bool:
    """Whether another organization has proven that a domain is theirs."""
    found = await db.value(CLAIMED_BY_ANOTHER, organization_id=organization_id, name=name)
    return found is not None


async def find_claimant(db: Db, name: str) -> str | None:
    """The name of the organization that has proven that a domain is theirs."""
    found: str | None = await db.value(CLAIMANT, name=name)
    return found


async def insert_domain(db: Db, row: OrganizationDomainRow) -> bool:
    """Insert a domain. Returns: False, when the organization has it already."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def update_domain(db: Db, row: OrganizationDomain) -> None:
    """Write what may change of a locked domain. Raises: DomainTaken."""
    values = {name: getattr(row, name) for name in CHANGEABLE}
    await db.run(UPDATE, domain_id=row.id, **values)


async def people_of(db: Db, name: str, after_user_id: str, number: int) -> tuple[Person, ...]:
    """The users with a verified address of a domain, in the order of their ids."""
    return await db.all(PEOPLE, name=name, after_user_id=after_user_id, number=number)


async def find_enrolling(db: Db, names: Sequence[str], user_id: str) -> tuple[Enrolling, ...]:
    """The domains of these names that enroll, where a user is no member, disabled or not."""
    return await db.all(ENROLLING, names=list(names), user_id=user_id)


async def find_automatic(db: Db, names: Sequence[str]) -> tuple[Automatic, ...]:
    """The verified domains of these names by which organizations enroll people by themselves."""
    return await db.all(AUTOMATIC, names=list(names))
