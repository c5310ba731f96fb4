"""Checks ID tokens by the keys that their issuer publishes.

Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from charter.core.identity_providers.model import Connection, ProfileFailed
from charter.outside.guarded import Asked, Refused, fetch

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519"]
"""Signatures with a public key. Neither `none` nor one with a shared secret is among them."""
LEEWAY_SECONDS = 60
KEPT_SECONDS = 600
ANEW_SECONDS = 30
"""A key that is not among the known ones is looked for anew, but not at every forged token."""
MAX_LENGTH = 16_384
MAX_SETS = 256


class PublishedKeys:
    """The key sets of issuers, by their addresses."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bool], tuple[float, KeySet]] = OrderedDict()

    async def holding(self, url: str, kid: str | None, *, may_be_private: bool) -> KeySet:
        """The keys at an address, fresh enough to hold this one. Raises: ProfileFailed."""
        known = self._kept.get((url, may_be_private))
        if known is not None:
            age = time.monotonic() - known[0]
            has_it = kid is None or any(key.kid == kid for key in known[1].keys)
            if age < (KEPT_SECONDS if has_it else ANEW_SECONDS):
                return known[1]
        keys = await _published(url, may_be_private=may_be_private)
        self._kept[url, may_be_private] = (time.monotonic(), keys)
        self._kept.move_to_end((url, may_be_private))
        if len(self._kept) > MAX_SETS:
            self._kept.popitem(last=False)
        return keys


async def _published(url: str, *, may_be_private: bool) -> KeySet:
    try:
        fetched = await fetch(Asked(url), may_be_private=may_be_private)
        document = msgspec.json.decode(fetched.body, type=dict[str, Any])
        signing = [
            key
            for key in document["keys"]
            if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
        ]
        # A set may hold keys of kinds that are not known here.
        return KeySet.import_key_set({"keys": [_public(key) for key in signing]})
    except (Refused, msgspec.MsgspecError, JoseError, KeyError, TypeError, ValueError) as failure:
        raise ProfileFailed(reason="jwks") from failure


def _public(key: Mapping[str, Any]) -> Any:
    """What is needed of a key; a private part that somebody published is not looked at."""
    names = ("kty", "kid", "alg", "use", "n", "e", "crv", "x", "y")
    return {name: key[name] for name in names if name in key}


async def checked_claims(
    keys: PublishedKeys, connection: Connection, token: Any, *, nonce: str, at: datetime
) -> dict[str, Any]:
    """The claims of an ID token that this provider signed for us, for this browser, just now.

    Raises: ProfileFailed.
    """
    description = connection.description
    if not isinstance(token, str) or len(token) > MAX_LENGTH:
        raise ProfileFailed(reason="id_token_missing")
    try:
        header = jws.extract_compact(token.encode()).headers()
        if str(header.get("typ", "JWT")).upper() != "JWT":
            raise ProfileFailed(reason="typ")
        published = await keys.holding(
            description.jwks_url or "",
            header.get("kid"),
            may_be_private=connection.may_be_private,
        )
        signed = jws.deserialize_compact(token, published, algorithms=ALGORITHMS)
        claims = msgspec.json.decode(signed.payload, type=dict[str, Any])
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError) as failure:
        raise ProfileFailed(reason="signature") from failure
    mistake = _mistake(claims, connection, nonce, at.timestamp())
    if mistake is not None:
        raise ProfileFailed(reason=mistake)
    return claims


def _mistake(claims: dict[str, Any], connection: Connection, nonce: str, now: float) -> str | None:
    """The claim that does not hold, or None."""
    holds = {
        "iss": claims.get("iss") == _issuer(connection, claims),
        "aud": _is_for(connection.provider.client_id, claims),
        "exp": _number(claims, "exp") > now - LEEWAY_SECONDS,
        "iat": 0 < _number(claims, "iat") <= now + LEEWAY_SECONDS,
        "nbf": "nbf" not in claims or 0 < _number(claims, "nbf") <= now + LEEWAY_SECONDS,
        "nonce": _is_of(nonce, claims.get("nonce"), connection),
    }
    return next((name for name, does in holds.items() if not does), None)


def _is_for(client_id: str, claims: dict[str, Any]) -> bool:
    """Whether a token is for us; one for others too has to have been asked for by us."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", client_id if len(audiences) == 1 else None)
    return client_id in audiences and party == client_id


def _is_of(nonce: str, given: Any, connection: Connection) -> bool:
    """Whether a token answers the question that this browser was sent with."""
    if given is None:
        return not connection.description.has_nonce
    return isinstance(given, str) and hmac.compare_digest(given.encode(), nonce.encode())


def _number(claims: dict[str, Any], name: str) -> float:
    """A moment, or 0 for what is none."""
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _issuer(connection: Connection, claims: dict[str, Any]) -> str:
    """Who has to have signed. One who signs for many tenants names the tenant."""
    issuer = connection.description.issuer
    if "{tid}" not in issuer:
        return issuer
    tenant = claims.get("tid")
    # Letters, figures and lines alone: what stands there becomes part of an address.
    is_plain = isinstance(tenant, str) and tenant.replace("-", "").isalnum() and len(tenant) <= 64
    return issuer.format(tid=tenant) if is_plain else ""
