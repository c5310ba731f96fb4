import hashlib

import bcrypt
import pytest
from argon2 import PasswordHasher

from charter.core.passwords import hashers
from charter.core.passwords.errors import (
    PasswordDigestInvalid,
    PasswordHasherUnknown,
    PasswordTooLongNeedsReset,
)
from charter.core.passwords.hashers.cognito import CognitoReference, awscognito
from tests.core.passwords.vectors import COGNITO, PEPPER, VECTORS

BCRYPT_OF_80_X = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"
"""libxcrypt's hash of eighty times `x`, of which it saw seventy-two."""


def test_every_hasher_has_a_known_digest():
    assert {hasher for hasher, _, _ in VECTORS} == set(hashers.HASHERS) - {"awscognito"}


@pytest.mark.parametrize(("hasher", "digest", "password"), VECTORS)
def test_the_right_password_matches(hasher, digest, password):
    hashers.check_digest(hasher, digest)
    assert hashers.verify(hasher, digest, password)


@pytest.mark.parametrize(("hasher", "digest", "password"), VECTORS)
def test_a_wrong_password_does_not_match(hasher, digest, password):
    for wrong in (
        "",
        password[:-1],
        password + " ",
        " " + password,
        password.swapcase(),
        password + "\0",
    ):
        assert not hashers.verify(hasher, digest, wrong), wrong


@pytest.mark.parametrize(("hasher", "digest", "password"), VECTORS)
def test_a_foreign_or_weak_digest_is_due_for_an_upgrade(hasher, digest, password):
    assert hashers.needs_upgrade(hasher, digest)


def test_a_new_hash_is_argon2id_of_19_mib_and_not_due_for_an_upgrade():
    digest = hashers.hash_new("correct horse")
    assert digest.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashers.verify(hashers.NEW_HASHER, digest, "correct horse")
    assert not hashers.verify(hashers.NEW_HASHER, digest, "correct horsf")
    assert not hashers.needs_upgrade(hashers.NEW_HASHER, digest)


def test_two_hashes_of_one_password_differ():
    assert hashers.hash_new("correct horse") != hashers.hash_new("correct horse")


def test_a_new_hash_is_read_by_the_library_itself():
    assert PasswordHasher().verify(hashers.hash_new("correct horse"), "correct horse")


@pytest.mark.parametrize("length", [1, 7, 8, 14, 15, 64, 72, 73, 256, 1024])
@pytest.mark.parametrize("character", ["x", " ", "ß", "日", "🔑"])
def test_every_character_of_a_new_password_counts(length, character):
    password = character * length
    digest = hashers.hash_new(password)
    assert hashers.verify("argon2id", digest, password)
    assert not hashers.verify("argon2id", digest, password[:-1])
    assert not hashers.verify("argon2id", digest, password + character)


def test_characters_that_look_alike_are_not_folded_together():
    digest = hashers.hash_new("caf\u00e9 au lait")
    assert not hashers.verify("argon2id", digest, "cafe\u0301 au lait")


def test_a_lone_surrogate_can_be_hashed_and_is_told_from_another():
    digest = hashers.hash_new("\ud800 password")
    assert hashers.verify("argon2id", digest, "\ud800 password")
    assert not hashers.verify("argon2id", digest, "\ud801 password")


def test_a_stronger_argon2id_hash_is_kept():
    digest = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4).hash("correct horse")
    assert not hashers.needs_upgrade("argon2id", digest)


@pytest.mark.parametrize(
    ("memory", "passes", "salt"), [(19455, 9, 16), (19456, 1, 16), (19456, 2, 8)]
)
def test_a_weaker_argon2id_hash_is_due_for_an_upgrade(memory, passes, salt):
    weaker = PasswordHasher(passes, memory, 1, salt_len=salt)
    assert hashers.needs_upgrade("argon2id", weaker.hash("correct horse"))


def test_bcrypt_tells_who_knows_the_72_bytes_it_saw_to_set_a_new_password():
    assert hashers.verify("bcrypt", BCRYPT_OF_80_X, "x" * 72)
    with pytest.raises(PasswordTooLongNeedsReset):
        hashers.verify("bcrypt", BCRYPT_OF_80_X, "x" * 80)


