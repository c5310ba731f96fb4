"""Speaks to identity providers: their documents, the exchange of a code, who somebody is."""

import base64
import logging
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from charter.core.enterprise_connections.model import MetadataNotFetched
from charter.core.identity_providers.model import (
    Answered,
    Connection,
    Discovered,
    DiscoveryFailed,
    IssuerMismatch,
    OutsideIdentity,
    ProfileFailed,
    ProviderFailed,
    RenewedTokens,
    TokenExchangeFailed,
)
from charter.outside.guarded import Asked, Fetched, Refused, fetch
from charter.outside.identity.apple import signed_secret
from charter.outside.identity.id_tokens import PublishedKeys, checked_claims
from charter.outside.identity.profiles import (
    at_path,
    identity,
    renewed_tokens,
    with_person,
)

DOCUMENT = "/.well-known/openid-configuration"
JSON = {"accept": "application/json", "user-agent": "charter"}
log = logging.getLogger(__name__)


class _Document(msgspec.Struct):
    """What is used of a discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


class IdentityProviders:
    """The way out to identity providers. All of it goes through the guarded client."""

    def __init__(self) -> None:
        self._keys = PublishedKeys()

    async def discover(self, issuer: str, *, may_be_private: bool) -> Discovered:
        """What an issuer's document says of it.

        Raises: DiscoveryFailed; IssuerMismatch, for a document that names another issuer.
        Source: OpenID Connect Discovery 1.0, section 4.
        """
        url = issuer.rstrip("/") + DOCUMENT
        found = await _discovered(url, "issuer", may_be_private=may_be_private)
        if found.issuer != issuer:
            raise IssuerMismatch("issuer", reason="it names another issuer")
        return found

    async def discover_at(self, url: str, *, may_be_private: bool) -> Discovered:
        """What a document says of its issuer, which is the one that the address is made of.

        url: ends as OpenID Connect Discovery 1.0 says in section 4.
        Raises: DiscoveryFailed; IssuerMismatch, for a document that names another issuer.
        """
        issuer = url.removesuffix(DOCUMENT)
        if issuer == url:
            raise DiscoveryFailed("discovery_url", reason=f"its address has to end in {DOCUMENT}")
        found = await _discovered(url, "discovery_url", may_be_private=may_be_private)
        # A slash at the end of an issuer is not in the address of its document.
        if found.issuer not in (issuer, issuer + "/"):
            raise IssuerMismatch("discovery_url", reason="it names another issuer")
        return found

    async def saml_metadata(self, url: str, *, may_be_private: bool) -> bytes:
        """The document at an address, unread. Raises: MetadataNotFetched."""
        asked = Asked(url, {"accept": "application/samlmetadata+xml, application/xml, text/xml"})
        try:
            fetched = await fetch(asked, may_be_private=may_be_private)
        except Refused as refused:
            raise MetadataNotFetched(reason=refused.reason) from refused
        if fetched.status != 200:
            raise MetadataNotFetched(reason=f"it answers {fetched.status}")
        return fetched.body

    async def identify(self, connection: Connection, answered: Answered) -> OutsideIdentity:
        """Who the provider says that a browser's person is.

        Raises: TokenExchangeFailed; ProfileFailed.
        """
        try:
            return await self._identify(connection, answered)
        except ProviderFailed as failure:
            reason = failure.meta.get("reason")
            log.warning("%s of %s: %s", failure.code, connection.provider.strategy, reason)
            raise

    async def renew(
        self, connection: Connection, refresh_token: str, at: datetime
    ) -> RenewedTokens:
        """Tokens in place of those that ended (RFC 6749, section 6). Raises: ProviderFailed."""
        body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return renewed_tokens(await _asked_for_tokens(connection, body, at), at)

    async def _identify(self, connection: Connection, answered: Answered) -> OutsideIdentity:
        description = connection.description
        tokens = await _exchanged(connection, answered)
        issuer = description.issuer
        profile: dict[str, Any]
        if description.jwks_url is not None:
            claims = await checked_claims(
                self._keys,
                connection,
                tokens.get("id_token"),
                nonce=answered.nonce,
                at=answered.at,
            )
            issuer = str(claims["iss"])
            profile = await _completed(connection, claims, tokens)
        elif description.profile_within is not None:
            profile = _object(at_path(tokens, description.profile_within))
        else:
            profile = await _profile(connection, tokens)
        addresses = None
        if description.addresses is not None:
            addresses = await _asked(connection, description.addresses.url, tokens)
        return identity(
            description,
            with_person(profile, answered.person if description.signs_secret else None),
            issuer=issuer,
            tokens=tokens,
            addresses=addresses,
            at=answered.at,
        )


async def _discovered(url: str, parameter: str, *, may_be_private: bool) -> Discovered:
    """What a discovery document says. Raises: DiscoveryFailed."""
    try:
        fetched = await fetch(Asked(url, JSON), may_be_private=may_be_private)
        found = msgspec.json.decode(fetched.body, type=_Document)
    except Refused as refused:
        raise DiscoveryFailed(parameter, reason=refused.reason) from refused
    except msgspec.MsgspecError as mistake:
        raise DiscoveryFailed(parameter, reason="it is none") from mistake
    return Discovered(
        found.issuer,
        found.authorization_endpoint,
        found.token_endpoint,
        found.userinfo_endpoint,
        found.jwks_uri,
    )


async def _exchanged(connection: Connection, answered: Answered) -> dict[str, Any]:
    """The tokens for a code. Raises: TokenExchangeFailed."""
    body = {
        "grant_type": "authorization_code",
        "code": answered.code,
        "redirect_uri": connection.redirect_uri,
    }
    if connection.description.has_pkce:
        body["code_verifier"] = answered.verifier
    return await _asked_for_tokens(connection, body, answered.at)


async def _asked_for_tokens(
    connection: Connection, body: dict[str, str], at: datetime
) -> dict[str, Any]:
    """The tokens for what the body shows, together with our secret. Raises: TokenExchangeFailed."""
    description, provider = connection.description, connection.provider
    secret = connection.secret
    if description.signs_secret:
        secret = signed_secret(secret, provider.client_id, at)
    headers = dict(JSON)
    if description.authentication == "basic":
        # Both parts are form-encoded first (RFC 6749, section 2.3.1).
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        body = body | {"client_id": provider.client_id, "client_secret": secret}
    asked = Asked(
        description.exchange_url,
        headers,
        form=None if description.sends_json else body,
        json=body if description.sends_json else None,
    )
    try:
        fetched = await fetch(asked, may_be_private=connection.may_be_private)
    except Refused as refused:
        raise TokenExchangeFailed(reason=refused.reason) from refused
    tokens = _read(fetched)
    if fetched.status >= 300 or tokens is None or not isinstance(tokens.get("access_token"), str):
        error = (tokens or {}).get("error")
        reason = error if isinstance(error, str) and error.isidentifier() else fetched.status
        raise TokenExchangeFailed(reason=reason)
    return tokens


def _read(fetched: Fetched) -> dict[str, Any] | None:
    """An answer of a token's address: JSON, or the form that a few still send."""
    try:
        return msgspec.json.decode(fetched.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        text = fetched.body.decode("latin-1")
        return dict(parse_qsl(text)) if "=" in text and "<" not in text else None


async def _completed(
    connection: Connection, claims: dict[str, Any], tokens: dict[str, Any]
) -> dict[str, Any]:
    """The claims of an ID token, with the profile's where it says no address.

    Raises: ProfileFailed, for a profile of somebody else (OpenID Connect Core 1.0, 5.3.2).
    """
    description = connection.description
    has_address = at_path(claims, description.claims.get("email", "email")) is not None
    if has_address or description.userinfo_url is None:
        return claims
    profile = await _profile(connection, tokens)
    if profile.get("sub") != claims.get("sub"):
        raise ProfileFailed(reason="sub")
    return {**profile, **claims}


async def _profile(connection: Connection, tokens: dict[str, Any]) -> dict[str, Any]:
    url = connection.description.userinfo_url or ""
    return _object(await _asked(connection, url, tokens))


async def _asked(connection: Connection, url: str, tokens: dict[str, Any]) -> Any:
    """What the provider says to who shows the token. Raises: ProfileFailed."""
    headers = {**JSON, "authorization": f"Bearer {tokens['access_token']}"}
    asked = Asked(url, headers, is_post=connection.description.posts_for_userinfo)
    try:
        fetched = await fetch(asked, may_be_private=connection.may_be_private)
        if fetched.status >= 300:
            raise ProfileFailed(reason=fetched.status)
        return msgspec.json.decode(fetched.body)
    except Refused as refused:
        raise ProfileFailed(reason=refused.reason) from refused
    except msgspec.MsgspecError as mistake:
        raise ProfileFailed(reason="json") from mistake


def _object(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ProfileFailed(reason="profile")
    return given
