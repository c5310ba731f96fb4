"""What sign-in calls answer: tokens, profiles, ways to sign in, tokens for forms."""

from typing import Any

import msgspec

from charter.core.account_logins.model import (
    AddressUnproven,
    EmailCheck,
    FormSession,
    LoggedIn,
    LoginMethods,
    LoginOver,
    LoginProfile,
    LoginReplayed,
    Renewed,
    SignedOut,
    SignedUpUnproven,
)
from charter.core.memberships.model import Membership
from charter.core.oauth_authorizations.logins import AccountTokens
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.accounts import AccountOut
from charter.surfaces.accounts.auth import cookies
from charter.surfaces.accounts.profiles import CredentialOut, IdentityOut, UserOut
from charter.surfaces.accounts.shapes import Beside, Moment, moment, role_name
from charter.wire.call import Out, View


class TokensOut(Out):
    """The tokens of a login. refresh_token, id_token: null where the client gets none."""

    access_token: str
    refresh_token: str | None
    token_type: str
    expires_in: int
    id_token: str | None

    @classmethod
    def of(cls, tokens: AccountTokens, _view: View) -> "TokensOut":
        """As this API writes it."""
        return cls(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            token_type="Bearer",  # noqa: S106  # a kind of token
            expires_in=tokens.expires_in_seconds,
            id_token=tokens.id_token,
        )


class HeldOut(Out):
    """A membership of who is signed in, with its account."""

    id: str
    user_id: str
    account_id: str
    role: str
    created_at: Moment
    account: AccountOut

    @classmethod
    def of(cls, row: Membership, view: View) -> "HeldOut":
        """As this API writes it."""
        return cls(
            id=ids.member_id(row.id),
            user_id=ids.uid(row.user_id),
            account_id=ids.account_id(row.organization_id),
            role=role_name(row.role_key),
            created_at=moment(row.created_at),
            account=AccountOut.of(row.organization, view),
        )


class LoginProfileOut(UserOut):
    """Who is signed in: the user, their memberships, and the one that they work in."""

    identity: IdentityOut | None
    credentials: list[CredentialOut]
    memberships: list[HeldOut]
    active_membership: HeldOut | None

    @classmethod
    def of(cls, profile: Any, view: View) -> "LoginProfileOut":
        """As this API writes a LoginProfile."""
        found: LoginProfile = profile
        user = found.user
        return cls(
            **msgspec.structs.asdict(UserOut.of(user, view)),
            identity=IdentityOut.of(user, view),
            credentials=[CredentialOut.of(each, view) for each in user.email_addresses],
            memberships=[HeldOut.of(each, view) for each in found.memberships],
            active_membership=None if found.active is None else HeldOut.of(found.active, view),
        )


class AuthenticationOut(Out):
    """A login: its tokens, and whose they are."""

    tokens: TokensOut
    profile: LoginProfileOut

    @classmethod
    def of(cls, made: LoggedIn | SignedUpUnproven, view: View) -> "AuthenticationOut":
        """As this API writes it. Raises: AddressUnproven."""
        if isinstance(made, SignedUpUnproven):
            raise AddressUnproven
        return cls(
            tokens=TokensOut.of(made.tokens, view), profile=LoginProfileOut.of(made.profile, view)
        )

    @staticmethod
    def beside(made: LoggedIn, view: View) -> Beside:
        """The cookies in which the browser keeps the tokens."""
        return Beside(cookies=cookies.of_login(made.client, made.tokens, view))


class RenewedOut(TokensOut):
    """The tokens of a login that goes on."""

    @classmethod
    def of(cls, made: Any, view: View) -> "RenewedOut":
        """As this API writes it. Raises: LoginOver, for a token that came a second time."""
        if isinstance(made, LoginReplayed):
            raise LoginOver
        return cls(**msgspec.structs.asdict(TokensOut.of(made.tokens, view)))

    @staticmethod
    def beside(made: Renewed, view: View) -> Beside:
        """The cookies in which the browser keeps the tokens."""
        return Beside(cookies=cookies.of_login(made.client, made.tokens, view))