def test_bcrypt_tells_nothing_of_a_longer_password_to_anyone_else():
    assert not hashers.verify("bcrypt", BCRYPT_OF_80_X, "y" * 80)
    assert not hashers.verify("bcrypt", BCRYPT_OF_80_X, "x" * 71 + "y" * 9)


def test_bcrypt_counts_bytes_and_not_characters():
    digest = bcrypt.hashpw(("é" * 36).encode(), bcrypt.gensalt(4)).decode()
    assert hashers.verify("bcrypt", digest, "é" * 36)
    with pytest.raises(PasswordTooLongNeedsReset):
        hashers.verify("bcrypt", digest, "é" * 37)


def test_a_zero_byte_is_not_padding():
    for hasher, digest, password in VECTORS:
        assert not hashers.verify(hasher, digest, password + "\0"), hasher
    digest = hashers.hash_new("correct\0horse")
    assert hashers.verify("argon2id", digest, "correct\0horse")
    assert not hashers.verify("argon2id", digest, "correct")


def test_bcrypt_does_not_take_a_zero_byte_for_the_end_of_its_key():
    digest = bcrypt.hashpw(b"a", bcrypt.gensalt(4)).decode()
    assert bcrypt.checkpw(b"a\0a", digest.encode())
    assert not hashers.verify("bcrypt", digest, "a\0a")


def test_a_pepper_may_pass_72_bytes_and_a_password_may_not():
    key = ("x" * 72 + PEPPER).encode()[:72]
    digest = bcrypt.hashpw(key, bcrypt.gensalt(4)).decode() + "$" + PEPPER
    assert hashers.verify("bcrypt_peppered", digest, "x" * 72)
    with pytest.raises(PasswordTooLongNeedsReset):
        hashers.verify("bcrypt_peppered", digest, "x" * 73)


def test_bcrypt_over_sha256_takes_a_password_of_any_length():
    password = "x" * 200
    key = hashlib.sha256(password.encode()).hexdigest().encode()
    digest = "bcrypt_sha256$" + bcrypt.hashpw(key, bcrypt.gensalt(4)).decode()
    assert hashers.verify("bcrypt_sha256_django", digest, password)
    assert not hashers.verify("bcrypt_sha256_django", digest, password[:-1])


@pytest.mark.parametrize("version", ["2a", "2b", "2x", "2y"])
def test_bcrypt_reads_the_versions_that_other_systems_write(version):
    digest = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode()
    assert hashers.verify("bcrypt", f"${version}{digest[3:]}", "correct horse")


def test_a_cognito_reference_is_accepted_and_matches_nothing():
    hashers.check_digest("awscognito", COGNITO)
    assert not hashers.verify("awscognito", COGNITO, "correct horse")
    assert hashers.needs_upgrade("awscognito", COGNITO)
    assert awscognito(COGNITO) == CognitoReference(
        "eu-central-1_AbCdEfGhI", "7f8g9h0example", "ann@example.org"
    )


def test_a_password_beyond_four_kilobytes_is_not_even_hashed():
    password = "x" * 5000
    digest = hashlib.sha256(password.encode()).hexdigest()
    assert not hashers.verify("sha256", digest, password)


def test_nobody_is_checked_like_somebody_and_never_matches():
    assert not hashers.verify_absent("")
    assert not hashers.verify_absent("correct horse")


def test_an_unknown_hasher_is_refused_by_name():
    with pytest.raises(PasswordHasherUnknown) as caught:
        hashers.check_digest("rot13", "cnffjbeq")
    assert caught.value.parameter == "password_hasher"
    with pytest.raises(PasswordHasherUnknown):
        hashers.verify("rot13", "cnffjbeq", "password")


def test_a_refused_digest_is_reported_at_its_parameter_and_not_repeated():
    with pytest.raises(PasswordDigestInvalid) as caught:
        hashers.verify("md5", "0123secret", "password")
    assert caught.value.parameter == "password_digest"
    assert "0123secret" not in f"{caught.value!r} {caught.value.sentence()}"
