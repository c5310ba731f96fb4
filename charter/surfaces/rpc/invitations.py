"""Invitations, in the Organizations RPC."""

from msgspec import UNSET, UnsetType

from charter.core.invitations.model import InvitationStatus
from charter.core.memberships.model import Membership
from charter.core.organization_invitations import accepting
from charter.core.organization_invitations import operations as invitations
from charter.core.organization_invitations.model import (
    InvitationRevokedBefore,
    OrganizationInvitation,
    OrganizationInvitationMade,
)
from charter.core.vocabulary import MEMBER_ROLE
from charter.kernel.lists import Found
from charter.surfaces.rpc.shapes import (
    DEFAULTS,
    NAMES,
    OfOrganization,
    Ok,
    OneOfOrganization,
    iso,
    role_key,
    role_name,
)
from charter.wire.call import ACTING_USER, Call, In, Lists, Out, View


class InvitationOut(Out):
    """An invitation, without its token."""

    id: str
    organizationId: str  # noqa: N815  # this API's spelling
    email: str
    role: str
    status: InvitationStatus
    invitedBy: str | None  # noqa: N815  # this API's spelling
    createdAt: str  # noqa: N815  # this API's spelling
    expiresAt: str  # noqa: N815  # this API's spelling

    @classmethod
    def of(cls, row: OrganizationInvitation, _view: View) -> "InvitationOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            organizationId=row.organization_id,
            email=row.email_address,
            role=role_name(row.role_key),
            status=row.status,
            invitedBy=row.inviter_id,
            createdAt=iso(row.created_at),
            expiresAt=iso(row.expires_at),
        )


class InvitationCreatedOut(Out):
    """An invitation just made, with the token that accepts it."""

    token: str
    invitation: InvitationOut

    @classmethod
    def of(cls, made: OrganizationInvitationMade, view: View) -> "InvitationCreatedOut":
        """As this API writes it."""
        return cls(token=made.secret, invitation=InvitationOut.of(made.invitation, view))


class InvitationsOut(Out):
    """Invitations."""

    invitations: list[InvitationOut]

    @classmethod
    def of(cls, found: Found[OrganizationInvitation], view: View) -> "InvitationsOut":
        """As this API writes it."""
        return cls(invitations=[InvitationOut.of(row, view) for row in found.items])


class AcceptedOut(Out):
    """Where somebody is a member now."""

    organizationId: str  # noqa: N815  # this API's spelling
    role: str

    @classmethod
    def of(cls, row: Membership, _view: View) -> "AcceptedOut":
        """As this API writes it."""
        return cls(organizationId=row.organization_id, role=role_name(row.role_key))


class CreateInvitation(OfOrganization, kw_only=True):
    """Whom to ask to join."""

    email: str
    role: str | UnsetType = UNSET


class AcceptInvitation(In):
    """What proves the invitation."""

    token: str


CALLS = [
    Call(
        "POST",
        "/invitations/create",
        invitations.create,
        InvitationCreatedOut,
        body=CreateInvitation,
        names={**NAMES, "email": "email_address"},
        reads={"role": role_key},
        # This API hands the token over; sending it is the caller's affair.
        given={"inviter_user_id": ACTING_USER, "notify": False},
        defaults={**DEFAULTS, "role": MEMBER_ROLE},
    ),
    Call(
        "POST",
        "/invitations/list",
        invitations.search,
        InvitationsOut,
        body=OfOrganization,
        names=NAMES,
        lists=Lists(),
        given={"status": (InvitationStatus.PENDING,)},
        defaults=DEFAULTS,
    ),
    Call(
        "POST",
        "/invitations/revoke",
        invitations.revoke,
        Ok,
        body=OneOfOrganization,
        names={**NAMES, "id": "invitation_id"},
        defaults=DEFAULTS,
        forgives=(InvitationRevokedBefore,),  # revoking again succeeds
    ),
    Call("POST", "/invitations/accept", accepting.accept, AcceptedOut, body=AcceptInvitation),
]
