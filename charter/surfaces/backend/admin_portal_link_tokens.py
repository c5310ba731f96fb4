"""Links into the admin portal, in the Backend API."""

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.admin_portal import operations as admin_portal
from charter.core.admin_portal.model import AdminPortalLinkToken, AdminPortalLinkTokenMade
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Call, In, Out, View

TAG = "Admin Portal Link Tokens"


class LinkTokenOut(Out):
    """A link whose secret is not shown any more."""

    object: str
    id: str
    admin_portal_link_id: str
    instance_id: str
    organization_id: str | None
    it_contact_id: str | None
    scopes: list[str] | None
    revoked: bool
    revocation_reason: str | None
    expired: bool
    expiration: int
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: AdminPortalLinkToken, view: View) -> "LinkTokenOut":
        """As this API writes it."""
        # All links to one place have the name of that place.
        place = row.organization_id or view.instance.id
        return cls(
            object="admin_portal_link_token",
            id=row.id,
            admin_portal_link_id=f"apl_{place.partition('_')[2]}",
            instance_id=view.instance.id,
            organization_id=row.organization_id,
            it_contact_id=row.it_contact_id,
            scopes=None if row.scopes is None else list(row.scopes),
            revoked=row.revoked_at is not None,
            revocation_reason=row.revocation_reason,
            expired=row.expires_at <= view.now,
            expiration=millis(row.expires_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class LinkTokenMadeOut(LinkTokenOut):
    """A link with its secret: the page is `/account/…/admin?token=…`."""

    token: str

    @classmethod
    def of(cls, result: AdminPortalLinkTokenMade, view: View) -> "LinkTokenMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(LinkTokenOut.of(result.link_token, view))
        return cls(**shared, token=result.secret)


class CreateLinkToken(In):
    """Whom the link is for, and how long it holds."""

    organization_id: str | UnsetType = UNSET
    it_contact_id: str | UnsetType = UNSET
    scopes: list[str] | UnsetType = UNSET
    seconds_until_expiration: int | UnsetType = UNSET


class RevokeLinkToken(In):
    """Why the link is taken back."""

    revocation_reason: str | UnsetType | None = UNSET


CALLS = [
    Call(
        "POST",
        "/admin_portal_link_tokens",
        admin_portal.create_link_token,
        LinkTokenMadeOut,
        body=CreateLinkToken,
        status=201,
        tag=TAG,
    ),
    Call(
        "POST",
        "/admin_portal_link_tokens/{adminPortalLinkTokenID}/revoke",
        admin_portal.revoke_link_token,
        LinkTokenOut,
        body=RevokeLinkToken,
        is_body_optional=True,
        names={"adminPortalLinkTokenID": "token_id"},
        tag=TAG,
    ),
]
