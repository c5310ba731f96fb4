"""Organizations in the Frontend API: as their members see and keep them."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.organizations import defaults
from charter.core.organizations import operations as organizations
from charter.core.organizations.defaults import Defaults
from charter.core.roles import operations as roles
from charter.core.roles.model import Role
from charter.kernel.lists import Found
from charter.surfaces.backend.organization_permissions import PermissionOut
from charter.surfaces.backend.shapes import millis
from charter.surfaces.frontend.organization_shapes import OrganizationOut
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import SIGNED_IN_USER, Call, Lists, Out, View
from charter.wire.forms import FormIn

ALL = "/organizations"
ONE = ALL + "/{organization_id}"
TAG = "Organization"


class CreateOrganization(FormIn):
    """What an organization is made of; a slug is made from the name where none is given."""

    name: str
    slug: str | None = None


class UpdateOrganization(FormIn):
    """What members may change of an organization."""

    name: str | UnsetType | None = UNSET
    slug: str | UnsetType | None = UNSET


class RoleOut(Out):
    """A role that members of an organization can have."""

    object: str
    id: str
    name: str
    key: str
    description: str
    is_creator_eligible: bool
    permissions: list[PermissionOut]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Role, view: View) -> "RoleOut":
        """As this API writes it."""
        return cls(
            object="role",
            id=row.id,
            name=row.name,
            key=row.key,
            # Clients read a text here, also where nobody has written one.
            description=row.description or "",
            is_creator_eligible=row.is_creator_eligible,
            permissions=[PermissionOut.of(each, view) for each in row.permissions],
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class RolesOut(Out):
    """The roles of an organization. Its members are moved between role sets in one step."""

    data: list[RoleOut]
    total_count: int
    has_role_set_migration: bool

    @classmethod
    def of(cls, found: Found[Role], view: View) -> "RolesOut":
        """As this API writes it."""
        return cls(
            data=[RoleOut.of(row, view) for row in found.items],
            total_count=found.total or 0,
            has_role_set_migration=False,
        )


class FormOut(Out):
    """What to fill in where a user makes an organization."""

    name: str | None
    slug: str | None
    logo: None
    blur_hash: None


class DefaultsOut(Out):
    """What to fill in, and what the user should know before."""

    form: FormOut
    advisory: dict[str, Any] | None

    @classmethod
    def of(cls, found: Defaults, _view: View) -> "DefaultsOut":
        """As this API writes it."""
        form = FormOut(name=found.name, slug=found.slug, logo=None, blur_hash=None)
        return cls(form=form, advisory=None if found.taken_by is None else _advisory(found))


def _advisory(found: Defaults) -> dict[str, Any]:
    """What the document names, and what its clients read."""
    return {
        "type": "warning",
        "message": f"{found.taken_by} is an organization of {found.domain} already.",
        "severity": "warning",
        "code": "organization_already_exists",
        "meta": {"organization_domain": found.domain, "organization_name": found.taken_by},
    }


CALLS = [
    Call(
        "POST",
        ALL,
        organizations.create,
        Wrapped(OrganizationOut),
        body=CreateOrganization,
        given={"created_by": SIGNED_IN_USER},
        tag=TAG,
    ),
    Call(
        "GET",
        ONE,
        organizations.get,
        Wrapped(OrganizationOut),
        given={"with_members_count": True},
        tag=TAG,
    ),
    Call(
        "PATCH",
        ONE,
        organizations.update,
        Wrapped(OrganizationOut),
        body=UpdateOrganization,
        tag=TAG,
    ),
    Call("DELETE", ONE, organizations.delete, Wrapped(Gone("organization")), tag=TAG),
    Call(
        "PUT",
        ONE + "/logo",
        organizations.set_logo,
        Wrapped(OrganizationOut),
        upload="file",
        is_upload_bare=True,
        tag=TAG,
    ),
    Call(
        "DELETE",
        ONE + "/logo",
        organizations.delete_logo,
        Wrapped(Gone("organization_logo")),
        tag=TAG,
    ),
    Call(
        "GET",
        ONE + "/roles",
        roles.search_of_organization,
        Wrapped(RolesOut),
        lists=Lists(),
        tag="Roles",
    ),
    Call(
        "GET",
        "/me/organization_creation_defaults",
        defaults.creation_defaults,
        Wrapped(DefaultsOut),
        tag="Organization Creation Defaults",
    ),
]
