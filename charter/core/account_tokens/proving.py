"""Knows a client again: by its secret, by its key, or by its name where it can keep neither."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from charter.core.account_clients.proofs import ALGORITHMS, key_set
from charter.core.account_tokens import queries
from charter.core.account_tokens.model import (
    ASSERTION_TYPE,
    LONGEST_ASSERTION_SECONDS,
    Credentials,
)
from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.queries import find_application, find_secret_of
from charter.core.oauth_authorizations.account_ids import own, shown
from charter.core.oauth_authorizations.account_minting import MOUNT, issuer_of
from charter.core.oauth_authorizations.model import OauthClientInvalid, OauthRequestInvalid
from charter.kernel.operation import Context
from charter.kernel.secrets import digest
from charter.kernel.tokens import MAXIMUM_TOKEN_LENGTH

TOKEN_PATH = MOUNT + "/oauth2/token"
LEEWAY = timedelta(seconds=5)
LONGEST_NAME = 256


class ProofRefused(Exception):
    """A signed proof does not hold."""


async def known(ctx: Context, shown_as: Credentials) -> OauthApplication:
    """The client that asks, read before any transaction but for what is good once.

    A public one names itself alone; what it asks for is then bound to more than its name.
    Raises: OauthClientInvalid; OauthRequestInvalid, for two ways at once.
    Source: RFC 6749, section 2.3; RFC 7523, section 3; OpenID Connect Core 1.0, section 9.
    """
    if shown_as.assertion is not None or shown_as.assertion_type is not None:
        return await _by_assertion(ctx, shown_as)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    client_id = own(shown_as.client_id or "", "oa_")
    found = await find_application(reading, client_id)
    kept = None if found is None else await find_secret_of(reading, client_id)
    if found is not None and found.is_public:
        if shown_as.secret:
            raise OauthClientInvalid("client_secret")
        return found
    # Compared even where there is nothing to compare with, so that time tells nothing.
    expected = kept.secret_digest if kept is not None and kept.secret_digest else bytes(32)
    is_right = hmac.compare_digest(expected, digest(shown_as.secret or ""))
    if found is None or not is_right or not shown_as.secret:
        raise OauthClientInvalid("client_id")
    return found


async def _by_assertion(ctx: Context, shown_as: Credentials) -> OauthApplication:
    """The client that signed a proof, which is good once."""
    if shown_as.secret is not None:
        raise OauthRequestInvalid("client_assertion", reason="a client shows itself in one way")
    assertion = shown_as.assertion or ""
    if shown_as.assertion_type != ASSERTION_TYPE:
        raise OauthClientInvalid("client_assertion_type")
    named = claimed_payload(assertion).get("sub")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = None
    if isinstance(named, str) and shown_as.client_id in (None, named):
        found = await find_application(reading, own(named, "oa_"))
    if found is None or found.jwks is None:
        raise OauthClientInvalid("client_assertion")
    try:
        claims = read_proof(ctx, assertion, key_set(found.jwks), audiences(ctx, found))
    except ProofRefused as refused:
        raise OauthClientInvalid("client_assertion") from refused
    if claims.get("iss") != shown(found.id):
        raise OauthClientInvalid("client_assertion")
    if not await spent_once(ctx, found, f"client:{claims['jti']}", claims):
        raise OauthClientInvalid("client_assertion")
    return found


def audiences(ctx: Context, client: OauthApplication) -> tuple[str, ...]:
    """What a proof for us may name: where it is shown, or who we are to its client."""
    return token_endpoint(ctx), issuer_of(client.issuer, ctx.platform.addresses)


def token_endpoint(ctx: Context) -> str:
    """Where proofs are shown."""
    return ctx.platform.addresses.api_url + TOKEN_PATH


def read_proof(ctx: Context, text: str, keys: KeySet, wanted: tuple[str, ...]) -> dict[str, Any]:
    """The claims of a signed proof; `sub` and `jti` are texts.

    Raises: ProofRefused. Source: RFC 7523, section 3; RFC 8725.
    """
    if len(text) > MAXIMUM_TOKEN_LENGTH:
        raise ProofRefused
    try:
        token = jwt.decode(text, keys, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as refused:
        raise ProofRefused from refused
    claims = token.claims
    if not token.header.keys() <= {"alg", "typ", "kid"} or not isinstance(claims, dict):
        raise ProofRefused
    found = claims.get("aud")
    named = [found] if isinstance(found, str) else found
    if not isinstance(named, list) or not any(each in wanted for each in named):
        raise ProofRefused
    for name in ("iss", "sub", "jti"):
        value = claims.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_NAME or "\x00" in value:
            raise ProofRefused
    _check_times(ctx, claims)
    return claims


async def spent_once(
    ctx: Context, client: OauthApplication, name: str, claims: Mapping[str, Any]
) -> bool:
    """Whether a proof is shown for the first time; it is remembered for as long as it lasts."""
    until = datetime.fromtimestamp(claims["exp"], UTC) + LEEWAY
    return await queries.remember(ctx, ctx.db, client.id, name, until)


def _check_times(ctx: Context, claims: Mapping[str, Any]) -> None:
    now = ctx.now.timestamp()
    leeway = LEEWAY.total_seconds()
    for name in ("exp", "iat", "nbf"):
        if name in claims and type(claims[name]) is not int:
            raise ProofRefused
    if "exp" not in claims or not now - leeway < claims["exp"] <= now + LONGEST_ASSERTION_SECONDS:
        raise ProofRefused
    if max(claims.get("iat", 0), claims.get("nbf", 0)) > now + leeway:
        raise ProofRefused
