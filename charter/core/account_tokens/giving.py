"""Writes what a login gives as what a client gets."""

from charter.core.account_tokens.model import Given
from charter.core.oauth_authorizations.logins import AccountTokens


def given(tokens: AccountTokens) -> Given:
    """The tokens of a login."""
    return Given(
        access_token=tokens.access_token,
        expires_in_seconds=tokens.expires_in_seconds,
        scopes=tokens.scopes,
        refresh_token=tokens.refresh_token,
        id_token=tokens.id_token,
    )
