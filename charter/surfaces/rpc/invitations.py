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
from charter.surfaces.rpc.shapes import Ok, iso, role_key, role_name
from charter.wire.call import ACTING_ORGANIZATION, ACTING_USER, Call, In, Lists, Out, View


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


class CreateInvitation(In):
    """Whom to ask to join."""

    email: str
    organizationId: str | UnsetType = UNSET  # noqa: N815  # this API's spelling
    role: str | UnsetType = UNSET


class OfOrganization(In):
    """Which organization."""

    organizationId: str | UnsetType = UNSET  # noqa: N815  # this API's spelling


class OneOfOrganization(In):
    """Which one, of which organization."""

    id: str
    organizationId: str | UnsetType = UNSET  # noqa: N815  # this API's spelling


class AcceptInvitation(In):
    """What proves the invitation."""

    token: str


IN_ORGANIZATION = {"organizationId": "organization_id"}
DEFAULTS = {"organization_id": ACTING_ORGANIZATION}
"""A call with an organization's token need not name it."""

CALLS = [
    Call(
        "POST",
        "/invitations/create",
        invitations.create,
        InvitationCreatedOut,
        body=CreateInvitation,
        names={**IN_ORGANIZATION, "email": "email_address"},
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
        names=IN_ORGANIZATION,
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
        names={**IN_ORGANIZATION, "id": "invitation_id"},
        defaults=DEFAULTS,
        forgives=(InvitationRevokedBefore,),  # revoking again succeeds
    ),
    Call("POST", "/invitations/accept", accepting.accept, AcceptedOut, body=AcceptInvitation),
]
