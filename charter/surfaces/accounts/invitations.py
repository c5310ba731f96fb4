"""Invitations: people asked to join an account, by mail."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.organization_invitations import addressing, operations
from charter.core.organization_invitations.model import OrganizationInvitation
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.shapes import (
    Listed,
    Moment,
    moment,
    moment_or_none,
    role_key,
    role_name,
)
from charter.wire.call import ACTING_USER, Call, In, Lists, Out, View

LIFETIME_DAYS = 7


class InvitationOut(Out):
    """An invitation. invited_by: the user who asked; null where the application's server did."""

    id: str
    account_id: str
    email: str
    role: str
    status: str
    invited_by: str | None
    expires_at: Moment
    accepted_at: Moment | None
    created_at: Moment

    @classmethod
    def of(cls, row: OrganizationInvitation, _view: View) -> "InvitationOut":
        """As this API writes it."""
        return cls(
            id=ids.invite_id(row.id),
            account_id=ids.account_id(row.organization_id),
            email=row.email_address,
            role=role_name(row.role_key),
            status=row.status.value,
            invited_by=None if row.inviter_id is None else ids.uid(row.inviter_id),
            expires_at=moment(row.expires_at),
            accepted_at=moment_or_none(row.accepted_at),
            created_at=moment(row.created_at),
        )


class NewInvitationOut(InvitationOut):
    """An invitation just made, with its link, which is shown this once."""

    accept_url: str

    @classmethod
    def of(cls, made: Any, view: View) -> "NewInvitationOut":
        """As this API writes an OrganizationInvitationMade."""
        shown = msgspec.structs.asdict(InvitationOut.of(made.invitation, view))
        return cls(**shown, accept_url=made.url)


class Invite(In, kw_only=True):
    """Whom to ask, and in which role they would join.

    redirect_uri: where the link leads, on an address that the application allows.
    """

    email: str
    role: str
    redirect_uri: str | UnsetType | None = UNSET


def invited_role(name: str) -> str:
    """The key of a role; `admin` is another name of owner here."""
    return role_key("owner" if name == "admin" else name)


NAMES = {"account_id": "organization_id"}
ACCOUNT = {"account_id": ids.organization_id}

CALLS = [
    Call(
        "POST",
        "/api/accounts/{account_id}/invite",
        operations.create,
        NewInvitationOut,
        body=Invite,
        names={**NAMES, "email": "email_address", "redirect_uri": "redirect_url"},
        reads={**ACCOUNT, "role": invited_role},
        given={"inviter_user_id": ACTING_USER, "expires_in_days": LIFETIME_DAYS},
        status=201,
    ),
    Call(
        "GET",
        "/api/accounts/{account_id}/invites",
        operations.search,
        Listed(InvitationOut),
        lists=Lists(),
        names=NAMES,
        reads=ACCOUNT,
    ),
    Call(
        "DELETE",
        "/api/invites/{invite_id}",
        addressing.revoke,
        names={"invite_id": "invitation_id"},
        reads={"invite_id": ids.invitation_id},
        status=204,
    ),
    Call(
        "POST",
        "/api/invites/{invite_id}/resend",
        addressing.resend,
        InvitationOut,
        names={"invite_id": "invitation_id"},
        reads={"invite_id": ids.invitation_id},
    ),
]
