"""Invitations to sign up, in the Backend API."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.invitations import operations as invitations
from charter.core.invitations.model import (
    MOST_AT_ONCE,
    Invitation,
    InvitationMade,
    InvitationStatus,
    InvitationTemplate,
    NewInvitation,
)
from charter.surfaces.backend.shapes import Bare, Several, millis
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Invitations"
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class InvitationOut(Out):
    """An invitation to sign up. Its link is there once, where it was made."""

    object: str
    id: str
    email_address: str
    public_metadata: dict[str, Any]
    revoked: bool
    status: InvitationStatus
    url: str | UnsetType
    expires_at: int
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, result: Invitation | InvitationMade, _view: View) -> "InvitationOut":
        """As this API writes it."""
        row = result.invitation if isinstance(result, InvitationMade) else result
        return cls(
            object="invitation",
            id=row.id,
            email_address=row.email_address,
            public_metadata=row.public_metadata,
            revoked=row.status is InvitationStatus.REVOKED,
            status=row.status,
            url=result.url if isinstance(result, InvitationMade) else UNSET,
            expires_at=millis(row.expires_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateInvitation(In):
    """Whom to ask to sign up."""

    email_address: str
    public_metadata: dict[str, Any] | None = None
    redirect_url: str | None = None
    notify: bool | None = None
    ignore_existing: bool | None = None
    expires_in_days: Days | None = None
    template_slug: InvitationTemplate | None = None


class InvitationsQuery(In):
    """Which invitations to list."""

    status: list[InvitationStatus] | UnsetType = UNSET
    query: str | UnsetType = UNSET


def read_several(bodies: list[CreateInvitation]) -> list[NewInvitation]:
    """Each as the core takes it."""
    return [NewInvitation(**msgspec.structs.asdict(body)) for body in bodies]


CALLS = [
    Call(
        "GET",
        "/invitations",
        invitations.search,
        Bare(InvitationOut),
        query=InvitationsQuery,
        lists=Lists(
            orders={
                "created_at": "created_at",
                "email_address": "email_address",
                "expires_at": "expires_at",
            }
        ),
        tag=TAG,
    ),
    Call(
        "POST",
        "/invitations",
        invitations.create,
        InvitationOut,
        body=CreateInvitation,
        tag=TAG,
    ),
    Call(
        "POST",
        "/invitations/bulk",
        invitations.create_several,
        Several(InvitationOut),
        body=Annotated[list[CreateInvitation], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)],
        names={"body": "invitations"},
        reads={"body": read_several},
        tag=TAG,
    ),
    Call(
        "POST",
        "/invitations/{invitation_id}/revoke",
        invitations.revoke,
        InvitationOut,
        tag=TAG,
    ),
]
