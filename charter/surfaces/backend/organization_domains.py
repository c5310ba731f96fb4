"""Domains of organizations, in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.checks.model import Check
from charter.core.organization_domains import operations as domains
from charter.core.organization_domains import overruling
from charter.core.organization_domains.model import EnrollmentMode, OrganizationDomain
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.organization_invitations import PublicOrganizationOut
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

ALL = "/organizations/{organization_id}/domains"
ONE = ALL + "/{domain_id}"
TAG = "Organization Domains"


class VerificationOut(Out):
    """How far the proof of a domain has come."""

    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    verified_at: int | None

    @classmethod
    def of(cls, check: Check | None, view: View) -> "VerificationOut | None":
        """As this API writes it; None, where nothing has begun."""
        if check is None:
            return None
        return cls(
            status=check.status_at(view.now).value,
            strategy=check.strategy,
            attempts=check.attempts,
            expire_at=millis_or_none(check.expires_at),
            verified_at=None,
        )


def ownership_of(row: OrganizationDomain, view: View) -> dict[str, Any] | None:
    """How far the proof of ownership has come, by name on the wire; None, where none has begun."""
    check = row.ownership_check
    if check is None:
        return None
    is_open = row.ownership_verified_at is None
    return {
        "status": check.status_at(view.now).value,
        "strategy": check.strategy,
        "attempts": check.attempts,
        "expire_at": millis_or_none(check.expires_at) if is_open else None,
        "verified_at": millis_or_none(row.ownership_verified_at),
    }


def fields_of(row: OrganizationDomain, view: View) -> dict[str, Any]:
    """The fields of a domain but for the proof of ownership, by name on the wire."""
    affiliated = VerificationOut.of(row.affiliation_check, view)
    return {
        "object": "organization_domain",
        "id": row.id,
        "organization_id": row.organization_id,
        "name": row.name,
        "enrollment_mode": row.enrollment_mode,
        "affiliation_email_address": row.affiliation_email_address,
        "affiliation_verification": affiliated,
        "verification": affiliated,
        "total_pending_invitations": row.total_pending_invitations,
        "total_pending_suggestions": row.total_pending_suggestions,
        "public_organization_data": PublicOrganizationOut.of(row.organization, view),
        "created_at": millis(row.created_at),
        "updated_at": millis(row.updated_at),
    }


class DomainOut(Out):
    """A domain of an organization."""

    object: str
    id: str
    organization_id: str
    name: str
    enrollment_mode: EnrollmentMode
    affiliation_email_address: str | None
    affiliation_verification: VerificationOut | None
    ownership_verification: VerificationOut | None
    verification: VerificationOut | None
    total_pending_invitations: int
    total_pending_suggestions: int
    public_organization_data: PublicOrganizationOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: OrganizationDomain, view: View) -> "DomainOut":
        """As this API writes it."""
        owned = ownership_of(row, view)
        return cls(
            **fields_of(row, view),
            ownership_verification=None if owned is None else VerificationOut(**owned),
        )


class CreateDomain(In):
    """Which domain is the organization's, and what becomes of its people."""

    name: str
    enrollment_mode: EnrollmentMode | None = None
    verified: bool | None = None


class UpdateDomain(In):
    """What becomes of the people of a domain, and whether it is the organization's."""

    enrollment_mode: EnrollmentMode | None = None
    verified: bool | None = None


class AllQuery(In):
    """Which domains of the instance to list."""

    query: str | UnsetType = UNSET


def read_name(text: str) -> str:
    """A name as it is kept."""
    return text.strip().lower()


FILTERS = (
    Param("verified", "is_verified"),
    Param("enrollment_mode", "enrollment_mode", Op.IN, signed=True, separated=True),
)
CALLS = [
    Call(
        "GET",
        "/organization_domains",
        overruling.search_all,
        Paged(DomainOut),
        query=AllQuery,
        lists=Lists(
            (
                *FILTERS,
                Param("organization_id", "organization_id"),
                Param("domains", "name", Op.IN, read_name),
            ),
            {"name": "name", "created_at": "created_at"},
        ),
        tag=TAG,
    ),
    Call("GET", ALL, domains.search, Paged(DomainOut), lists=Lists(FILTERS), tag=TAG),
    Call(
        "POST",
        ALL,
        overruling.add,
        DomainOut,
        body=CreateDomain,
        names={"verified": "is_verified"},
        tag=TAG,
    ),
    Call(
        "PATCH",
        ONE,
        overruling.update,
        DomainOut,
        body=UpdateDomain,
        names={"verified": "is_verified"},
        tag=TAG,
    ),
    Call("DELETE", ONE, domains.delete, DeletedAs("organization_domain"), tag=TAG),
    Call("POST", ONE + "/verify_ownership", overruling.verify_ownership, DomainOut, tag=TAG),
]
