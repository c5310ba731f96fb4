"""The printed list of algorithms says what the code does."""

import re

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from charter.core.passwords.hashers import hash_new
from charter.kernel.algorithms import ALGORITHMS, KeyInUse, keys_in_use
from charter.kernel.secrets import Vault, digest, generate_key, read_key
from charter.kernel.tokens import SigningKey

BY_PURPOSE = {row.purpose: row for row in ALGORITHMS}
KEY = SigningKey.generate("ins_1")


@pytest.mark.security("P4")
def test_the_list_names_what_a_new_password_is_hashed_with():
    _, name, _, parameters, _, _ = hash_new("correct horse battery staple").split("$")
    row = BY_PURPOSE["password hash"]
    assert row.algorithm == name
    memory, passes, lanes = re.findall(r"\d+", parameters)
    assert row.parameters.startswith(f"{memory} KiB, {passes} passes, {lanes} lane,")


@pytest.mark.security("P4")
def test_the_list_names_the_key_that_signs():
    row = BY_PURPOSE["session token signature"]
    key = load_pem_public_key(KEY.public_pem().encode())
    assert row.algorithm.startswith(KEY.public_jwk()["alg"])
    assert row.parameters == f"RSA of {key.key_size} bits, exponent {key.public_numbers().e}"


@pytest.mark.security("P4")
def test_the_list_names_the_digest_and_the_seal():
    assert BY_PURPOSE["secret digest"].algorithm == f"SHA-{len(digest('x')) * 8}"
    key_bits = len(read_key(generate_key())) * 8
    assert BY_PURPOSE["encryption at rest"].algorithm == f"AES-{key_bits}-GCM"


@pytest.mark.security("P4")
def test_the_keys_in_use_are_named_and_not_shown():
    vault = Vault([("2026-11", b"N" * 32), ("2026-01", b"O" * 32)])
    rows = keys_in_use(vault, [KEY.public])
    assert rows == [
        KeyInUse("encryption at rest", "2026-11", "AES-256-GCM", "seals and opens"),
        KeyInUse("encryption at rest", "2026-01", "AES-256-GCM", "opens until rotated"),
        KeyInUse("session token signature", "ins_1", "RS256", "verifies"),
    ]
