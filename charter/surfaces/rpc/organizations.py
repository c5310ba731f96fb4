"""Organizations, in the Organizations RPC."""

from charter.core.organizations import operations as organizations
from charter.core.organizations.model import Organization
from charter.surfaces.rpc.shapes import iso
from charter.wire.call import SIGNED_IN_USER, Call, In, Out, View


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


class CreateOrganization(In):
    """What an organization is made of."""

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
]
