"""Identity providers that vouch for people by SAML assertions, honest ones and others."""

import base64
import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from charter.core.account_clients.model import SAML_BEARER
from charter.core.oauth_authorizations.account_ids import shown
from tests.logging_in import app_client, posted, shown_as

TOKEN = "http://api.test/accounts/oauth2/token"  # an address
IDP = "https://idp.example/metadata"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
ALL = f"<saml:Audience>{TOKEN}</saml:Audience>"


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who signs. pem: its certificate."""

    key: Any
    pem: str


@functools.cache
def voucher(
    name: str = "one",
    *,
    is_curve: bool = False,
    curve: ec.EllipticCurve | None = None,
    bits: int = 2048,
    began: int = -1,
    ends: int = 365,
) -> Voucher:
    """Somebody with a key. began, ends: of the certificate, in days from now."""
    key: Any = (
        ec.generate_private_key(curve or ec.SECP256R1())
        if is_curve
        else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    )
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=began))
        .not_valid_after(now + timedelta(days=ends))
        .sign(key, hashes.SHA256())
    )
    return Voucher(key, made.public_bytes(Encoding.PEM).decode().strip())


def moment(world: Any, seconds: float) -> str:
    """A time as assertions write it, so many seconds from now."""
    found: datetime = world.platform.clock() + timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def assertion(world: Any, subject: Any, **changes: str) -> str:
    """An assertion about a user, not signed yet; every part of it may be another."""
    soon, before = moment(world, 300), moment(world, -5)
    given = {
        "attributes": f'Version="2.0" ID="_one" IssueInstant="{before}"',
        "issuer": f"<saml:Issuer>{IDP}</saml:Issuer>",
        "name_id": f"<saml:NameID>{subject if type(subject) is str else shown(subject.id)}"
        "</saml:NameID>",
        "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer",
        "recipient": f'Recipient="{TOKEN}"',
        "end": f'NotOnOrAfter="{soon}"',
        "more": "",
        "window": f'NotBefore="{before}" NotOnOrAfter="{soon}"',
        "conditions": f"<saml:AudienceRestriction>{ALL}</saml:AudienceRestriction>",
        **changes,
    }
    confirmation = (
        f'<saml:SubjectConfirmation Method="{given["method"]}">'
        f"<saml:SubjectConfirmationData {given['recipient']} {given['end']}/>"
        f"{given['more']}</saml:SubjectConfirmation>"
    )
    return (
        f'<saml:Assertion xmlns:saml="{SAML}" {given["attributes"]}>{given["issuer"]}'
        f'<ds:Signature xmlns:ds="{DS}" Id="placeholder"/>'
        f"<saml:Subject>{given['name_id']}{changes.get('confirmation', confirmation)}"
        f"</saml:Subject><saml:Conditions {given['window']}>{given['conditions']}"
        "</saml:Conditions></saml:Assertion>"
    )


class OldSigner(XMLSigner):
    """Signs as nobody should any more."""

    def check_deprecated_methods(self) -> None:
        """Let everything pass."""


def signed(
    document: str,
    by: Voucher | None = None,
    *,
    algorithm: str | None = None,
    digest: str = "sha256",
    key: Any = None,
    uri: str = "#_one",
) -> etree._Element:
    """The assertion with its signature in the place that is kept for it."""
    by = by or voucher()
    is_curve = isinstance(by.key, ec.EllipticCurvePrivateKey)
    signer = OldSigner(
        signature_algorithm=algorithm or ("ecdsa-sha256" if is_curve else "rsa-sha256"),
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    root = etree.fromstring(document.encode())
    cert = None if key is not None else by.pem
    made: etree._Element = signer.sign(root, key=key or by.key, cert=cert, reference_uri=uri)
    return made


def sent(document: Any) -> str:
    """An assertion as a client sends it."""
    if not isinstance(document, str | bytes):
        document = etree.tostring(document)
    data = document.encode() if isinstance(document, str) else document
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


async def trusting_client(world: Any, *certificates: str, issuer: str = IDP, **fields: Any) -> Any:
    """A client that believes an issuer about who people are."""
    issuers = [{"issuer": issuer, "certificates": list(certificates) or [voucher().pem]}]
    fields = {"grant_types": [SAML_BEARER], "trusted_issuers": issuers, **fields}
    return await app_client(world, **fields)


async def vouched(world: Any, made: Any, document: Any, **more: Any) -> Any:
    """What a client gets for an assertion."""
    text = document if isinstance(document, str) else sent(document)
    form = {"grant_type": SAML_BEARER, "assertion": text, **shown_as(made), **more}
    return await posted(world, "/token", **form)


def is_refused(answer: Any) -> bool:
    """Whether it was refused, and nothing told."""
    told = answer.json()
    return (answer.status_code, told["error"]) == (400, "invalid_grant") and (
        "aml" not in told.get("error_description", "")
    )
