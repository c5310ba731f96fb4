"""Keys that an app brings along."""

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from charter.kernel.given_keys import LONGEST_KEY, GivenAlgorithm, GivenKey, GivenKeyInvalid
from charter.kernel.tokens import TokenTooLong, sign

SECRET = "s" * 64
RSA = rsa.generate_private_key(65537, 2048)
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
OTHER_CURVE = {"ES256": "ES384", "ES384": "ES512", "ES512": "ES256"}


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def made(algorithm):
    """A key's text for an algorithm, and what verifies by it."""
    if algorithm.startswith("HS"):
        return SECRET, SECRET
    if algorithm.startswith("ES"):
        key = ec.generate_private_key(CURVES[algorithm])
        return pem(key), key.public_key()
    if algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
        return pem(key), key.public_key()
    return pem(RSA), RSA.public_key()


@pytest.mark.parametrize("algorithm", list(GivenAlgorithm))
def test_a_key_signs_by_its_algorithm_so_that_others_can_verify(algorithm):
    text, public = made(algorithm)
    for is_known in (False, True):
        key = GivenKey("jtmp_x", algorithm, text, is_known=is_known)
        token = sign(key, {"sub": "user_x"}, header={"cat": "cl_x"})
        assert jwt.decode(token, public, algorithms=[algorithm.value]) == {"sub": "user_x"}
        expected = {"alg": algorithm.value, "typ": "JWT", "kid": "jtmp_x", "cat": "cl_x"}
        assert jwt.get_unverified_header(token) == expected


@pytest.mark.parametrize("algorithm", list(GivenAlgorithm))
def test_a_key_of_another_kind_is_refused(algorithm):
    wrong = [made("EdDSA")[0] if algorithm != "EdDSA" else pem(RSA), "", "x" * 8, "\ud800" * 64]
    if algorithm in OTHER_CURVE:
        wrong.append(made(OTHER_CURVE[algorithm])[0])
    if not algorithm.startswith("HS"):
        wrong.append(SECRET)
        text, public = made(algorithm)
        wrong += [public_pem(public), text.replace("PRIVATE", "PUBLIC")]
    for text in wrong:
        with pytest.raises(GivenKeyInvalid) as refused:
            GivenKey("jtmp_x", algorithm, text)
        assert not text or text not in str(refused.value)


@pytest.mark.security("D5")
def test_a_public_key_is_no_shared_secret():
    public = public_pem(RSA.public_key())
    with pytest.raises(GivenKeyInvalid):
        GivenKey("jtmp_x", GivenAlgorithm.HS256, public)


@pytest.mark.parametrize(("name", "least"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_a_shared_secret_is_as_long_as_its_hash(name, least):
    algorithm = GivenAlgorithm(name)
    GivenKey("jtmp_x", algorithm, "x" * least)
    for text in ("x" * (least - 1), "x" * (LONGEST_KEY + 1)):
        with pytest.raises(GivenKeyInvalid):
            GivenKey("jtmp_x", algorithm, text)


@pytest.mark.parametrize(("exponent", "bits"), [(65537, 1024), (3, 2048)])
def test_a_weak_rsa_key_is_refused(exponent, bits):
    text = pem(rsa.generate_private_key(exponent, bits))
    for algorithm in (GivenAlgorithm.RS256, GivenAlgorithm.PS512):
        with pytest.raises(GivenKeyInvalid):
            GivenKey("jtmp_x", algorithm, text)


def test_a_key_says_nothing_of_itself_in_a_log_line():
    assert repr(GivenKey("jtmp_x", GivenAlgorithm.HS256, SECRET)) == "GivenKey(jtmp_x, HS256)"


def test_a_token_that_would_be_too_long_is_not_signed():
    key = GivenKey("jtmp_x", GivenAlgorithm.HS256, SECRET)
    with pytest.raises(TokenTooLong):
        sign(key, {"text": "x" * 16_384})
