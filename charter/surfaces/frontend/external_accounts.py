"""External accounts in the Frontend API."""

from charter.core.external_accounts import operations as external_accounts
from charter.surfaces.backend.external_accounts_out import ExternalAccountOut
from charter.surfaces.frontend.client_out import OwnUser
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call
from charter.wire.forms import FormIn

TAG = "External Accounts"
NATIVE = "apps that hold a provider's token sign in with it; accounts are linked by a redirect"
ENTERPRISE = "connections of organizations are not linked by their members"


class ConnectAccount(FormIn):
    """Which account is to be linked."""

    strategy: str
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    additional_scope: list[str] | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None
    enterprise_connection_id: str | None = None
    code: str | None = None
    token: str | None = None


class ReauthorizeAccount(FormIn):
    """How a provider is asked again."""

    redirect_url: str
    action_complete_redirect_url: str | None = None
    additional_scope: list[str] | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None


ACCOUNT = "/me/external_accounts/{external_account_id}"

CALLS = [
    Call(
        "POST",
        "/me/external_accounts",
        external_accounts.create,
        Wrapped(ExternalAccountOut),
        body=ConnectAccount,
        ignores={"enterprise_connection_id": ENTERPRISE, "code": NATIVE, "token": NATIVE},
        tag=TAG,
    ),
    Call(
        "PATCH",
        ACCOUNT + "/reauthorize",
        external_accounts.reauthorize,
        Wrapped(ExternalAccountOut),
        body=ReauthorizeAccount,
        tag=TAG,
    ),
    Call(
        "DELETE",
        ACCOUNT,
        external_accounts.delete,
        Wrapped(Gone("external_account")),
        tag=TAG,
    ),
    Call(
        "DELETE",
        ACCOUNT + "/tokens",
        external_accounts.forget_tokens,
        Wrapped(OwnUser),
        tag=TAG,
    ),
]
