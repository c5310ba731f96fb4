from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.core.passwords import hashers
from charter.core.passwords.errors import (
    PasswordDigestInvalid,
    PasswordHasherUnknown,
    PasswordTooLongNeedsReset,
)
from tests.core.passwords.vectors import COGNITO, FIREBASE, SYMFONY, VECTORS, WERKZEUG
from tests.costs import cost

ARGON2ID = (
    "$argon2id$v=19$m={m},t={t},p={p}$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
)
BCRYPT_TAIL = "abcdefghijklmnopqrstuugNOTDv6hOquZCA1iQKfAgLzITb0WEka"
HEX = "ab" * 64
TOO_COSTLY = [
    ("argon2id", ARGON2ID.format(m=4194304, t=1, p=1)),
    ("argon2id", ARGON2ID.format(m=131072, t=9, p=1)),
    ("argon2id", ARGON2ID.format(m=8, t=99999, p=99)),
    ("argon2id", ARGON2ID.format(m=1024, t=1, p=17)),
    ("argon2id", ARGON2ID.format(m=128, t=65, p=16)),
    ("bcrypt", f"$2b$31${BCRYPT_TAIL}"),
    ("bcrypt", f"$2b$16${BCRYPT_TAIL}"),
    ("bcrypt_peppered", f"$2b$16${BCRYPT_TAIL}$pepper"),
    ("bcrypt_sha256_django", f"bcrypt_sha256$$2b$16${BCRYPT_TAIL}"),
    ("md5_phpass", "$P$z" + "a" * 30),
    ("phpass", "$P$F" + "a" * 30),
    ("pbkdf2_sha1", f"pbkdf2_sha1$99999999$salt${'ab' * 20}"),
    ("pbkdf2_sha1", f"pbkdf2_sha1$100000$salt${'ab' * 1000}"),
    (
        "pbkdf2_sha256",
        "pbkdf2_sha256$3000001$c2FsdA==$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o=",
    ),
    ("pbkdf2_sha256_django", f"pbkdf2_sha256$99999999$salt${'abcd' * 8}"),
    ("pbkdf2_sha512", f"pbkdf2_sha512$99999999$salt${HEX}"),
    ("pbkdf2_sha512_hex", f"pbkdf2_sha512_hex$99999999$abcd${HEX}"),
    ("pbkdf2_sha512", f"pbkdf2_sha512$1{'0' * 2000}$salt${HEX}"),
    ("scrypt_firebase", FIREBASE.replace("$8$14", "$8$17")),
    ("scrypt_firebase", FIREBASE.replace("$8$14", "$999$14")),
    ("scrypt_firebase", FIREBASE.replace("$8$14", "$8$99")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":1048576:8:1")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":1024:8:999")),
    ("sha512_symfony", f"sha512_symfony$9999999$salt${'abcd' * 21}ab=="),
]
COSTLIEST = [
    ("argon2id", ARGON2ID.format(m=131072, t=8, p=1)),
    ("argon2id", ARGON2ID.format(m=128, t=64, p=16)),
    ("bcrypt_sha256_django", f"bcrypt_sha256$$2b$15${BCRYPT_TAIL}"),
    ("pbkdf2_sha512", f"pbkdf2_sha512$187500$salt${'ab' * 1024}"),
    ("phpass", "$P$E" + "a" * 30),
    ("scrypt_firebase", FIREBASE.replace("$8$14", "$8$16")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":32768:1:4")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":65536:8:4")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":8192:64:4")),
    ("sha512_symfony", f"sha512_symfony$100000$salt${SYMFONY}"),
]
MALFORMED = [
    ("argon2i", ARGON2ID.format(m=65536, t=2, p=1)),
    ("argon2id", ARGON2ID.format(m=65536, t=0, p=1)),
    ("argon2id", ARGON2ID.format(m=65536, t=1, p=0)),
    ("argon2id", ARGON2ID.format(m=15, t=1, p=2)),
    ("argon2id", ARGON2ID.format(m=65536, t=2, p=1).replace("v=19", "v=20")),
    ("argon2id", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$YWJj"),
    ("argon2id", "$argon2id$v=19$m=64,t=1,p=1$YWJj$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
    ("awscognito", "awscognito#pool#client"),
    ("awscognito", "awscognito#pool#client#a b"),
    ("bcrypt", f"$2b$03${BCRYPT_TAIL}"),
    ("bcrypt", f"$2c$10${BCRYPT_TAIL}"),
    ("bcrypt", f"$2b$10${BCRYPT_TAIL[:-1]}"),
    ("bcrypt", f"$2b$10$aaaaaaaaaaaaaaaaaaaaaa{BCRYPT_TAIL[22:]}"),
    ("bcrypt", f"$2b$10${BCRYPT_TAIL}\n"),
    ("bcrypt_peppered", f"$2b$10${BCRYPT_TAIL}$"),
    ("hmac_sha256_utf16_b64", "hmac_sha256_utf16_b64$YWJj$key"),
    ("ldap_ssha", "{SSHA}qUqP5cyxm6YcTAhz05Hph5gvu9M="),
    ("ldap_ssha", "{SHA}awc/Cj0kafyFd5d8fGn07xoHBJJzYWx0c2FsdA=="),
    ("md5", "5f4dcc3b5aa765d61d8327deb882cf9"),
    ("md5", "5f4dcc3b5aa765d61d8327deb882cf9g"),
    ("md5", "5f4dcc3b5aa765d6 1d8327deb882cf99"),
    ("md5_salted", "$de8498eb12b0309737310c8971cfc7a2"),
    ("pbkdf2_sha1", f"pbkdf2_sha1$4096$salt${'ab' * 20}$32"),
    ("pbkdf2_sha256", "pbkdf2_sha256$1$c2FsdA==$YWJj"),
    ("pbkdf2_sha256", f"pbkdf2_sha256$0$c2FsdA==${'abcd' * 8}"),
    ("pbkdf2_sha256", f"pbkdf2_sha256$10$c2FsdA${'abcd' * 8}e"),
    ("pbkdf2_sha256", f"pbkdf2_sha256$\u0661\u0660$c2FsdA==${'abcd' * 8}"),
    ("pbkdf2_sha512", f"pbkdf2_sha512$10${'s' * 1025}${HEX}"),
    ("scrypt_firebase", FIREBASE.replace("$8$14", "$8$0")),
    ("scrypt_firebase", FIREBASE.replace("lSrfV15c", "lSrf", 1)),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":1000:8:1")),
    ("scrypt_werkzeug", WERKZEUG.replace(":1024:8:1", ":65536:1:1")),
    ("scrypt_werkzeug", WERKZEUG[:-2]),
    ("scrypt_werkzeug", WERKZEUG.replace("scrypt:1024:8:1", "pbkdf2:sha256:1000")),
    ("sha256", "9f86d081"),
    ("sha256", "é" * 64),
    ("sha256_salted", "salt$9f86d081"),
    ("sha512_symfony", f"sha512_symfony$0$salt${'abcd' * 21}ab=="),
    ("sha512_symfony", "sha512_symfony$1$salt$YWJj"),
]
DECLARED = (PasswordDigestInvalid, PasswordHasherUnknown, PasswordTooLongNeedsReset)
DIGESTS = [digest for _, digest, _ in VECTORS] + [COGNITO]
CHEAP = [vector for vector in VECTORS if "m=65536" not in vector[1] and "8$14" not in vector[1]]


