"""Certificates of identity providers: read once, kept as PEM.

Source: RFC 7468; RFC 5280.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from charter.core.enterprise_connections.model import CertificateInvalid

LONGEST = 16_384
LEAST_RSA_BITS = 2048
_ARMOR = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate. pem: in its one normal form. From issued_at until expires_at it holds."""

    pem: str
    issued_at: datetime
    expires_at: datetime


def read_certificate(text: str) -> Certificate:
    """A certificate in PEM or in base64, as metadata has it.

    Raises: CertificateInvalid, also for more than one, and for a key that is too weak to sign.
    """
    if len(text) > LONGEST:
        raise CertificateInvalid(reason=f"it is longer than {LONGEST} characters")
    blocks = _ARMOR.findall(text)
    if len(blocks) > 1:
        raise CertificateInvalid(reason="there is more than one")
    if not blocks and "-----" in text:
        raise CertificateInvalid(reason="it is something else in PEM")
    body = "".join((blocks[0] if blocks else text).split())
    try:
        found = x509.load_der_x509_certificate(base64.b64decode(body, validate=True))
        key = found.public_key()
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm) as mistake:
        raise CertificateInvalid(reason="it cannot be read") from mistake
    if isinstance(key, RSAPublicKey):
        if key.key_size < LEAST_RSA_BITS:
            raise CertificateInvalid(reason=f"its key has fewer than {LEAST_RSA_BITS} bits")
    elif not isinstance(key, EllipticCurvePublicKey):
        raise CertificateInvalid(reason="its key is neither RSA nor of an elliptic curve")
    return Certificate(
        pem=found.public_bytes(Encoding.PEM).decode().strip(),
        issued_at=found.not_valid_before_utc,
        expires_at=found.not_valid_after_utc,
    )
