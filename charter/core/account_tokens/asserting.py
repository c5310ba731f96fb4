"""Tokens for a person whom somebody else vouches for, by a signed proof. Source: RFC 7523."""

from charter.core.account_clients.proofs import key_set
from charter.core.account_tokens.giving import given
from charter.core.account_tokens.model import Asked, Given
from charter.core.account_tokens.proving import (
    ProofRefused,
    audiences,
    read_proof,
    spent_once,
)
from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.scopes import split
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.account_ids import own
from charter.core.oauth_authorizations.model import OauthGrantInvalid, OauthRequestInvalid
from charter.core.users.model import UserNotFound
from charter.core.users.queries import get_user
from charter.kernel.operation import Context


async def by_jwt(ctx: Context, client: OauthApplication, asked: Asked) -> Given:
    """An access token for the person whom a trusted issuer names, without one to renew it.

    The proof's `sub` is the person's id, its `aud` this endpoint or the client's issuer. It is good
    once: `jti` is remembered until it ends, in ten minutes at most.
    Raises: OauthRequestInvalid; OauthGrantInvalid, for an issuer that the client does not trust, a
        proof that does not hold or came before, and who may not sign in; OauthScopeInvalid.
    """
    if not asked.assertion:
        raise OauthRequestInvalid("assertion", reason="assertion is required")
    issuer = claimed_payload(asked.assertion).get("iss")
    trusted = next((each for each in client.trusted_issuers if each["issuer"] == issuer), None)
    if trusted is None:
        raise OauthGrantInvalid("assertion")
    try:
        keys = key_set(trusted["jwks"])
        claims = read_proof(ctx, asked.assertion, keys, audiences(ctx, client))
    except ProofRefused as refused:
        raise OauthGrantInvalid("assertion") from refused
    if not await spent_once(ctx, client, f"{claims['iss']}:{claims['jti']}", claims):
        raise OauthGrantInvalid("assertion")
    try:
        user = await get_user(ctx.db, own(claims["sub"], "user_"))
    except UserNotFound as gone:
        raise OauthGrantInvalid("assertion") from gone
    tokens = await logins.log_in(
        ctx,
        client,
        session_id=None,
        user_id=user.id,
        organization_id=client.organization_id,
        scopes=split(asked.scope or ""),
        has_refresh=False,
    )
    return given(tokens)
