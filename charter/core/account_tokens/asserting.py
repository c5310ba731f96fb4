"""Tokens for a person whom somebody else vouches for, by a signed proof.

Source: RFC 7522; RFC 7523.
"""

from charter.core.account_clients.proofs import key_set
from charter.core.account_tokens import queries, saml
from charter.core.account_tokens.giving import given
from charter.core.account_tokens.model import Asked, Given
from charter.core.account_tokens.proving import (
    LEEWAY,
    ProofRefused,
    audiences,
    read_proof,
    spent_once,
    token_endpoint,
)
from charter.core.keys.claimed import claimed_payload
from charter.core.memberships.queries import find_standing
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
    trusted = {each["issuer"]: each["jwks"] for each in client.trusted_issuers if "jwks" in each}
    if not isinstance(issuer, str) or issuer not in trusted:
        raise OauthGrantInvalid("assertion")
    try:
        keys = key_set(trusted[issuer])
        claims = read_proof(ctx, asked.assertion, keys, audiences(ctx, client))
    except ProofRefused as refused:
        raise OauthGrantInvalid("assertion") from refused
    if not await spent_once(ctx, client, f"{claims['iss']}:{claims['jti']}", claims):
        raise OauthGrantInvalid("assertion")
    return await _let_in(ctx, client, asked, claims["sub"])


async def by_saml(ctx: Context, client: OauthApplication, asked: Asked) -> Given:
    """The same by a SAML 2.0 assertion, whose NameID is the person's id.

    It is signed by a certificate of an issuer that the client trusts, names this endpoint as its
    Recipient and this or the client's issuer as its Audience, and is good once: its ID is
    remembered until the bearer may show it no more, in ten minutes at most.
    Raises: as `by_jwt`. Source: RFC 7522, section 3.
    """
    if not asked.assertion:
        raise OauthRequestInvalid("assertion", reason="assertion is required")
    trusted = {
        each["issuer"]: each["certificates"]
        for each in client.trusted_issuers
        if "certificates" in each
    }
    expected = saml.Expected(audiences(ctx, client), token_endpoint(ctx), ctx.now)
    try:
        said = await ctx.work.run(saml.read_assertion, asked.assertion, trusted, expected)
    except ProofRefused as refused:
        raise OauthGrantInvalid("assertion") from refused
    name = f"saml:{said.issuer}:{said.id}"
    if not await queries.remember(ctx, ctx.db, client.id, name, said.until + LEEWAY):
        raise OauthGrantInvalid("assertion")
    return await _let_in(ctx, client, asked, said.subject)


async def _let_in(ctx: Context, client: OauthApplication, asked: Asked, subject: str) -> Given:
    """Tokens for whom a proof names. Raises: OauthGrantInvalid; OauthScopeInvalid."""
    try:
        user = await get_user(ctx.db, own(subject, "user_"))
    except UserNotFound as gone:
        raise OauthGrantInvalid("assertion") from gone
    # Owners choose whom their client trusts: that may vouch for their own people, nobody else's.
    if client.organization_id is not None:
        standing = await find_standing(ctx.db, client.organization_id, user.id)
        if not standing.is_member:
            raise OauthGrantInvalid("assertion")
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
