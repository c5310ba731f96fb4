"""Organizations, in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.organizations import operations as organizations
from charter.core.organizations.model import Organization
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import millis, read_time
from charter.wire.call import Call, In, Out, View


class OrganizationOut(Out, omit_defaults=True):
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
    created_by: str | None | UnsetType = UNSET
    private_metadata: dict[str, Any] | None | UnsetType = UNSET
    public_metadata: dict[str, Any] | None | UnsetType = UNSET
    slug: str | None | UnsetType = UNSET
    max_allowed_memberships: int | None | UnsetType = UNSET
    created_at: str | None | UnsetType = UNSET
    role_set_key: str | None | UnsetType = UNSET


def read_time_or_none(text: str | None) -> Any:
    """A moment in RFC 3339, or None. Raises: ValueError."""
    return None if text is None else read_time(text)


CALLS = [
    Call(
        "POST",
        "/organizations",
        organizations.create,
        OrganizationOut,
        body=CreateOrganization,
        reads={"created_at": read_time_or_none},
        tag="Organizations",
    ),
]
