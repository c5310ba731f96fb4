"""External accounts of users in the Backend API, and the tokens that providers gave for them."""

from typing import Any

from charter.core.external_accounts import operations as external_accounts
from charter.core.external_accounts import tokens
from charter.core.external_accounts.tokens import ProviderToken
from charter.surfaces.backend.shapes import Bare, DeletedAs, millis_or_none
from charter.wire.call import Call, Lists, Out, View

TAG = "Users"


class OAuthAccessTokenOut(Out):
    """A token for a provider's own API."""

    object: str
    external_account_id: str
    provider_user_id: str
    token: str
    expires_at: int | None
    provider: str
    public_metadata: dict[str, Any]
    label: str | None
    scopes: list[str]

    @classmethod
    def of(cls, row: ProviderToken, _view: View) -> "OAuthAccessTokenOut":
        """As this API writes it."""
        return cls(
            object="oauth_access_token",
            external_account_id=row.external_account_id,
            provider_user_id=row.provider_user_id,
            token=row.token,
            expires_at=millis_or_none(row.expires_at),
            provider=row.provider,
            public_metadata={},
            label=None,
            scopes=list(row.scopes),
        )


CALLS = [
    Call(
        "GET",
        "/users/{user_id}/oauth_access_tokens/{provider}",
        tokens.search_tokens,
        Bare(OAuthAccessTokenOut),
        lists=Lists(),
        tag=TAG,
    ),
    Call(
        "DELETE",
        "/users/{user_id}/external_accounts/{external_account_id}",
        external_accounts.remove,
        DeletedAs("external_account"),
        tag=TAG,
    ),
]
