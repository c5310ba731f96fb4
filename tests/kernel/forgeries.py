"""A corpus of forged tokens, each named, for every place that takes one of our tokens.

`forgeries(genuine)` forges from a genuine token's key, header and claims. Those whose claims are at
fault carry a true signature, so that nothing but the check in question stands in their way.
"""

import base64
import functools
import hmac
import json
import zlib
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from tests.kernel.forging import (
    Genuine,
    as_bytes,
    assemble,
    encode,
    sign_as_stranger,
    stranger,
)

Named = Iterator[tuple[str, str, str]]  # the forgery's name, the token, the reason of its refusal


def _nothing(_: bytes) -> bytes:
    return b""


def forgeries(genuine: Genuine) -> list[tuple[str, str, str]]:
    groups = (_algorithms, _headers, _key_ids, _shapes, _encodings, _json, _signatures, _claims)
    return [forgery for group in groups for forgery in group(genuine)]


def _algorithms(genuine: Genuine) -> Named:
    """The algorithm is the key's, never the token's."""
    public_pem = genuine.key.public_pem()
    public = serialization.load_pem_public_key(public_pem.encode())
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for name in ("none", "None", "nOnE", "", "HS256"):
        header = {**genuine.header, "alg": name}
        yield (
            f"alg {name!r} unsigned",
            assemble(header, genuine.claims, _nothing),
            "wrong_algorithm",
        )
        yield f"alg {name!r}, true signature", genuine.signed(header=header), "wrong_algorithm"
    secrets = {
        "PEM": public_pem.encode(),
        "PEM stripped": public_pem.strip().encode(),
        "DER": der,
        "JWK": json.dumps(genuine.key.public_jwk()).encode(),
        "modulus": genuine.key.public_jwk()["n"].encode(),
        "nothing": b"",
    }
    for name, secret in secrets.items():
        signer = functools.partial(hmac.digest, secret, digest="sha256")
        header = {**genuine.header, "alg": "HS256"}
        yield f"HMAC with {name}", assemble(header, genuine.claims, signer), "wrong_algorithm"
        token = assemble(genuine.header, genuine.claims, signer)
        yield f"HMAC with {name}, called RS256", token, "bad_signature"
    for name in ("RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 ", "RS256\x00"):
        yield f"alg {name!r}", genuine.with_header(alg=name), "wrong_algorithm"
    for name, value in (("list", ["RS256"]), ("null", None), ("number", 256)):
        yield f"alg is a {name}", genuine.with_header(alg=value), "malformed"
    yield "no alg", genuine.without_header("alg"), "wrong_algorithm"