@pytest.mark.parametrize(("hasher", "digest"), TOO_COSTLY)
def test_a_digest_that_would_cost_too_much_is_refused_at_once(hasher, digest):
    def refused():
        with pytest.raises(PasswordDigestInvalid):
            hashers.verify(hasher, digest, "password")

    assert cost(refused) < 0.1


@pytest.mark.parametrize(("hasher", "digest"), COSTLIEST)
def test_the_costliest_digests_that_are_taken_end_in_seconds(hasher, digest):
    def verified():
        assert not hashers.verify(hasher, digest, "é" * 2000)

    assert cost(verified, times=1) < 10


@pytest.mark.parametrize(("hasher", "digest"), MALFORMED)
def test_a_malformed_digest_is_refused(hasher, digest):
    with pytest.raises(PasswordDigestInvalid):
        hashers.check_digest(hasher, digest)


@pytest.mark.parametrize("hasher", sorted(hashers.HASHERS))
@pytest.mark.parametrize("digest", ["", "$", "$$$$$$", "\0", "x" * 100_000, "$" * 4096])
def test_no_hasher_takes_nonsense(hasher, digest):
    with pytest.raises(PasswordDigestInvalid):
        hashers.check_digest(hasher, digest)


@given(hasher=st.sampled_from([*hashers.HASHERS, "", "rot13"]), digest=st.text())
def test_any_text_is_a_digest_or_refused_as_declared(hasher, digest):
    with suppress(*DECLARED):
        hashers.check_digest(hasher, digest)
        hashers.needs_upgrade(hasher, digest)


@given(
    hasher=st.sampled_from(sorted(hashers.HASHERS)),
    digest=st.sampled_from(DIGESTS),
    position=st.integers(0, 200),
    width=st.integers(0, 6),
    patch=st.text("$#:=,019zZ+/\n\0é", max_size=6),
)
@settings(max_examples=1500)
def test_a_damaged_digest_is_read_or_refused_as_declared(hasher, digest, position, width, patch):
    position %= len(digest)
    damaged = digest[:position] + patch + digest[position + width :]
    with suppress(*DECLARED):
        hashers.check_digest(hasher, damaged)


@given(vector=st.sampled_from(CHEAP), password=st.text(st.characters(), max_size=90))
@settings(max_examples=300)
def test_any_text_is_a_password_that_matches_or_not(vector, password):
    hasher, digest, right = vector
    assert hashers.verify(hasher, digest, password) == (password == right)
