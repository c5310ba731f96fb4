"""Memberships in the Frontend API: an organization's members, and one's own memberships."""

from typing import Any

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import Membership
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.organization_memberships import PublicUserDataOut
from charter.surfaces.backend.shapes import Bare, millis
from charter.surfaces.frontend.organization_shapes import OrganizationOut
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import SIGNED_IN_USER, Call, Lists, Out, View
from charter.wire.forms import FormIn

ALL = "/organizations/{organization_id}/memberships"
ONE = ALL + "/{user_id}"
OWN = "/me/organization_memberships"
TAG = "Members"
OWN_TAG = "Organizations Memberships"
FILTERS = (Param("role", "role", Op.IN), Param("query", "text", Op.CONTAINS))


class MemberOut(Out):
    """A member of an organization, as others in it see them."""

    id: str
    object: str
    role: str
    role_name: str
    permissions: list[str]
    public_metadata: dict[str, Any]
    organization: OrganizationOut
    public_user_data: PublicUserDataOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Membership, view: View) -> "MemberOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="organization_membership",
            role=row.role_key,
            role_name=row.role_name,
            permissions=list(row.permissions),
            public_metadata=row.public_metadata,
            organization=OrganizationOut.of(row.organization, view),
            public_user_data=PublicUserDataOut.of(row.member, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateMembership(FormIn):
    """Whom to make a member, and of what role."""

    user_id: str
    role: str


class UpdateMembership(FormIn):
    """A member's new role."""

    role: str


CALLS = [
    Call(
        "GET",
        ALL,
        memberships.search,
        Wrapped(Bare(MemberOut)),
        lists=Lists(FILTERS),
        tag=TAG,
    ),
    Call("POST", ALL, memberships.create, Wrapped(MemberOut), body=CreateMembership, tag=TAG),
    Call("PATCH", ONE, memberships.set_role, Wrapped(MemberOut), body=UpdateMembership, tag=TAG),
    Call("DELETE", ONE, memberships.remove, Wrapped(MemberOut), tag=TAG),
    Call(
        "GET",
        OWN,
        memberships.search_of_user,
        Wrapped(Bare(MemberOut)),
        lists=Lists(),
        given={"user_id": SIGNED_IN_USER},
        tag=OWN_TAG,
    ),
    Call(
        "DELETE",
        OWN + "/{organization_id}",
        memberships.remove,
        Wrapped(Gone("organization_membership")),
        given={"user_id": SIGNED_IN_USER},
        tag=OWN_TAG,
    ),
]
