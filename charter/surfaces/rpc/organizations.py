"""Organizations, in the Organizations RPC."""

import msgspec

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import Membership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import Organization
from charter.kernel.lists import Found
from charter.surfaces.rpc.shapes import (
    DEFAULTS,
    NAMES,
    Nothing,
    OfOrganization,
    Ok,
    iso,
    role_name,
)
from charter.wire.call import SIGNED_IN_USER, Call, In, Lists, Out, View


class OrganizationOut(Out):
    """An organization."""

    id: str
    name: str
    createdAt: str  # noqa: N815  # this API's spelling
    updatedAt: str  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: Organization, _view: View) -> "OrganizationOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            name=row.name,
            createdAt=iso(row.created_at),
            updatedAt=iso(row.updated_at),
        )


class OneOrganization(Out):
    """One organization."""

    organization: OrganizationOut

    @classmethod
    def of(cls, row: Organization, view: View) -> "OneOrganization":
        """As this API writes it."""
        return cls(organization=OrganizationOut.of(row, view))


class MembershipOut(OrganizationOut):
    """An organization of the acting user, with their role in it."""

    role: str


class OrganizationsOut(Out):
    """The acting user's organizations, the last joined first."""

    organizations: list[MembershipOut]

    @classmethod
    def of(cls, found: Found[Membership], view: View) -> "OrganizationsOut":
        """As this API writes it."""
        return cls(
            organizations=[
                MembershipOut(
                    **msgspec.structs.asdict(OrganizationOut.of(row.organization, view)),
                    role=role_name(row.role_key),
                )
                for row in found.items
            ]
        )


class CreateOrganization(In):
    """What an organization is made of."""

    name: str


class UpdateOrganization(OfOrganization, kw_only=True):
    """An organization's new name."""

    name: str


CALLS = [
    Call(
        "POST",
        "/create",
        organizations.create,
        OneOrganization,
        body=CreateOrganization,
        given={"created_by": SIGNED_IN_USER},
    ),
    Call(
        "POST",
        "/get",
        organizations.get,
        OneOrganization,
        body=OfOrganization,
        names=NAMES,
        defaults=DEFAULTS,
    ),
    Call(
        "POST",
        "/update",
        organizations.update,
        Ok,
        body=UpdateOrganization,
        names=NAMES,
        defaults=DEFAULTS,
    ),
    Call(
        "POST",
        "/list",
        memberships.search_of_user,
        OrganizationsOut,
        body=Nothing,
        is_body_optional=True,
        lists=Lists(),
        given={"user_id": SIGNED_IN_USER},
    ),
]
