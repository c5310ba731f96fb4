"""Invitations to organizations in the Frontend API: those that members make, and one's own."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from charter.core.invitations.model import InvitationStatus
from charter.core.organization_invitations import accepting
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import (
    OrganizationInvitation,
    OrganizationInvitationMade,
)
from charter.surfaces.backend.organization_invitations import PublicOrganizationOut
from charter.surfaces.backend.shapes import Bare, Several, millis
from charter.surfaces.frontend.shapes import Listed, Wrapped
from charter.wire.call import ACTING_USER, SIGNED_IN_USER, Call, In, Lists, Out, View
from charter.wire.forms import FormIn

ALL = "/organizations/{organization_id}/invitations"
OWN = "/me/organization_invitations"
TAG = "Invitations"
OWN_TAG = "Organizations Memberships"
STATUSES = {
    "completed": InvitationStatus.ACCEPTED,
    "invalid": InvitationStatus.REVOKED,
}
"""What this API may be asked for beside the statuses that there are."""


class InvitationOut(Out):
    """An invitation to an organization.

    Its link is for the invited address alone: whoever else held it could pose as its holder.
    """

    object: str
    id: str
    email_address: str
    role: str
    role_name: str
    organization_id: str
    public_organization_data: PublicOrganizationOut
    status: InvitationStatus
    public_metadata: dict[str, Any]
    url: None
    expires_at: int
    created_at: int
    updated_at: int

    @classmethod
    def of(
        cls, result: OrganizationInvitation | OrganizationInvitationMade, view: View
    ) -> "InvitationOut":
        """As this API writes it."""
        row = result.invitation if isinstance(result, OrganizationInvitationMade) else result
        return cls(
            object="organization_invitation",
            id=row.id,
            email_address=row.email_address,
            role=row.role_key,
            role_name=row.role_name,
            organization_id=row.organization_id,
            public_organization_data=PublicOrganizationOut.of(row.organization, view),
            status=row.status,
            public_metadata=row.public_metadata,
            url=None,
            expires_at=millis(row.expires_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateInvitation(FormIn):
    """Whom to ask to join, in which role."""

    email_address: str
    role: str
    notify: bool | None = None


class CreateInvitations(FormIn):
    """Whom to ask to join, all in one role."""

    email_address: list[str]
    role: str
    notify: bool | None = None


class StatusQuery(In):
    """Which invitations to list."""

    status: (
        list[Literal["pending", "accepted", "revoked", "expired", "invalid", "completed"]]
        | UnsetType
    ) = UNSET


def read_statuses(texts: Sequence[str]) -> tuple[InvitationStatus, ...]:
    """The statuses that are meant, each once."""
    return tuple({STATUSES.get(each) or InvitationStatus(each) for each in texts})


CALLS = [
    Call(
        "GET",
        ALL,
        invitations.search,
        Wrapped(Listed(InvitationOut)),
        query=StatusQuery,
        lists=Lists(),
        reads={"status": read_statuses},
        tag=TAG,
    ),
    Call(
        "POST",
        ALL,
        invitations.create,
        Wrapped(InvitationOut),
        body=CreateInvitation,
        given={"inviter_user_id": ACTING_USER},
        tag=TAG,
    ),
    Call(
        "POST",
        ALL + "/bulk",
        invitations.create_alike,
        Wrapped(Several(InvitationOut)),
        body=CreateInvitations,
        names={"email_address": "email_addresses"},
        tag=TAG,
    ),
    Call(
        "GET",
        ALL + "/pending",
        invitations.search,
        Wrapped(Bare(InvitationOut)),
        lists=Lists(),
        given={"status": (InvitationStatus.PENDING,)},
        tag=TAG,
    ),
    Call(
        "POST",
        ALL + "/{invitation_id}/revoke",
        invitations.revoke,
        Wrapped(InvitationOut),
        tag=TAG,
    ),
    Call(
        "GET",
        OWN,
        invitations.search_of_user,
        Wrapped(Listed(InvitationOut)),
        query=StatusQuery,
        lists=Lists(),
        reads={"status": read_statuses},
        given={"user_id": SIGNED_IN_USER},
        tag=OWN_TAG,
    ),
    Call(
        "POST",
        OWN + "/{invitation_id}/accept",
        accepting.accept_own,
        Wrapped(InvitationOut),
        tag=OWN_TAG,
    ),
]
