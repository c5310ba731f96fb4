"""Signing keys: their forms, and the keys that are none of ours."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from charter.kernel.tokens import PublicKey, SigningKey

KEY = SigningKey.generate("ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ")


@pytest.mark.security("D3")
def test_a_jwk_holds_the_public_parts_alone():
    assert list(KEY.public_jwk()) == ["use", "kty", "kid", "alg", "n", "e"]
    assert KEY.public_jwk()["e"] == "AQAB"


def test_the_pem_forms_are_pkcs8_and_subject_public_key_info():
    assert KEY.to_pem().startswith("-----BEGIN PRIVATE KEY-----\n")
    assert KEY.public_pem().startswith("-----BEGIN PUBLIC KEY-----\n")
    again = SigningKey.from_pem(KEY.kid, KEY.to_pem())
    assert again.public_jwk() == KEY.public_jwk()
    assert PublicKey.from_pem(KEY.kid, KEY.public_pem()).to_jwk() == KEY.public_jwk()


@pytest.mark.security("D6")
def test_a_key_prints_its_name_alone():
    assert repr(KEY) == "SigningKey(ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ)"
    assert repr(KEY.public) == "PublicKey(ins_2aBcDeFgHiJkLmNoPqRsTuVwXyZ)"


@pytest.mark.security("D1")
@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 3072),
        rsa.generate_private_key(3, 2048),
        ec.generate_private_key(ec.SECP256R1()),
    ],
    ids=["3072 bits", "exponent 3", "elliptic"],
)
def test_a_signing_key_that_existing_clients_refuse_is_refused(key):
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="65537"):
        SigningKey.from_pem("ins_1", pem)


@pytest.mark.security("D1")
@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(3, 2048), ec.generate_private_key(ec.SECP256R1())],
    ids=["exponent 3", "elliptic"],
)
def test_a_public_key_of_another_sort_is_refused(key):
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="65537"):
        PublicKey.from_pem("ins_1", public.decode())


@pytest.mark.security("D1")
@pytest.mark.parametrize("kid", ["", "../key", "a b", "a" * 65, "key\n", "ké"])
def test_a_key_id_that_could_be_a_path_names_no_key(kid):
    with pytest.raises(ValueError, match="key id"):
        SigningKey.from_pem(kid, KEY.to_pem())
