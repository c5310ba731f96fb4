"""What an instance is as an OAuth provider, for programs that find their way by themselves.

Source: RFC 8414; OpenID Connect Discovery 1.0.
"""

from typing import Any

from falcon.asgi import Request, Response

from charter.core.instances.addresses import oauth_issuer
from charter.core.keys.lookup import lookup
from charter.core.oauth_applications.registering import METHODS
from charter.core.oauth_applications.scopes import SCOPES
from charter.kernel.errors import DomainError
from charter.kernel.platform import Platform
from charter.kernel.tokens import ALGORITHM
from charter.surfaces.protocols.instances import instance_id_of
from charter.surfaces.protocols.publishing import ABOUT_PEOPLE, ABOUT_TOKENS, publish
from charter.surfaces.protocols.refusing import refuse
from charter.wire.cors import FOR_PAGES

MAX_AGE_SECONDS = 60
ABOUT_MORE = ("public_metadata", "private_metadata", "org_id", "org_name", "org_slug")


class Metadata:
    """What there is and where, in the words of one of both documents."""

    def __init__(self, platform: Platform, *, is_openid: bool) -> None:
        self._platform = platform
        self._is_openid = is_openid

    async def on_get(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Answer the document. It says what is configured, whatever host was asked."""
        FOR_PAGES.welcome_all(request, response)
        try:
            found = await instance_id_of(self._platform, request, instance_id)
            instance = await lookup(self._platform).instance(found)
        except DomainError as refusal:
            refuse(response, refusal)
            return
        issuer = oauth_issuer(instance, self._platform.addresses)
        document = _shared(issuer)
        if self._is_openid:
            document |= _openid(issuer)
        elif instance.settings.oauth_dynamic_client_registration:
            document["registration_endpoint"] = issuer + "/oauth/register"
        publish(request, response, document, MAX_AGE_SECONDS)

    on_head = on_get


def _shared(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + "/oauth/authorize",
        "token_endpoint": issuer + "/oauth/token",
        "revocation_endpoint": issuer + "/oauth/token/revoke",
        "jwks_uri": issuer + "/.well-known/jwks.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "scopes_supported": list(SCOPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "claims_supported": [*ABOUT_TOKENS, *ABOUT_PEOPLE, *ABOUT_MORE],
        "code_challenge_methods_supported": ["S256"],
    }


def _openid(issuer: str) -> dict[str, Any]:
    return {
        "introspection_endpoint": issuer + "/oauth/token_info",
        "userinfo_endpoint": issuer + "/oauth/userinfo",
        "response_modes_supported": ["query", "form_post"],
        "backchannel_logout_supported": False,
        "frontchannel_logout_supported": False,
    }
