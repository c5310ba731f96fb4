"""How the Frontend API writes organizations and memberships."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.memberships.model import Membership
from charter.core.organizations.model import Organization
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Out, View


class OrganizationOut(Out):
    """An organization, as its members see it."""

    id: str
    object: str
    name: str
    slug: str
    image_url: str
    has_image: bool
    members_count: int | UnsetType
    pending_invitations_count: int | UnsetType
    max_allowed_memberships: int
    admin_delete_enabled: bool
    public_metadata: dict[str, Any]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Organization, view: View) -> "OrganizationOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="organization",
            name=row.name,
            slug=row.slug or "",
            image_url=image_url(view, "organizations", row.id, row.image_key),
            has_image=row.image_key is not None,
            members_count=_or_unset(row.members_count),
            pending_invitations_count=_or_unset(row.pending_invitations_count),
            max_allowed_memberships=row.max_allowed_memberships or 0,
            admin_delete_enabled=row.admin_delete_enabled,
            public_metadata=row.public_metadata,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


def _or_unset(value: int | None) -> Any:
    return UNSET if value is None else value


class OrganizationMembershipOut(Out):
    """One's own membership, with its organization."""

    id: str
    object: str
    role: str
    role_name: str
    permissions: list[str]
    public_metadata: dict[str, Any]
    organization: OrganizationOut
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
            organization=OrganizationOut.of(row.organization, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )
