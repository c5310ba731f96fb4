"""The public keys that a client is known by, and those of whom it trusts."""

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from charter.core.enterprise_connections.certificates import read_certificate
from charter.core.enterprise_connections.model import CertificateInvalid
from charter.kernel.errors import InvalidInput
from charter.kernel.tokens import KEY_BITS

MOST_KEYS = 8
MOST_ISSUERS = 10
LONGEST = 1024
LARGEST_BITS = 4096
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""By which assertions may be signed; never one with a shared secret."""
CURVES = (SECP256R1, SECP384R1, SECP521R1)
ISSUERS = ({"issuer", "jwks"}, {"issuer", "certificates"}, {"issuer", "jwks", "certificates"})
"""What may be told of whom a client trusts: keys for JWTs, certificates for SAML."""
PUBLIC = frozenset({"kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y"})
"""What is kept of a key: nothing private, and no address from which to fetch another."""


def checked_jwks(given: Mapping[str, Any] | None, *, parameter: str = "jwks") -> Any:
    """A set of public keys as it is kept; None for none. Raises: InvalidInput."""
    if given is None:
        return None
    keys = given.get("keys") if isinstance(given, Mapping) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        raise InvalidInput(parameter, reason=f"it must hold 1 to {MOST_KEYS} keys")
    return {"keys": [_checked_key(each, parameter) for each in keys]}


def key_set(jwks: Mapping[str, Any]) -> KeySet:
    """The keys of a set that was checked."""
    return KeySet.import_key_set({"keys": list(jwks["keys"])})


def checked_issuers(given: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Who may say who people are, with the keys by which they sign. Raises: InvalidInput."""
    parameter = "trusted_issuers"
    found: list[dict[str, Any]] = []
    for each in given or ():
        if not isinstance(each, Mapping) or each.keys() not in ISSUERS:
            reason = "each holds an issuer, its jwks or its certificates or both, and no more"
            raise InvalidInput(parameter, reason=reason)
        issuer = each["issuer"]
        if not isinstance(issuer, str) or not 1 <= len(issuer) <= LONGEST or "\x00" in issuer:
            raise InvalidInput(parameter, reason="each must name its issuer")
        kept: dict[str, Any] = {"issuer": issuer}
        if "jwks" in each:
            kept["jwks"] = checked_jwks(each["jwks"] or {}, parameter=parameter)
        if "certificates" in each:
            kept["certificates"] = _checked_certificates(each["certificates"], parameter)
        found.append(kept)
    if len(found) > MOST_ISSUERS or len({each["issuer"] for each in found}) != len(found):
        raise InvalidInput(parameter, reason=f"at most {MOST_ISSUERS}, each once")
    return found


def _checked_certificates(given: Any, parameter: str) -> list[str]:
    """Certificates in PEM, each once. Raises: InvalidInput."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_KEYS:
        raise InvalidInput(parameter, reason=f"it must hold 1 to {MOST_KEYS} certificates")
    found = []
    for each in given:
        try:
            pem = read_certificate(each if isinstance(each, str) else "").pem
        except CertificateInvalid as mistake:
            reason = f"a certificate does not fit: {mistake.meta['reason']}"
            raise InvalidInput(parameter, reason=reason) from mistake
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
        if isinstance(key, RSAPublicKey):
            is_fit = key.key_size <= LARGEST_BITS
        else:
            is_fit = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, CURVES)
        if not is_fit:
            reason = "the key of each must be RSA of 2048 to 4096 bits, P-256, P-384 or P-521"
            raise InvalidInput(parameter, reason=reason)
        found.append(pem)
    return list(dict.fromkeys(found))


def _checked_key(given: Any, parameter: str) -> dict[str, Any]:
    wrong = InvalidInput(
        parameter,
        reason="each must be a public key: RSA of 2048 to 4096 bits, P-256 or Ed25519",
    )
    if not isinstance(given, Mapping) or not given.keys() <= PUBLIC | {"x5c", "x5t", "x5t#S256"}:
        raise wrong
    kept = {name: value for name, value in given.items() if name in PUBLIC}
    try:
        key = KeySet.import_key_set({"keys": [kept]}).keys[0]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise wrong from None
    if isinstance(key, RSAKey):
        is_fit = KEY_BITS <= key.raw_value.key_size <= LARGEST_BITS
    elif isinstance(key, ECKey | OKPKey):
        is_fit = kept.get("crv") in ("P-256", "Ed25519")
    else:
        is_fit = False
    if not is_fit or key.is_private:
        raise wrong
    return kept
