"""Organizations, in the Backend API."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.organizations import operations as organizations
from charter.core.organizations.model import Organization
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis, read_time
from charter.wire.call import Call, In, Lists, Out, View


class OrganizationOut(Out):
    """An organization. The counts are there for callers who asked for them."""

    object: str
    id: str
    name: str
    slug: str
    image_url: str
    has_image: bool
    members_count: int | UnsetType
    missing_member_with_elevated_permissions: bool | UnsetType
    pending_invitations_count: int | UnsetType
    max_allowed_memberships: int
    admin_delete_enabled: bool
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    created_by: str | UnsetType
    created_at: int
    updated_at: int
    last_active_at: int | UnsetType
    role_set_key: str | None

    @classmethod
    def of(cls, row: Organization, view: View) -> "OrganizationOut":
        """As this API writes it."""
        return cls(
            object="organization",
            id=row.id,
            name=row.name,
            # Clients read a text here, also where the instance has no slugs.
            slug=row.slug or "",
            image_url=image_url(view, "organizations", row.id, row.image_key),
            has_image=row.image_key is not None,
            members_count=present(row.members_count),
            missing_member_with_elevated_permissions=present(row.is_missing_elevated_member),
            pending_invitations_count=present(row.pending_invitations_count),
            max_allowed_memberships=row.max_allowed_memberships,
            admin_delete_enabled=row.admin_delete_enabled,
            public_metadata=row.public_metadata,
            private_metadata=row.private_metadata,
            created_by=present(row.created_by),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            last_active_at=UNSET if row.last_active_at is None else millis(row.last_active_at),
            role_set_key=row.role_set_key,
        )


def present(value: Any) -> Any:
    """The value, or nothing at all: clients read a type here that has no null."""
    return UNSET if value is None else value


class CreateOrganization(In):
    """What an organization is made of."""

    name: str
    created_by: str | UnsetType | None = UNSET
    private_metadata: dict[str, Any] | UnsetType | None = UNSET
    public_metadata: dict[str, Any] | UnsetType | None = UNSET
    slug: str | UnsetType | None = UNSET
    max_allowed_memberships: int | UnsetType | None = UNSET
    created_at: str | UnsetType | None = UNSET
    role_set_key: str | UnsetType | None = UNSET


class UpdateOrganization(In):
    """What may be changed of an organization. Metadata is replaced as a whole."""

    public_metadata: dict[str, Any] | UnsetType | None = UNSET
    private_metadata: dict[str, Any] | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    slug: str | UnsetType | None = UNSET
    max_allowed_memberships: int | UnsetType | None = UNSET
    admin_delete_enabled: bool | UnsetType | None = UNSET
    created_at: str | UnsetType | None = UNSET
    role_set_key: str | UnsetType | None = UNSET


class Metadata(In):
    """Two metadata objects, each of which may be left out."""

    public_metadata: dict[str, Any] | UnsetType = UNSET
    private_metadata: dict[str, Any] | UnsetType = UNSET


class Counts(In):
    """What to count beside an organization."""

    include_members_count: bool | UnsetType = UNSET
    include_missing_member_with_elevated_permissions: bool | UnsetType = UNSET


class OrganizationsQuery(Counts):
    """What a list of organizations is asked for, beside its filters."""

    query: str | UnsetType = UNSET


class OrganizationWithLogoOut(OrganizationOut):
    """An organization that has just been given a logo."""

    logo_url: str

    @classmethod
    def of(cls, row: Organization, view: View) -> "OrganizationWithLogoOut":
        """As this API writes it."""
        plain = msgspec.structs.asdict(OrganizationOut.of(row, view))
        return cls(**plain, logo_url=plain["image_url"])


def read_time_or_none(text: str | None) -> Any:
    """A moment in RFC 3339, or None. Raises: ValueError."""
    return None if text is None else read_time(text)


COUNTS = {
    "include_members_count": "with_members_count",
    "include_missing_member_with_elevated_permissions": "with_elevated",
}
FILTERS = (
    Param("user_id", "user_id", Op.IN, signed=True),
    Param("organization_id", "id", Op.IN, signed=True),
)
ORDERS = {name: name for name in ("name", "created_at", "members_count")}
ONE = "/organizations/{organization_id}"
TAG = "Organizations"

CALLS = [
    Call(
        "GET",
        "/organizations",
        organizations.search,
        Paged(OrganizationOut),
        query=OrganizationsQuery,
        lists=Lists(FILTERS, ORDERS),
        names=COUNTS,
        tag=TAG,
    ),
    Call(
        "POST",
        "/organizations",
        organizations.create,
        OrganizationOut,
        body=CreateOrganization,
        reads={"created_at": read_time_or_none},
        tag=TAG,
    ),
    Call("GET", ONE, organizations.get, OrganizationOut, query=Counts, names=COUNTS, tag=TAG),
    Call(
        "PATCH",
        ONE,
        organizations.update,
        OrganizationOut,
        body=UpdateOrganization,
        reads={"created_at": read_time_or_none},
        tag=TAG,
    ),
    Call("DELETE", ONE, organizations.delete, DeletedAs("organization"), tag=TAG),
    Call(
        "PATCH",
        ONE + "/metadata",
        organizations.merge_metadata,
        OrganizationOut,
        body=Metadata,
        tag=TAG,
    ),
    Call(
        "PUT",
        ONE + "/metadata",
        organizations.replace_metadata,
        OrganizationOut,
        body=Metadata,
        tag=TAG,
    ),
    Call(
        "PUT",
        ONE + "/logo",
        organizations.set_logo,
        OrganizationWithLogoOut,
        upload="file",
        upload_texts=("uploader_user_id",),
        tag=TAG,
    ),
    Call("DELETE", ONE + "/logo", organizations.delete_logo, OrganizationOut, tag=TAG),
]
