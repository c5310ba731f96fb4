"""Clients: programs with keys of their own, of an account or of the application."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.account_clients import operations
from charter.core.account_clients.model import AuthMethod
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationMade
from charter.core.oauth_authorizations.account_minting import issuer_of
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.applications import APPLICATION
from charter.surfaces.accounts.shapes import Listed, Moment, moment
from charter.wire.call import Call, In, Lists, Out, View


class ClientOut(Out):
    """A client. resource_id: the account or the application that it is of."""

    id: str
    resource_id: str
    account_id: str | None
    name: str
    issuer: str
    audience: str | None
    allowed_audiences: list[str]
    allowed_origins: list[str]
    redirect_uris: list[str]
    allowed_scope: str | None
    default_scope: str | None
    access_token_config: dict[str, Any] | None
    refresh_token_config: dict[str, Any] | None
    id_token_config: dict[str, Any] | None
    grant_types: list[str]
    token_endpoint_auth_method: str
    jwks: dict[str, Any] | None
    trusted_issuers: list[dict[str, Any]]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: OauthApplication, view: View) -> "ClientOut":
        """As this API writes it."""
        account = None if row.organization_id is None else ids.account_id(row.organization_id)
        return cls(
            id=ids.cid(row.id),
            resource_id=account or ids.application_id(view.actor.instance_id),
            account_id=account,
            name=row.name,
            issuer=issuer_of(row.issuer, view.platform.addresses),
            audience=row.audience,
            allowed_audiences=list(row.allowed_audiences),
            allowed_origins=list(row.allowed_origins),
            redirect_uris=list(row.redirect_uris),
            allowed_scope=" ".join(row.scopes) or None,
            default_scope=" ".join(row.default_scopes) or None,
            access_token_config=row.token_settings.get("access"),
            refresh_token_config=row.token_settings.get("refresh"),
            id_token_config=row.token_settings.get("id"),
            grant_types=list(row.grant_types),
            token_endpoint_auth_method=_method(row),
            jwks=row.jwks,
            trusted_issuers=row.trusted_issuers,
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class NewClientOut(ClientOut):
    """A client just made. client_secret: shown this once; null for one that has none."""

    client_secret: str | None

    @classmethod
    def of(cls, made: Any, view: View) -> "NewClientOut":
        """As this API writes an OauthApplicationMade."""
        result: OauthApplicationMade = made
        shown = msgspec.structs.asdict(ClientOut.of(result.application, view))
        return cls(**shown, client_secret=result.secret)


class MadeClient:
    """Answers with a client just made."""

    type = NewClientOut

    def of(self, made: OauthApplicationMade, view: View) -> NewClientOut:
        """As this API writes it."""
        return NewClientOut.of(made, view)

    def location(self, made: NewClientOut) -> str:
        """Where it is."""
        return f"clients/{made.id}"


class CreateClient(In, kw_only=True):
    """What a client is made of. …_config: `expires_in` in seconds, and `cookie_options`."""

    name: str | None = None
    allowed_origins: list[str] | None = None
    redirect_uris: list[str] | None = None
    access_token_config: dict[str, Any] | None = None
    refresh_token_config: dict[str, Any] | None = None
    id_token_config: dict[str, Any] | None = None
    audience: str | None = None
    allowed_audiences: list[str] | None = None
    allowed_scope: str | None = None
    default_scope: str | None = None
    issuer: str | None = None
    grant_types: list[str] | None = None
    token_endpoint_auth_method: str | None = None
    jwks: dict[str, Any] | None = None
    trusted_issuers: list[dict[str, Any]] | None = None


class PatchClient(In):
    """What is to change; a field that is left out stays, and null brings back its default."""

    name: str | UnsetType = UNSET
    allowed_origins: list[str] | UnsetType | None = UNSET
    redirect_uris: list[str] | UnsetType | None = UNSET
    access_token_config: dict[str, Any] | UnsetType | None = UNSET
    refresh_token_config: dict[str, Any] | UnsetType | None = UNSET
    id_token_config: dict[str, Any] | UnsetType | None = UNSET
    audience: str | UnsetType | None = UNSET
    allowed_audiences: list[str] | UnsetType | None = UNSET
    allowed_scope: str | UnsetType | None = UNSET
    default_scope: str | UnsetType | None = UNSET
    issuer: str | UnsetType | None = UNSET
    grant_types: list[str] | UnsetType | None = UNSET
    jwks: dict[str, Any] | UnsetType | None = UNSET
    trusted_issuers: list[dict[str, Any]] | UnsetType | None = UNSET


def method_of(name: str | None) -> AuthMethod | None:
    """A way to prove who one is, by its name. Raises: ValueError."""
    if name is None:
        return None
    try:
        return AuthMethod(name)
    except ValueError:
        raise ValueError(f"it must be one of {', '.join(AuthMethod)}") from None


def _method(row: OauthApplication) -> str:
    if row.is_public:
        return AuthMethod.NONE.value
    return (AuthMethod.SECRET_BASIC if row.jwks is None else AuthMethod.PRIVATE_KEY).value


CONFIGS = {f"{each}_token_config": f"{each}_token" for each in ("access", "refresh", "id")}
MAKING = {**CONFIGS, "token_endpoint_auth_method": "auth_method"}
ACCOUNT = {"account_id": ids.organization_id}
ONE = {"client_id": ids.client_id}

CALLS = [
    Call(
        "POST",
        "/api/accounts/{account_id}/clients",
        operations.create_for_organization,
        MadeClient(),
        body=CreateClient,
        names={"account_id": "organization_id", **MAKING},
        reads={**ACCOUNT, "token_endpoint_auth_method": method_of},
        status=201,
    ),
    Call(
        "GET",
        "/api/accounts/{account_id}/clients",
        operations.search_of_organization,
        Listed(ClientOut),
        lists=Lists(),
        names={"account_id": "organization_id"},
        reads=ACCOUNT,
    ),
    Call(
        "POST",
        "/api/applications/{application_id}/clients",
        operations.create,
        MadeClient(),
        body=CreateClient,
        names=MAKING,
        reads={"token_endpoint_auth_method": method_of},
        enters=APPLICATION,
        status=201,
    ),
    Call(
        "GET",
        "/api/applications/{application_id}/clients",
        operations.search,
        Listed(ClientOut),
        lists=Lists(),
        enters=APPLICATION,
    ),
    Call("GET", "/api/clients/{client_id}", operations.get, ClientOut, reads=ONE),
    Call(
        "PATCH",
        "/api/clients/{client_id}",
        operations.update,
        ClientOut,
        body=PatchClient,
        names=CONFIGS,
        reads=ONE,
    ),
    Call("DELETE", "/api/clients/{client_id}", operations.delete, reads=ONE, status=204),
]
