"""Makes OAuth applications: by an app's server, or by a program that registers itself."""

import secrets
from collections.abc import Sequence
from typing import Any

from charter.core.oauth_applications import redirect_uris as checking
from charter.core.oauth_applications.model import (
    LONGEST_NAME,
    SECRET_PREFIX,
    OauthApplicationRow,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

CLIENT_ID_BYTES = 12


def new_row(
    ctx: Context,
    *,
    name: str | None,
    redirect_uris: Sequence[str],
    scopes: Sequence[str],
    is_public: bool = False,
    is_pkce_required: bool = False,
    is_consent_screen_enabled: bool = True,
    is_dynamically_registered: bool = False,
    client_uri: str | None = None,
    has_secret: bool = True,
    **further: Any,
) -> tuple[OauthApplicationRow, str | None]:
    """A new application and its secret, which a public one has not.

    name: its client id where it gives none. has_secret: False for one that proves itself by a key.
    further: other fields of the row.
    """
    is_secretless = is_public or not has_secret
    secret, secret_digest = (None, None) if is_secretless else new_client_secret()
    client_id = secrets.token_hex(CLIENT_ID_BYTES)
    row = OauthApplicationRow(
        id=ctx.new_id("oa_"),
        client_id=client_id,
        secret_digest=secret_digest,
        name=name or client_id,
        client_uri=client_uri,
        image_key=None,
        redirect_uris=list(redirect_uris),
        scopes=list(scopes),
        is_public=is_public,
        is_pkce_required=is_pkce_required,
        is_consent_screen_enabled=is_consent_screen_enabled,
        is_dynamically_registered=is_dynamically_registered,
        created_at=ctx.now,
        updated_at=ctx.now,
        **further,
    )
    return row, secret


def new_client_secret() -> tuple[str, bytes]:
    """A secret of 160 bits, and the digest that is kept of it."""
    secret = new_secret(SECRET_PREFIX, 20)
    return secret, digest(secret)


def checked_name(name: str, *, parameter: str = "name") -> str:
    """The name of an application. Raises: InvalidInput."""
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME or not trimmed.isprintable():
        reason = f"it must have 1 to {LONGEST_NAME} characters, each a visible one"
        raise InvalidInput(parameter, reason=reason)
    return trimmed


def checked_uris(
    redirect_uris: Sequence[str] | None, callback_url: str | None
) -> tuple[str, ...] | None:
    """Where people may be sent back to, by either name; None where neither is given.

    Raises: InvalidInput.
    """
    if callback_url is not None and callback_url:
        checking.checked([callback_url], parameter="callback_url")
        redirect_uris = [callback_url, *(redirect_uris or ())]
    return None if redirect_uris is None else checking.checked(redirect_uris)
