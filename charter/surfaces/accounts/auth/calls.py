"""Sign-in calls: people sign up, in and out at a client, and it is told who they are."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.account_logins import accepting, forms, mailing, operations, own, redeeming
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.auth.shapes import (
    AuthenticationOut,
    CheckedOut,
    FormSessionOut,
    FormTokenOut,
    LoginProfileOut,
    MethodsOut,
    RenewedOut,
    SignOutShape,
)
from charter.surfaces.accounts.profiles import UserOut
from charter.wire.call import Call, In


class FormIn(In, kw_only=True):
    """What every body here may have. csrf_token: where cookies alone say who calls."""

    csrf_token: str | UnsetType | None = UNSET


class ClientIn(FormIn, kw_only=True):
    """Names the client at which somebody signs in."""

    client_id: str | None = None


class SignUp(ClientIn, kw_only=True):
    """Who signs up. captcha_token: where the application checks that a person asks."""

    email: str
    password: str
    given_name: str | None = None
    family_name: str | None = None
    captcha_token: str | None = None


class SignIn(ClientIn, kw_only=True):
    """Who signs in. code: of an authenticator app, or a backup code."""

    email: str
    password: str
    code: str | None = None


class Token(ClientIn, kw_only=True):
    """The token of a mailed link."""

    token: str


class TokenAndCode(Token, kw_only=True):
    """The same, with a second factor: a code of an authenticator app, or a backup code."""

    code: str | None = None


class TokenQuery(In, kw_only=True):
    """The token of a mailed link, at a client."""

    token: str
    client_id: str | UnsetType = UNSET


class ClientQuery(In, kw_only=True):
    """Names the client whose page asks."""

    client_id: str | UnsetType = UNSET


class Address(ClientIn, kw_only=True):
    """An email address."""

    email: str


class SendLink(Address, kw_only=True):
    """Where a link is mailed. redirect_uri: where it leads, one of the client's own, exactly."""

    redirect_uri: str | None = None


class ResetPassword(Token, kw_only=True):
    """A new password, by the token of a mailed link."""

    new_password: str


class Refresh(ClientIn, kw_only=True):
    """A refresh token; without it the one of the browser's cookie."""

    refresh_token: str | None = None


class SwitchAccount(FormIn, kw_only=True):
    """The account to work in from now on."""

    account_id: str


NAMES = {"email": "email_address"}
PERSON = {**NAMES, "given_name": "first_name", "family_name": "last_name"}
FORM = {"csrf_token": "the door looks at it before the call, where cookies alone say who calls"}


def _client_id(given: Any) -> Any:
    return ids.client_id(given) if isinstance(given, str) else given


READS = {"client_id": _client_id}


def _post(name: str, operation: Any, out: Any, body: Any, **options: Any) -> Call:
    """A call that anybody may make."""
    has_client = issubclass(body, ClientIn)
    return Call(
        "POST",
        f"/auth/{name}",
        operation,
        out,
        body=body,
        reads=READS if has_client else {},
        ignores=FORM,
        is_public=True,
        keeps_answers=False,
        **options,
    )


def _page(name: str, operation: Any, out: Any, query: Any, **options: Any) -> Call:
    """A call that anybody may make by an address alone."""
    return Call("GET", f"/auth/{name}", operation, out, query=query, is_public=True, **options)


IGNORED_CLIENT = {"client_id": "the door finds the application by it"}

CALLS = [
    _post("sign-up", operations.sign_up, AuthenticationOut, SignUp, names=PERSON),
    _post("sign-in", operations.sign_in, AuthenticationOut, SignIn, names=NAMES),
    _post("sign-in-with-token", operations.sign_in_with_link, AuthenticationOut, TokenAndCode),
    _page(
        "sign-in-with-token",
        operations.sign_in_with_link,
        AuthenticationOut,
        TokenQuery,
        reads=READS,
    ),
    _post("accept-invite", accepting.accept_invitation, AuthenticationOut, TokenAndCode),
    _page("accept-invite", accepting.accept_invitation, AuthenticationOut, TokenQuery, reads=READS),
    Call("GET", "/auth/me", own.describe, LoginProfileOut),
    Call(
        "GET",
        "/auth/user/{user_id}",
        own.read_user,
        UserOut,
        reads={"user_id": ids.user_id},
    ),
    _post("refresh", own.refresh, RenewedOut, Refresh, is_body_optional=True),
    Call(
        "POST",
        "/auth/switch-accounts",
        own.switch,
        AuthenticationOut,
        body=SwitchAccount,
        names={"account_id": "organization_id"},
        reads={"account_id": ids.organization_id},
        ignores=FORM,
        keeps_answers=False,
    ),
    Call(
        "POST",
        "/auth/send-verification-email",
        own.send_proof_link,
        body=FormIn,
        is_body_optional=True,
        ignores=FORM,
        keeps_answers=False,
        status=204,
    ),
    Call(
        "POST",
        "/auth/sign-out",
        own.sign_out,
        SignOutShape(),
        body=Refresh,
        is_body_optional=True,
        ignores={**FORM, **IGNORED_CLIENT},
        keeps_answers=False,
        is_public=True,
        status=204,
    ),
    _post("check-email", operations.check_email, CheckedOut, Address, names=NAMES),
    _post("login-methods", operations.login_methods, MethodsOut, ClientIn, is_body_optional=True),
    _post("send-magic-link", mailing.send_sign_in_link, None, SendLink, names=NAMES, status=204),
    _post("send-password-reset", mailing.send_reset_link, None, SendLink, names=NAMES, status=204),
    _post("verify", redeeming.prove_address, None, Token, status=204),
    _post("reset-password", redeeming.reset_password, None, ResetPassword, status=204),
    _page("csrf-session", forms.begin_forms, FormSessionOut, ClientQuery, ignores=IGNORED_CLIENT),
    _page("csrf-token", forms.form_token, FormTokenOut, ClientQuery, ignores=IGNORED_CLIENT),
]
