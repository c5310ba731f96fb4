"""Domains of organizations in the Frontend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.organization_domains import affiliation, ownership
from charter.core.organization_domains import operations as domains
from charter.core.organization_domains.model import (
    Challenged,
    EnrollmentMode,
    OrganizationDomain,
    Refused,
    Several,
)
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend import organization_domains
from charter.surfaces.backend.errors import RENAMED
from charter.surfaces.backend.organization_domains import VerificationOut, fields_of, ownership_of
from charter.surfaces.frontend.shapes import Gone, Listed, Wrapped
from charter.wire.call import Call, Lists, Out, View
from charter.wire.forms import FormIn

ALL = "/organizations/{organization_id}/domains"
ONE = ALL + "/{domain_id}"
TAG = "Domains"


class OwnershipOut(VerificationOut):
    """How far the proof by a record has come; what to publish is shown when it is made."""

    txt_record_name: str | None
    txt_record_value: str | None


class DomainOut(organization_domains.DomainOut):
    """A domain of an organization, with what its owner has to publish."""

    ownership_verification: OwnershipOut | None

    @classmethod
    def of(cls, result: OrganizationDomain | Challenged, view: View) -> "DomainOut":
        """As this API writes it."""
        row = result.domain if isinstance(result, Challenged) else result
        return cls(**fields_of(row, view), ownership_verification=_ownership(result, row, view))


def _ownership(
    result: OrganizationDomain | Challenged, row: OrganizationDomain, view: View
) -> OwnershipOut | None:
    owned = ownership_of(row, view)
    if owned is None:
        return None
    is_open = row.ownership_verified_at is None
    return OwnershipOut(
        **owned,
        txt_record_name=ownership.record_name(row) if is_open else None,
        txt_record_value=result.record_value if isinstance(result, Challenged) else None,
    )


class SeveralOut(Out):
    """What became of several domains at once. `errors` name each by `name` or by `id`."""

    data: list[DomainOut]
    errors: list[dict[str, str]]


class OfSeveral:
    """Answers what was done and what was not, each of the latter under `subject`."""

    type = SeveralOut

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def of(self, result: Several, view: View) -> SeveralOut:
        """As this API writes it."""
        return SeveralOut(
            data=[DomainOut.of(each, view) for each in result.done],
            errors=[self._error(each) for each in result.refused],
        )

    def _error(self, refused: Refused) -> dict[str, str]:
        code = refused.error.code
        return {self.subject: refused.subject, "code": RENAMED.get(code, (0, code))[1]}


class CreateDomain(FormIn):
    """Which domain is the organization's, and what becomes of its people."""

    name: str
    enrollment_mode: EnrollmentMode | None = None


class CreateDomains(FormIn):
    """Which domains are the organization's."""

    names: list[str]
    enrollment_mode: EnrollmentMode | None = None


class DomainIds(FormIn):
    """Several domains of an organization."""

    organization_domain_ids: list[str]


class UpdateEnrollmentMode(FormIn):
    """What becomes of the people of a domain from now on."""

    enrollment_mode: EnrollmentMode
    delete_pending: bool | UnsetType | None = UNSET


class PrepareAffiliation(FormIn):
    """Where the code is sent."""

    affiliation_email_address: str


class AttemptAffiliation(FormIn):
    """The code that arrived there."""

    code: str


IDS: dict[str, Any] = {
    "body": DomainIds,
    "names": {"organization_domain_ids": "domain_ids"},
    "tag": TAG,
}
FILTERS = (
    Param("verified", "is_verified"),
    Param("enrollment_mode", "enrollment_mode", Op.IN),
)

CALLS = [
    Call("GET", ALL, domains.search, Wrapped(Listed(DomainOut)), lists=Lists(FILTERS), tag=TAG),
    Call("POST", ALL, domains.create, Wrapped(DomainOut), body=CreateDomain, tag=TAG),
    Call(
        "POST",
        ALL + "/bulk",
        domains.create_several,
        Wrapped(OfSeveral("name")),
        body=CreateDomains,
        tag=TAG,
    ),
    Call(
        "POST",
        ALL + "/prepare_ownership_verification/bulk",
        ownership.prepare_ownership_of_several,
        Wrapped(OfSeveral("id")),
        **IDS,
    ),
    Call(
        "POST",
        ALL + "/attempt_ownership_verification/bulk",
        ownership.attempt_ownership_of_several,
        Wrapped(OfSeveral("id")),
        **IDS,
    ),
    Call("GET", ONE, domains.get, Wrapped(DomainOut), tag=TAG),
    Call("DELETE", ONE, domains.delete, Wrapped(Gone("organization_domain")), tag=TAG),
    Call(
        "POST",
        ONE + "/update_enrollment_mode",
        domains.set_enrollment_mode,
        Wrapped(DomainOut),
        body=UpdateEnrollmentMode,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/prepare_affiliation_verification",
        affiliation.prepare_affiliation,
        Wrapped(DomainOut),
        body=PrepareAffiliation,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/attempt_affiliation_verification",
        affiliation.attempt_affiliation,
        Wrapped(DomainOut),
        body=AttemptAffiliation,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/prepare_ownership_verification",
        ownership.prepare_ownership,
        Wrapped(DomainOut),
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/attempt_ownership_verification",
        ownership.attempt_ownership,
        Wrapped(DomainOut),
        tag=TAG,
    ),
]
