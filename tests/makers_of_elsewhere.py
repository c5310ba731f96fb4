"""Arguments for what is done with identity providers, and with accounts there."""

from typing import Any

from charter.core.external_accounts.model import NewExternalAccount
from charter.core.identity_providers.model import IdentityProviderPatch, NewIdentityProvider

ACCOUNT: dict[str, Any] = {"external_account_id": "eac_x"}
BACK = "http://app.test/"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "external_accounts.answer": {"state": "x", "code": "x"},
    "external_accounts.bring": {"nonce": "x"},
    "external_accounts.create": {
        "new": NewExternalAccount(strategy="oauth_google", redirect_url=BACK)
    },
    "external_accounts.delete": ACCOUNT,
    "external_accounts.forget_tokens": ACCOUNT,
    "external_accounts.reauthorize": ACCOUNT | {"redirect_url": BACK},
    "external_accounts.turn_to_get": {"state": "x", "code": "x"},
    "identity_providers.create": {
        "new": NewIdentityProvider(
            strategy="oauth_github", client_id="us", client_secret="known to both"
        )
    },
    "identity_providers.delete": {"strategy": "oauth_google"},
    "identity_providers.search": {},
    "identity_providers.update": {
        "strategy": "oauth_google",
        "patch": IdentityProviderPatch(is_enabled=False),
    },
}
"""The operations, with their arguments."""

FAILING = {
    "external_accounts.answer": "no provider was asked",
    "external_accounts.bring": "as above",
    "external_accounts.create": "a provider sends a browser back, and nobody here is one",
    "external_accounts.delete": "nobody here has such an account",
    "external_accounts.forget_tokens": "nobody here has such an account",
    "external_accounts.reauthorize": "nobody here has such an account",
    "external_accounts.remove": "nobody here has such an account",
    "external_accounts.search_tokens": "nobody here has such an account",
}
"""Those that fail for everybody here, and why."""
