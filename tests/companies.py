"""Identity providers of companies, as far as they describe themselves, and connections to them."""

import base64
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from charter.core.enterprise_connections import operations as connections
from charter.core.enterprise_connections.model import (
    EnterpriseConnection,
    EnterpriseConnectionPatch,
    NewEnterpriseConnection,
    Provider,
    SamlPatch,
)
from charter.core.organization_domains import overruling
from charter.core.organization_domains.model import EnrollmentMode
from tests.world import World

ENTITY_ID = "https://idp.acme.test/metadata"
SSO_URL = "https://idp.acme.test/sso"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SAML = "urn:oasis:names:tc:SAML:2.0:protocol"


@functools.cache
def certificate(bits: int = 2048, days: int = 365, *, is_curve: bool = False) -> str:
    """A certificate in PEM that holds from yesterday on. bits: of its RSA key."""
    key: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if is_curve
        else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    )
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.acme.test")])
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode().strip()


def bare(pem: str) -> str:
    """A certificate as metadata has it."""
    return base64.b64encode(
        x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    ).decode()


def key_descriptor(pem: str, use: str = ' use="signing"') -> str:
    return (
        f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f"<ds:X509Data><ds:X509Certificate>\n{bare(pem)}\n</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></md:KeyDescriptor>"
    )


def service(binding: str = REDIRECT, url: str = SSO_URL) -> str:
    return f'<md:SingleSignOnService Binding="{binding}" Location="{url}"/>'


def metadata(
    *,
    entity_id: str = f' entityID="{ENTITY_ID}"',
    keys: str | None = None,
    services: str | None = None,
    protocols: str = SAML,
    more: str = "",
    before: str = "",
) -> str:
    """SAML metadata of an identity provider; parts may be replaced. before: ahead of the root."""
    keys = key_descriptor(certificate()) if keys is None else keys
    services = service() if services is None else services
    return (
        f'{before}<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
        f"{entity_id}{more}>"
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{protocols}">{keys}{services}'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


class Publisher:
    """An address on this machine that publishes a document.

    asked: how often it was asked for. before: what happens while somebody waits for the answer.
    """

    def __init__(self) -> None:
        self.url = ""
        self.document: bytes = metadata().encode()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked = 0
        self.before: Callable[[], Awaitable[Any]] | None = None

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        if self.before is not None:
            await self.before()
        return web.Response(body=self.document, status=self.status, headers=self.headers)


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """A publisher that listens on a port of this machine."""
    publisher = Publisher()
    app = web.Application()
    app.router.add_get("/metadata", publisher.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    publisher.url = f"http://127.0.0.1:{runner.addresses[0][1]}/metadata"
    try:
        yield publisher
    finally:
        await runner.cleanup()


async def connect(world: World, *domains: str, **fields: Any) -> EnterpriseConnection:
    """A connection to a company that speaks SAML, unless another provider is named."""
    given: dict[str, Any] = {
        "name": "Acme",
        "provider": Provider.SAML_CUSTOM,
        "domains": domains or ("acme.test",),
        **fields,
    }
    made: EnterpriseConnection = await world.call(
        None, connections.create, new=NewEnterpriseConnection(**given)
    )
    return made


async def change(world: World, made: EnterpriseConnection, **fields: Any) -> EnterpriseConnection:
    """A connection, changed."""
    patch = EnterpriseConnectionPatch(**fields)
    after: EnterpriseConnection = await world.call(
        None, connections.update, connection_id=made.id, patch=patch
    )
    return after


def described(**parts: Any) -> SamlPatch:
    """What a connection is told by metadata."""
    return SamlPatch(idp_metadata=metadata(**parts))


async def enroll(world: World, organization: Any, name: str, mode: str) -> Any:
    """A verified domain by which an organization enrolls people."""
    return await world.call(
        None,
        overruling.add,
        organization_id=organization.id,
        name=name,
        enrollment_mode=EnrollmentMode(mode),
    )