def _headers(genuine: Genuine) -> Named:
    """Nothing in a header brings a key, an extension, compression or nesting."""
    own = {
        key: encode(number.to_bytes((number.bit_length() + 7) // 8))
        for key, number in (
            ("n", stranger().public_key().public_numbers().n),
            ("e", stranger().public_key().public_numbers().e),
        )
    }
    embedded = {**genuine.header, "jwk": {"kty": "RSA", **own}}
    yield "jwk embedded", assemble(embedded, genuine.claims, sign_as_stranger), "header_not_allowed"
    extras: dict[str, Any] = {
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/chain.pem",
        "x5c": ["MIIB"],
        "x5t": "AAAA",
        "x5t#S256": "AAAA",
        "cty": "JWT",
        "enc": "A256GCM",
        "epk": {},
        "url": "https://evil.example",
        "nonce": "1",
        "iss": "https://evil.example",
        "\ud800": "a lone surrogate",
    }
    for name, value in extras.items():
        yield f"header {name!r}", genuine.with_header(**{name: value}), "header_not_allowed"
    for crit in (["evil"], ["b64"], ["exp"], [], "b64"):
        yield f"crit {crit!r}", genuine.with_header(crit=crit), "header_not_allowed"
    for b64 in (False, True):
        header = {**genuine.header, "b64": b64, "crit": ["b64"]}
        yield f"b64 {b64}", genuine.signed(header=header), "header_not_allowed"
    detached = f"{encode(as_bytes({**genuine.header, 'b64': False}))}.{{}}."
    signature = encode(genuine.key.signature(detached[:-1].encode()))
    yield "b64 false, payload not encoded", detached + signature, "header_not_allowed"
    packed = zlib.compress(as_bytes(genuine.claims))[2:-4]
    header = {**genuine.header, "zip": "DEF"}
    yield "compressed", genuine.signed(header=header, payload=packed), "header_not_allowed"
    yield "compressed without saying so", genuine.signed(payload=packed), "malformed"
    nested = genuine.signed().encode()
    header = {**genuine.header, "cty": "JWT"}
    yield "nested", genuine.signed(header=header, payload=nested), "header_not_allowed"
    yield "nested without saying so", genuine.signed(payload=nested), "malformed"


def _key_ids(genuine: Genuine) -> Named:
    """A key id is looked up and nothing else."""
    kid = genuine.header["kid"]
    for wrong in (
        "",
        "unknown",
        kid.upper() + "x",
        f"{kid} ",
        f"{kid}\x00",
        f"./{kid}",
        f"../keys/{kid}",
        "../../../../dev/null",
        "/dev/null",
        "file:///etc/passwd",
        "https://evil.example/key",
        "' UNION SELECT 'secret' --",
        "$(id)",
        "__class__",
    ):
        yield f"kid {wrong!r}", genuine.with_header(kid=wrong), "unknown_key"
    empty = functools.partial(hmac.digest, b"", digest="sha256")
    header = {**genuine.header, "kid": "../../../../dev/null", "alg": "HS256"}
    yield "kid /dev/null, empty HMAC", assemble(header, genuine.claims, empty), "unknown_key"
    for name, value in (("list", [kid]), ("null", None), ("number", 0), ("object", {})):
        yield f"kid is a {name}", genuine.with_header(kid=value), "malformed"
    yield "no kid", genuine.without_header("kid"), "unknown_key"


def _shapes(genuine: Genuine) -> Named:
    """A token is three parts, no more and no other serialization."""
    token = genuine.signed()
    header, payload, signature = token.split(".")
    yield "empty", "", "malformed"
    yield "dots alone", "..", "malformed"
    yield "a word", "undefined", "malformed"
    yield "two parts", f"{header}.{payload}", "malformed"
    yield "empty signature", f"{header}.{payload}.", "malformed"
    yield "empty payload", f"{header}..{signature}", "malformed"
    yield "four parts", f"{token}.", "malformed"
    yield "five parts, as encrypted", f"{token}.{payload}.{signature}", "malformed"
    general = {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
    yield "JSON serialization", json.dumps(general), "malformed"
    yield "with its scheme", f"Bearer {token}", "malformed"
    yield "twice", f"{token},{token}", "malformed"
    yield "oversize", genuine.with_claims(padding="x" * 20_000), "too_long"
    yield "oversize header", genuine.with_header(x="y" * 1000), "too_long"
    yield "a million dots", "." * 1_000_000, "too_long"


def _encodings(genuine: Genuine) -> Named:
    """Base64url has one spelling for one sequence of bytes."""
    token = genuine.signed()
    header, payload, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1]
    yield "stray last bits in the signature", f"{header}.{payload}.{stray}", "malformed"
    yield "signature padded", f"{token}==", "malformed"
    yield "header padded", f"{header}==.{payload}.{signature}", "malformed"
    for name, character in (("newline", "\n"), ("space", " "), ("tab", "\t"), ("NUL", "\x00")):
        yield f"{name} behind", token + character, "malformed"
        yield f"{name} before", character + token, "malformed"
        yield f"{name} within", f"{header}.{payload}.{signature[:9]}{character}", "malformed"
    yield "plus for minus", f"{header}.{payload}.+{signature[1:]}", "malformed"
    yield "slash for underscore", f"{header}.{payload}./{signature[1:]}", "malformed"
    yield "full-width letters", f"{header}.{payload}.\uff21{signature[1:]}", "malformed"
    yield "percent-encoded", token.replace(".", "%2E"), "malformed"
    yield "a length that no bytes have", f"{header}.{payload}.{signature[:341]}", "malformed"


def _json(genuine: Genuine) -> Named:
    """Header and payload are one JSON object in UTF-8, each name once."""
    header, claims = as_bytes(genuine.header), as_bytes(genuine.claims)
    for name, payload in (
        ("a list", [genuine.claims]),
        ("text", "claims"),
        ("null", None),
        ("a number", 1),
        ("cut off", claims[:-1]),
        ("two objects", claims + claims),
        ("not UTF-8", claims[:-1] + b',"name":"\xff"}'),
        ("UTF-16", claims.decode().encode("utf-16")),
        ("UTF-32", claims.decode().encode("utf-32-le")),
        ("with a byte order mark", b"\xef\xbb\xbf" + claims),
        ("NaN", claims[:-1] + b',"n":NaN}'),
        ("Infinity", claims[:-1] + b',"n":-Infinity}'),
        ("a comment", claims + b"//"),
        ("single quotes", claims.replace(b'"', b"'")),
        ("a number of 5000 digits", claims[:-1] + b',"n":' + b"9" * 5000 + b"}"),
        ("nested 5000 deep", claims[:-1] + b',"n":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    ):
        token = assemble(genuine.header, as_bytes(payload), genuine.key.signature)
        yield f"payload {name}", token, "malformed"
    yield "header a list", genuine.signed(header=[genuine.header]), "malformed"
    yield "header nested deep", genuine.signed(header=b"[" * 760), "malformed"
    for name in ("alg", "kid", "typ"):
        doubled = header[:-1] + f',"{name}":"{genuine.header[name]}"}}'.encode()
        yield f"header with two {name}", genuine.signed(header=doubled), "duplicate_key"
    for name in ("exp", "sub", "iss"):
        doubled = claims[:-1] + f",{json.dumps(name)}:{json.dumps(genuine.claims[name])}}}".encode()
        yield f"payload with two {name}", genuine.signed(payload=doubled), "duplicate_key"
    escaped = claims[:-1] + b',"\\u0065xp":9999999999}'
    yield "payload with two exp, one escaped", genuine.signed(payload=escaped), "duplicate_key"
    inner = claims[:-1] + b',"o":{"rol":"member","rol":"admin"}}'
    yield "payload with two of one name within", genuine.signed(payload=inner), "duplicate_key"


def _signatures(genuine: Genuine) -> Named:
    """A signature is this key's, over exactly these bytes."""
    header, payload, signature = genuine.signed().split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    message = f"{header}.{payload}".encode()
    for name, changed in (
        ("one bit flipped", bytes([raw[0] ^ 1]) + raw[1:]),
        ("cut short", raw[:-1]),
        ("with a zero before", b"\x00" + raw),
        ("with a byte behind", raw + b"\x00"),
        ("all zeros", bytes(256)),
        ("the number one", bytes(255) + b"\x01"),
        ("one byte", b"\x00"),
        ("by a stranger", sign_as_stranger(message)),
        ("over the payload alone", genuine.key.signature(payload.encode())),
        ("ES256", ec.generate_private_key(ec.SECP256R1()).sign(message, ec.ECDSA(hashes.SHA256()))),
        ("Ed25519", ed25519.Ed25519PrivateKey.generate().sign(message)),
    ):
        yield f"signature {name}", f"{header}.{payload}.{encode(changed)}", "bad_signature"
    private = serialization.load_pem_private_key(genuine.key.to_pem().encode(), None)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for name, scheme, hashed in (
        ("PSS", pss, hashes.SHA256()),
        ("SHA-1", padding.PKCS1v15(), hashes.SHA1()),
        ("SHA-512", padding.PKCS1v15(), hashes.SHA512()),
    ):
        signed = encode(private.sign(message, scheme, hashed))
        yield f"signature of {name}", f"{header}.{payload}.{signed}", "bad_signature"
    other = encode(as_bytes({**genuine.claims, "sub": "user_other"}))
    yield "another payload", f"{header}.{other}.{signature}", "bad_signature"
    spaced = encode(json.dumps(genuine.header, indent=1).encode())
    yield "another header", f"{spaced}.{payload}.{signature}", "bad_signature"


def _claims(genuine: Genuine) -> Named:
    """Times are integers in range, parties are those that were asked for."""
    now = genuine.claims["iat"]
    for name in ("exp", "iat"):
        yield f"no {name}", genuine.without_claim(name), "claim_missing"
    for name in ("exp", "iat", "nbf"):
        for value in (str(now), now + 0.5, float(now), True, None, [now], {}, -1, 10**15, 1e400):
            payload = as_bytes({**genuine.claims, name: value}).replace(b"Infinity", b"1e400")
            yield f"{name} {value!r}", genuine.signed(payload=payload), "claim_type"
    yield "expired", genuine.with_claims(exp=now - 60), "expired"
    yield "not yet valid", genuine.with_claims(nbf=now + 3600), "not_yet_valid"
    yield "issued tomorrow", genuine.with_claims(iat=now + 86_400), "issued_later"
    issuer = genuine.claims["iss"]
    for value in ("https://evil.example", f"{issuer}/", f"{issuer}.evil.example", "", "null"):
        yield f"iss {value!r}", genuine.with_claims(iss=value), "wrong_issuer"
    for value in ([issuer], None, 1, {"url": issuer}):
        yield f"iss {value!r}", genuine.with_claims(iss=value), "claim_type"
    yield "no iss", genuine.without_claim("iss"), "wrong_issuer"
    for name in ("sub", "sid", "jti", "azp"):
        for value in (1, None, ["user_1"], {"$ne": ""}):
            yield f"{name} {value!r}", genuine.with_claims(**{name: value}), "claim_type"
    for value in ("jwt", "JWS", "application/JWT", "at+jwt", "ticket+jwt", "JWT "):
        yield f"typ {value!r}", genuine.with_header(typ=value), "wrong_type"
    yield "no typ", genuine.without_header("typ"), "wrong_type"
    for value in ("cl_B7d4PD222AAA", "cl_B7d4PD333AAA", "cl_B7d4PD111", "", "other"):
        yield f"cat {value!r}", genuine.with_header(cat=value), "wrong_category"
    yield "no cat", genuine.without_header("cat"), "wrong_category"
