"""Memberships of organizations, in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MemberProfile, Membership
from charter.kernel.filters.plain import Param
from charter.kernel.filters.plain import millis as read_millis
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.organizations import Metadata, OrganizationOut
from charter.surfaces.backend.shapes import Paged, millis
from charter.wire.call import Call, In, Lists, Out, View


class PublicUserDataOut(Out):
    """What others in an organization see of a member."""

    user_id: str
    first_name: str | None
    last_name: str | None
    profile_image_url: str | None
    image_url: str
    has_image: bool
    identifier: str | None
    username: str | None
    banned: bool
    deprovisioned: bool

    @classmethod
    def of(cls, row: MemberProfile, view: View) -> "PublicUserDataOut":
        """As this API writes it."""
        picture = image_url(view, "users", row.user_id, row.image_key)
        return cls(
            user_id=row.user_id,
            first_name=row.first_name,
            last_name=row.last_name,
            profile_image_url=picture,
            image_url=picture,
            has_image=row.image_key is not None,
            identifier=row.identifier,
            username=row.username,
            banned=row.is_banned,
            deprovisioned=False,
        )


class OrganizationMembershipOut(Out):
    """A user in an organization."""

    id: str
    object: str
    role: str
    role_name: str
    permissions: list[str]
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    organization: OrganizationOut
    public_user_data: PublicUserDataOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Membership, view: View) -> "OrganizationMembershipOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="organization_membership",
            role=row.role_key,
            role_name=row.role_name,
            permissions=list(row.permissions),
            public_metadata=row.public_metadata,
            private_metadata=row.private_metadata,
            organization=OrganizationOut.of(row.organization, view),
            public_user_data=PublicUserDataOut.of(row.member, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateMembership(In):
    """Whom to make a member, and of what role."""

    user_id: str
    role: str
    public_metadata: dict[str, Any] | UnsetType | None = UNSET
    private_metadata: dict[str, Any] | UnsetType | None = UNSET


class UpdateMembership(In):
    """A member's new role."""

    role: str


FILTERS = (
    Param("user_id", "user_id", Op.IN, signed=True),
    Param("email_address", "email_address", Op.IN),
    Param("phone_number", "phone_number", Op.IN),
    Param("username", "username", Op.IN),
    Param("web3_wallet", "web3_wallet", Op.IN),
    Param("role", "role", Op.IN),
    Param("query", "text", Op.CONTAINS),
    Param("email_address_query", "email_address_part", Op.CONTAINS),
    Param("phone_number_query", "phone_number_part", Op.CONTAINS),
    Param("username_query", "username_part", Op.CONTAINS),
    Param("name_query", "name_part", Op.CONTAINS),
    Param("last_active_at_before", "last_active_at", Op.LT, read_millis),
    Param("last_active_at_after", "last_active_at", Op.GT, read_millis),
    Param("created_at_before", "user_created_at", Op.LT, read_millis),
    Param("created_at_after", "user_created_at", Op.GT, read_millis),
)
ORDERS = {
    "phone_number": "primary_phone_number",
    "email_address": "primary_email_address",
    "created_at": "created_at",
    "first_name": "first_name",
    "last_name": "last_name",
    "username": "username",
}
ALL = "/organizations/{organization_id}/memberships"
ONE = ALL + "/{user_id}"
TAG = "Organization Memberships"

CALLS = [
    Call(
        "GET",
        ALL,
        memberships.search,
        Paged(OrganizationMembershipOut),
        lists=Lists(FILTERS, ORDERS),
        tag=TAG,
    ),
    Call(
        "POST",
        ALL,
        memberships.create,
        OrganizationMembershipOut,
        body=CreateMembership,
        tag=TAG,
    ),
    Call(
        "PATCH",
        ONE,
        memberships.set_role,
        OrganizationMembershipOut,
        body=UpdateMembership,
        tag=TAG,
    ),
    Call("DELETE", ONE, memberships.remove, OrganizationMembershipOut, tag=TAG),
    Call(
        "PATCH",
        ONE + "/metadata",
        memberships.merge_metadata,
        OrganizationMembershipOut,
        body=Metadata,
        is_body_optional=True,
        tag=TAG,
    ),
    Call(
        "GET",
        "/organization_memberships",
        memberships.search_all,
        Paged(OrganizationMembershipOut),
        lists=Lists((), ORDERS),
        tag=TAG,
    ),
    Call(
        "GET",
        "/users/{user_id}/organization_memberships",
        memberships.search_of_user,
        Paged(OrganizationMembershipOut),
        lists=Lists(),
        tag="Users",
    ),
]
