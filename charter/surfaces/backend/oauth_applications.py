"""OAuth applications and their tokens in the Backend API."""

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.images.addresses import file_url
from charter.core.instances.addresses import oauth_issuer
from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationMade
from charter.core.oauth_authorizations import operations as oauth_authorizations
from charter.core.oauth_authorizations.model import OauthAccessToken, TokenInactive
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

TAG = "OAuth Applications"
TOKENS_TAG = "OAuth Access Tokens"


class OauthApplicationOut(Out):
    """An OAuth application, without its secret."""

    object: str
    id: str
    instance_id: str
    name: str
    client_id: str
    client_uri: str | None
    client_image_url: str | None
    dynamically_registered: bool
    consent_screen_enabled: bool
    pkce_required: bool
    public: bool
    scopes: str
    redirect_uris: list[str]
    callback_url: str
    authorize_url: str
    token_fetch_url: str
    user_info_url: str
    discovery_url: str
    token_introspection_url: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: OauthApplication, view: View) -> "OauthApplicationOut":
        """As this API writes it."""
        issuer = oauth_issuer(view.instance, view.platform.addresses)
        return cls(
            object="oauth_application",
            id=row.id,
            instance_id=view.instance.id,
            name=row.name,
            client_id=row.client_id,
            client_uri=row.client_uri,
            client_image_url=file_url(view.platform, row.image_key),
            dynamically_registered=row.is_dynamically_registered,
            consent_screen_enabled=row.is_consent_screen_enabled,
            pkce_required=row.needs_pkce,
            public=row.is_public,
            scopes=" ".join(row.scopes),
            redirect_uris=list(row.redirect_uris),
            callback_url=row.redirect_uris[0] if row.redirect_uris else "",
            authorize_url=issuer + "/oauth/authorize",
            token_fetch_url=issuer + "/oauth/token",
            user_info_url=issuer + "/oauth/userinfo",
            discovery_url=issuer + "/.well-known/openid-configuration",
            token_introspection_url=issuer + "/oauth/token_info",
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class OauthApplicationMadeOut(OauthApplicationOut):
    """An OAuth application with its secret, empty for a public one."""

    client_secret: str

    @classmethod
    def of(cls, result: OauthApplicationMade, view: View) -> "OauthApplicationMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(OauthApplicationOut.of(result.application, view))
        return cls(**shared, client_secret=result.secret or "")


class OauthAccessTokenOut(Out):
    """An access token that holds."""

    object: str
    id: str
    client_id: str
    subject: str
    scopes: list[str]
    revoked: bool
    revocation_reason: str | None
    expired: bool
    expiration: int | None
    created_at: int
    updated_at: int


class TokenInactiveOut(Out):
    """A signed access token whose time is over."""

    active: bool


class VerifiedToken:
    """Answers what is behind an access token."""

    type = OauthAccessTokenOut | TokenInactiveOut

    def of(
        self, result: OauthAccessToken | TokenInactive, _view: View
    ) -> OauthAccessTokenOut | TokenInactiveOut:
        """As this API writes it; one that holds no more is not found, so it is neither."""
        if isinstance(result, TokenInactive):
            return TokenInactiveOut(active=False)
        return OauthAccessTokenOut(
            object="clerk_idp_oauth_access_token",
            id=result.id,
            client_id=result.client_id,
            subject=result.user_id,
            scopes=list(result.scopes),
            revoked=False,
            revocation_reason=None,
            expired=False,
            expiration=millis(result.expires_at),
            created_at=millis(result.created_at),
            updated_at=millis(result.created_at),
        )


class FindOauthApplications(In):
    """A text that a client id equals, or a name holds."""

    name_query: str | UnsetType = UNSET


class CreateOauthApplication(In):
    """What an OAuth application is made of."""

    name: str
    redirect_uris: list[str] | None = None
    callback_url: str | None = None
    scopes: str | None = None
    consent_screen_enabled: bool | None = None
    pkce_required: bool | None = None
    public: bool | None = None


class UpdateOauthApplication(In):
    """What changes of an OAuth application."""

    name: str | UnsetType | None = UNSET
    redirect_uris: list[str] | UnsetType | None = UNSET
    callback_url: str | UnsetType | None = UNSET
    scopes: str | UnsetType | None = UNSET
    consent_screen_enabled: bool | UnsetType | None = UNSET
    pkce_required: bool | UnsetType | None = UNSET
    public: bool | UnsetType | None = UNSET


class RevokeOauthToken(In):
    """An access or refresh token of the application."""

    token: str


class VerifyOauthToken(In):
    """What a program showed: `access_token`, or `secret` as some clients call it."""

    access_token: str | UnsetType = UNSET
    secret: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none and both. Raises: ValueError."""
        if (self.access_token is UNSET) == (self.secret is UNSET):
            raise ValueError("`access_token` is required")


LISTS = Lists(orders={"name": "name", "created_at": "created_at"})
ONE = "/oauth_applications/{oauth_application_id}"
NAMES = {
    "consent_screen_enabled": "is_consent_screen_enabled",
    "pkce_required": "is_pkce_required",
    "public": "is_public",
}

CALLS = [
    Call(
        "GET",
        "/oauth_applications",
        oauth_applications.search,
        Paged(OauthApplicationOut),
        query=FindOauthApplications,
        lists=LISTS,
        tag=TAG,
    ),
    Call(
        "POST",
        "/oauth_applications",
        oauth_applications.create,
        OauthApplicationMadeOut,
        body=CreateOauthApplication,
        names=NAMES,
        tag=TAG,
    ),
    Call("GET", ONE, oauth_applications.get, OauthApplicationOut, tag=TAG),
    Call(
        "PATCH",
        ONE,
        oauth_applications.update,
        OauthApplicationOut,
        body=UpdateOauthApplication,
        names=NAMES,
        tag=TAG,
    ),
    Call("DELETE", ONE, oauth_applications.delete, DeletedAs("oauth_application"), tag=TAG),
    Call(
        "PUT",
        ONE + "/logo",
        oauth_applications.set_logo,
        OauthApplicationOut,
        upload="file",
        upload_texts=("uploader_user_id",),
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/rotate_secret",
        oauth_applications.rotate_secret,
        OauthApplicationMadeOut,
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/revoke_token",
        oauth_authorizations.revoke_token,
        body=RevokeOauthToken,
        status=204,
        tag=TAG,
    ),
    Call(
        "POST",
        "/oauth_applications/access_tokens/verify",
        oauth_authorizations.verify,
        VerifiedToken(),
        body=VerifyOauthToken,
        names={"secret": "access_token"},
        tag=TOKENS_TAG,
    ),
]