class SignOutShape:
    """Answers with nothing, and takes the login out of the browser."""

    type = None

    @staticmethod
    def beside(ended: SignedOut, view: View) -> Beside:
        """The cookies, which are empty now."""
        return Beside(cookies=cookies.without_login(ended.client, view))

    def of(self, _ended: SignedOut, _view: View) -> None:
        """Nothing."""


class CheckedOut(Out):
    """By what an address signs in. preferred, available: `email_password`, `magic_link`."""

    status: str
    preferred: list[str]
    available: list[str]

    @classmethod
    def of(cls, found: EmailCheck, _view: View) -> "CheckedOut":
        """As this API writes it."""
        ways = ["email_password"] if found.by_password else []
        ways += ["magic_link"] if found.by_link else []
        return cls(
            status="active" if found.is_known else "inactive", preferred=ways[:1], available=ways
        )


class WayOut(msgspec.Struct, kw_only=True):
    """A way to sign in, and where it is asked for."""

    login_method: str
    url: str


class ProviderOut(msgspec.Struct, kw_only=True):
    """A provider elsewhere: where a sign-in begins, and where the provider sends people back."""

    login_method: str
    authorize_url: str
    callback_url: str

    @classmethod
    def of(cls, base: str, strategy: str) -> "ProviderOut":
        """As this API writes it. base: of the sign-in calls."""
        here = f"{base}/{strategy.removeprefix('oauth_')}"
        return cls(
            login_method="oauth2",
            authorize_url=f"{here}/authorize",
            callback_url=f"{here}/callback",
        )


class MethodsOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a client offers to sign in by; a way that it does not offer is left out."""

    password: WayOut | msgspec.UnsetType = msgspec.UNSET
    magic_link: WayOut | msgspec.UnsetType = msgspec.UNSET
    oauth_google: ProviderOut | msgspec.UnsetType = msgspec.UNSET
    oauth_github: ProviderOut | msgspec.UnsetType = msgspec.UNSET
    oauth_facebook: ProviderOut | msgspec.UnsetType = msgspec.UNSET
    oauth_apple: ProviderOut | msgspec.UnsetType = msgspec.UNSET
    oauth_microsoft: ProviderOut | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, found: LoginMethods, view: View) -> "MethodsOut":
        """As this API writes it."""
        base = view.platform.addresses.api_url + cookies.MOUNT + "/auth"
        made: dict[str, WayOut | ProviderOut] = {
            strategy: ProviderOut.of(base, strategy)
            for strategy in found.strategies
            if strategy in cls.__struct_fields__
        }
        if found.by_password:
            made["password"] = WayOut(login_method="password", url=f"{base}/sign-in")
        if found.by_link:
            made["magic_link"] = WayOut(login_method="magic_link", url=f"{base}/send-magic-link")
        return msgspec.convert(made, cls, from_attributes=True)


class FormTokenOut(Out):
    """What forms show, in the header X-CSRF-Token or as csrf_token."""

    csrf_token: str

    @classmethod
    def of(cls, forms: FormSession, _view: View) -> "FormTokenOut":
        """As this API writes it."""
        return cls(csrf_token=forms.token)

    @staticmethod
    def beside(forms: FormSession, _view: View) -> Beside:
        """The token again, where scripts look for it."""
        return Beside(headers={"X-CSRF-Token": forms.token})


class FormSessionOut(FormTokenOut):
    """The same, with the cookie that it belongs to."""

    @staticmethod
    def beside(forms: FormSession, view: View) -> Beside:
        """The cookie that binds forms to the browser, and a script for pages that load one."""
        return Beside(
            headers=FormTokenOut.beside(forms, view).headers,
            cookies=(cookies.of_forms(forms.secret, view),),
            # Of letters, digits, hyphens and underscores alone.
            script=f'window.csrf_token="{forms.token}";\n',
        )
