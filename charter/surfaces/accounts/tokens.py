"""Tokens for one account, made from a login token."""

from charter.core.account_tokens import deriving
from charter.core.account_tokens.deriving import Derived
from charter.surfaces.accounts import ids
from charter.wire.call import Call, In, Out, View


class AccountTokenOut(Out):
    """A token for one account. It is not renewed: make another from the login token."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str

    @classmethod
    def of(cls, made: Derived, _view: View) -> "AccountTokenOut":
        """As this API writes it."""
        return cls(
            access_token=made.access_token,
            token_type="Bearer",  # noqa: S106  # a word of RFC 6750
            expires_in=made.expires_in_seconds,
            scope=" ".join(made.scopes),
        )


class AccountTokenIn(In):
    """What differs from the login token. aud: one that its client may ask for."""

    aud: str | None = None
    scope: str | None = None


CALLS = [
    Call(
        "POST",
        "/api/accounts/{account_id}/token",
        deriving.derive,
        AccountTokenOut,
        body=AccountTokenIn,
        is_body_optional=True,
        names={"account_id": "organization_id", "aud": "audience"},
        reads={"account_id": ids.organization_id},
    ),
]
