"""The objects of events that are not whole objects of the Backend API."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.organization_domains.model import OrganizationDomain
from charter.core.organization_invitations.model import OrganizationInvitation
from charter.core.organizations.model import Organization
from charter.core.permissions.model import OrganizationPermission
from charter.core.roles.model import Role
from charter.core.sessions.model import Session
from charter.core.users.model import DeletedUser
from charter.surfaces.backend.organization_invitations import (
    OrganizationInvitationOut,
    PublicOrganizationOut,
)
from charter.surfaces.backend.sessions import SessionOut
from charter.surfaces.backend.users_out import UserOut
from charter.surfaces.webhooks.around import Around
from charter.wire.call import Out, View


class GoneOut(Out):
    """What is left of an object that was deleted."""

    object: str
    id: str
    deleted: bool
    slug: str | UnsetType
    external_id: str | UnsetType

    @classmethod
    def of_user(cls, row: DeletedUser, _view: View) -> "GoneOut":
        """A user: nothing of the person."""
        return _gone(cls, "user", row.id, external_id=row.external_id or UNSET)

    @classmethod
    def of_organization(cls, row: Organization, _view: View) -> "GoneOut":
        """An organization."""
        return _gone(cls, "organization", row.id, slug=row.slug or "")

    @classmethod
    def of_domain(cls, row: OrganizationDomain, _view: View) -> "GoneOut":
        """A domain of an organization."""
        return _gone(cls, "organization_domain", row.id)

    @classmethod
    def of_role(cls, row: Role, _view: View) -> "GoneOut":
        """A role."""
        return _gone(cls, "role", row.id)

    @classmethod
    def of_permission(cls, row: OrganizationPermission, _view: View) -> "GoneOut":
        """A permission."""
        return _gone(cls, "permission", row.id)


def _gone(out: type[GoneOut], kind: str, object_id: str, **others: str | UnsetType) -> GoneOut:
    return out(
        object=kind,
        id=object_id,
        deleted=True,
        slug=others.get("slug", UNSET),
        external_id=others.get("external_id", UNSET),
    )


class InvitedToOut(Out):
    """The organization that an invitation is to."""

    public_organization_data: PublicOrganizationOut


class InvitationOut(OrganizationInvitationOut):
    """An invitation to an organization; its link is with the invited person alone."""

    data: InvitedToOut
    user_id: str | UnsetType

    @classmethod
    def of(cls, result: Any, view: View) -> "InvitationOut":
        """As it is told. `user_id` is who accepted it."""
        row: OrganizationInvitation = result
        shared = msgspec.structs.asdict(OrganizationInvitationOut.of(row, view))
        to = PublicOrganizationOut.of(row.organization, view)
        return cls(
            **shared,
            data=InvitedToOut(public_organization_data=to),
            user_id=row.accepted_by or UNSET,
        )


def session_of(row: Session, view: View, around: Around) -> dict[str, Any]:
    """A session with its user; None, where the user is gone."""
    shared = msgspec.structs.asdict(SessionOut.of(row, view))
    del shared["tasks"]  # of this object the contract has none
    user = around.users.get(row.user_id)
    return {**shared, "user": None if user is None else UserOut.of(user, view)}
