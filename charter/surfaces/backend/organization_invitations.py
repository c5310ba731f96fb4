"""Invitations to organizations, in the Backend API."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.invitations.model import MOST_AT_ONCE, InvitationStatus
from charter.core.memberships.model import MemberProfile
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import (
    NewOrganizationInvitation,
    OrganizationInvitation,
    OrganizationInvitationMade,
)
from charter.core.organizations.model import Organization
from charter.kernel.filters.plain import Param
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Organization Invitations"
ORDERS = {"created_at": "created_at", "email_address": "email_address"}
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class InviterOut(Out):
    """The member who invited, as the invited person sees them."""

    user_id: str
    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool
    identifier: str

    @classmethod
    def of(cls, row: MemberProfile, view: View) -> "InviterOut":
        """As this API writes it."""
        return cls(
            user_id=row.user_id,
            first_name=row.first_name,
            last_name=row.last_name,
            image_url=image_url(view, "users", row.user_id, row.image_key),
            has_image=row.image_key is not None,
            # Clients read a text here, also where the member has no identifier left.
            identifier=row.identifier or "",
        )


class OrganizationInvitationOut(Out):
    """An invitation to an organization. Its link is there once, where it was made."""

    object: str
    id: str
    email_address: str
    role: str
    role_name: str
    organization_id: str
    inviter_id: str | None
    public_inviter_data: InviterOut | None
    status: InvitationStatus
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    url: str | None
    expires_at: int
    created_at: int
    updated_at: int

    @classmethod
    def of(
        cls, result: OrganizationInvitation | OrganizationInvitationMade, view: View
    ) -> "OrganizationInvitationOut":
        """As this API writes it."""
        return cls(**fields_of(result, view))


def fields_of(
    result: OrganizationInvitation | OrganizationInvitationMade, view: View
) -> dict[str, Any]:
    """The fields of an invitation, by name."""
    row = result.invitation if isinstance(result, OrganizationInvitationMade) else result
    return {
        "object": "organization_invitation",
        "id": row.id,
        "email_address": row.email_address,
        "role": row.role_key,
        "role_name": row.role_name,
        "organization_id": row.organization_id,
        "inviter_id": row.inviter_id,
        "public_inviter_data": None if row.inviter is None else InviterOut.of(row.inviter, view),
        "status": row.status,
        "public_metadata": row.public_metadata,
        "private_metadata": row.private_metadata,
        "url": result.url if isinstance(result, OrganizationInvitationMade) else None,
        "expires_at": millis(row.expires_at),
        "created_at": millis(row.created_at),
        "updated_at": millis(row.updated_at),
    }


class PublicOrganizationOut(Out):
    """An organization, as the invited person sees it."""

    id: str
    name: str
    slug: str
    image_url: str
    has_image: bool

    @classmethod
    def of(cls, row: Organization, view: View) -> "PublicOrganizationOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            name=row.name,
            slug=row.slug or "",
            image_url=image_url(view, "organizations", row.id, row.image_key),
            has_image=row.image_key is not None,
        )


class InvitationWithOrganizationOut(OrganizationInvitationOut):
    """An invitation, with the organization that it is to."""

    public_organization_data: PublicOrganizationOut

    @classmethod
    def of(
        cls, result: OrganizationInvitation | OrganizationInvitationMade, view: View
    ) -> "InvitationWithOrganizationOut":
        """As this API writes it."""
        row = result.invitation if isinstance(result, OrganizationInvitationMade) else result
        organization = PublicOrganizationOut.of(row.organization, view)
        return cls(**fields_of(result, view), public_organization_data=organization)


class CreateOrganizationInvitation(In):
    """Whom to ask to join, in which role."""

    email_address: str
    role: str
    inviter_user_id: str | None = None
    public_metadata: dict[str, Any] | None = None
    private_metadata: dict[str, Any] | None = None
    redirect_url: str | None = None
    expires_in_days: Days | None = None
    notify: bool | None = None


class RevokeOrganizationInvitation(In):
    """Who takes an invitation back."""

    requesting_user_id: str | None = None


class StatusQuery(In):
    """Which invitations to list."""

    status: list[InvitationStatus] | UnsetType = UNSET


class AllQuery(In):
    """Which invitations of the instance to list."""

    status: list[InvitationStatus] | UnsetType = UNSET
    query: str | UnsetType = UNSET


def read_several(bodies: list[CreateOrganizationInvitation]) -> list[NewOrganizationInvitation]:
    """Each as the core takes it."""
    return [NewOrganizationInvitation(**msgspec.structs.asdict(body)) for body in bodies]


CALLS = [
    Call(
        "GET",
        "/organization_invitations",
        invitations.search_all,
        Paged(InvitationWithOrganizationOut),
        query=AllQuery,
        lists=Lists(orders=ORDERS),
        tag=TAG,
    ),
    Call(
        "GET",
        "/users/{user_id}/organization_invitations",
        invitations.search_of_user,
        Paged(InvitationWithOrganizationOut),
        query=StatusQuery,
        lists=Lists(),
        tag="Users",
    ),
    Call(
        "GET",
        "/organizations/{organization_id}/invitations",
        invitations.search,
        Paged(OrganizationInvitationOut),
        query=StatusQuery,
        lists=Lists(filters=(Param("email_address", "address_key"),), orders=ORDERS),
        tag=TAG,
    ),
    Call(
        "POST",
        "/organizations/{organization_id}/invitations",
        invitations.create,
        OrganizationInvitationOut,
        body=CreateOrganizationInvitation,
        tag=TAG,
    ),
    Call(
        "POST",
        "/organizations/{organization_id}/invitations/bulk",
        invitations.create_several,
        Paged(OrganizationInvitationOut),
        body=Annotated[
            list[CreateOrganizationInvitation],
            msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE),
        ],
        names={"body": "invitations"},
        reads={"body": read_several},
        tag=TAG,
    ),
    Call(
        "GET",
        "/organizations/{organization_id}/invitations/pending",
        invitations.search,
        Paged(OrganizationInvitationOut),
        lists=Lists(),
        given={"status": (InvitationStatus.PENDING,)},
        tag=TAG,
    ),
    Call(
        "GET",
        "/organizations/{organization_id}/invitations/{invitation_id}",
        invitations.get,
        OrganizationInvitationOut,
        tag=TAG,
    ),
    Call(
        "POST",
        "/organizations/{organization_id}/invitations/{invitation_id}/revoke",
        invitations.revoke,
        OrganizationInvitationOut,
        body=RevokeOrganizationInvitation,
        is_body_optional=True,
        tag=TAG,
    ),
]
