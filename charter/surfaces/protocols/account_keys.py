"""What a client's tokens are checked by: its key set, and the document that leads there.

Source: RFC 7517, section 5; RFC 8414; OpenID Connect Discovery 1.0.
"""

from collections.abc import Mapping
from typing import Any

from falcon.asgi import Request, Response

from charter.core.account_clients import key_operations
from charter.core.account_clients.model import AuthMethod
from charter.core.account_clients.proofs import ALGORITHMS
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.queries import get_application
from charter.core.oauth_authorizations.account_ids import own
from charter.core.oauth_authorizations.account_minting import MOUNT, issuer_of
from charter.core.oauth_authorizations.model import OauthClientInvalid, OauthRequestInvalid
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import DomainError, Kind, NotFound
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.kernel.tokens import ALGORITHM, PublicKey
from charter.surfaces.protocols import reading
from charter.surfaces.protocols.account_oauth import instance_of_client
from charter.surfaces.protocols.publishing import ABOUT_PEOPLE, ABOUT_TOKENS, publish
from charter.surfaces.protocols.refusing import refuse
from charter.wire.cors import FOR_PAGES

MAX_AGE_SECONDS = 3600
"""For so long a key is published after it signed for the last time, beside its tokens' life."""


class Published:
    """A document about one client, which whoever checks its tokens reads and keeps."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def on_get(self, request: Request, response: Response) -> None:
        """Answer the document, or that nothing has changed."""
        FOR_PAGES.welcome_all(request, response)
        try:
            given = reading.read_query(request)
            if "client_id" not in given:
                raise OauthRequestInvalid("client_id", reason="client_id is required")
            try:
                instance_id = await instance_of_client(self.platform, given["client_id"])
            except OauthClientInvalid as unknown:
                raise NotFound("client_id") from unknown
            client_id = own(given["client_id"], "oa_")
            document = await self.document(request, instance_id, client_id)
        except DomainError as refusal:
            refuse(response, refusal)
            if refusal.kind is Kind.NOT_FOUND:
                response.status = 404
            return
        publish(request, response, document, MAX_AGE_SECONDS)

    on_head = on_get

    async def document(self, request: Request, instance_id: str, client_id: str) -> Any:
        """What is answered. Raises: DomainError."""
        raise NotImplementedError


class KeySet(Published):
    """The public keys of a client."""

    async def document(self, request: Request, instance_id: str, client_id: str) -> Any:
        """The key set."""
        actor = Actor(ActorKind.ANONYMOUS, instance_id)
        facts = RequestFacts(id=request.context.trace_id)
        found = await run(
            self.platform, actor, key_operations.publish, facts, arguments={"client_id": client_id}
        )
        return {"keys": [PublicKey.from_pem(each.id, each.public_pem).to_jwk() for each in found]}


class Discovery(Published):
    """What there is for a client, and where."""

    async def document(self, request: Request, instance_id: str, client_id: str) -> Any:  # noqa: ARG002 - one signature for both
        """The document of OpenID, which is that of OAuth too."""
        reading = self.platform.database.reading(instance_id)
        client = await get_application(reading, client_id)
        return _document(client, self.platform.addresses.api_url + MOUNT, self._issuer(client))

    def _issuer(self, client: OauthApplication) -> str:
        return issuer_of(client.issuer, self.platform.addresses)


def _document(client: OauthApplication, base: str, issuer: str) -> Mapping[str, Any]:
    methods = [each.value for each in AuthMethod]
    proofs = [ALGORITHM, *(each for each in ALGORITHMS if each != ALGORITHM)]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "token_endpoint": f"{base}/oauth2/token",
        "device_authorization_endpoint": f"{base}/oauth2/device_authorization",
        "userinfo_endpoint": f"{base}/oauth2/userinfo",
        "introspection_endpoint": f"{base}/oauth2/introspect",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "jwks_uri": f"{base}/.well-known/jwks.json?client_id=cid_{client.id.partition('_')[2]}",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(client.grant_types),
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": proofs,
        "scopes_supported": list(client.scopes),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [*ABOUT_TOKENS, "acc", "role", *ABOUT_PEOPLE],
        "authorization_response_iss_parameter_supported": True,
    }
