"""One digest or more of every hasher, each made by somebody else's code.

Published vectors name their text. Others were made with Django, libpass (a fork of passlib),
Werkzeug, libxcrypt and the `openssl` command.
"""

RFC_SHA1 = "4b007901b765489abead49d926f721d065a429c1"
RFC_SHA512 = (
    "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
    "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"
)
WERKZEUG = (
    "scrypt:1024:8:1$yFdaEAiB$c97a3b96b892a38bc64747e1099ba5b073523d56215238e713767a9b3d64b6d5"
    "c62b4383a803d697afd9ef708fbc68afc2f8973b8ef594870426d391876e4dad"
)
FIREBASE = (
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
    "$42xEC+ixf3L2lw=="
    "$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
    "$Bw==$8$14"
)
SYMFONY = "pRujNEWKED8k+U05EG5ZXf/lcQ78wxfLKkF0Y8gu/tQpkB9AHXSKiNB8IeTibPdEeuBBAtSHjpc+iCFiYe/GpQ=="
PEPPER = "0123456789abcdef" * 8

VECTORS = [
    # The tests of the reference implementation, phc-winner-argon2/src/test.c.
    (
        "argon2i",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "password",
    ),
    (
        "argon2i",
        "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs",
        "password",
    ),
    (
        "argon2id",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "password",
    ),
    # crypt_blowfish, wrapper.c.
    ("bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
    (
        "bcrypt_peppered",
        "$2b$04$abcdefghijklmnopqrstuugNOTDv6hOquZCA1iQKfAgLzITb0WEka$pppppppppppppppppppp",
        "correct horse",
    ),
    (
        "bcrypt_peppered",
        f"$2a$04$abcdefghijklmnopqrstuu1zuUMnfmqP6obykTbdPN5Uk5Bbw8tsu${PEPPER}",
        "correct horse",
    ),
    (
        "bcrypt_sha256_django",
        "bcrypt_sha256$$2b$04$aaaaaaaaaaaaaaaaaaaaa.F72gD8QJDAa9nTP44RMBCtf8U3bqsWe",
        "lètmein",
    ),
    (
        "hmac_sha256_utf16_b64",
        "hmac_sha256_utf16_b64$iaJu3i39L8lpj4IONUnlcSkDRpf+VUeLeNGe7CvceUY=$a-text-key!",
        "correct hörse",
    ),
    (
        "hmac_sha256_utf16_b64",
        "hmac_sha256_utf16_b64$XsB8c5k7O3Sm+I5sjFzHOqNdqd095XDJEagLnYhRYeI=$c2VjcmV0IGtleQ==",
        "correct hörse",
    ),
    ("ldap_ssha", "{SSHA}awc/Cj0kafyFd5d8fGn07xoHBJJzYWx0c2FsdA==", "correct horse"),
    ("md5", "5f4dcc3b5aa765d61d8327deb882cf99", "password"),
    ("md5_phpass", "$P$6abcdefghh6VQeVxAwfhpQIcksoBO80", "correct horse"),
    ("md5_salted", "salt$de8498eb12b0309737310c8971cfc7a2", "correct horse"),
    ("md5_salted", "salt$0f8ace3b2b97fc3820def0a5a79cf93a", "correct horse"),
    # RFC 6070; the others of the same inputs are in the drafts that followed it.
    ("pbkdf2_sha1", f"pbkdf2_sha1$4096$salt${RFC_SHA1}", "password"),
    ("pbkdf2_sha1", f"pbkdf2_sha1$4096$73616c74${RFC_SHA1}$20", "password"),
    (
        "pbkdf2_sha256",
        "pbkdf2_sha256$4096$c2FsdA==$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o=",
        "password",
    ),
    (
        "pbkdf2_sha256_django",
        "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=",
        "lètmein",
    ),
    ("pbkdf2_sha512", f"pbkdf2_sha512$4096$salt${RFC_SHA512}", "password"),
    ("pbkdf2_sha512_hex", f"pbkdf2_sha512_hex$4096$73616c74${RFC_SHA512.upper()}", "password"),
    # openwall.com/phpass, test.php.
    ("phpass", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
    ("phpass", "$H$6abcdefghRJFCMvnAbZH2hCiFPRxpk.", "correct horse"),
    # github.com/firebase/scrypt, README.
    ("scrypt_firebase", FIREBASE, "user1password"),
    ("scrypt_firebase", FIREBASE.replace("+", "-").replace("/", "_"), "user1password"),
    ("scrypt_werkzeug", WERKZEUG, "correct horse"),
    ("scrypt_werkzeug", f"${WERKZEUG}", "correct horse"),
    # The example on the Backend API's page.
    ("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "test"),
    (
        "sha256_salted",
        "salt$8cb258c07eb871943b4ad0e754a502b5fc3a389d75fefc91b4e010778ecca018",
        "correct horse",
    ),
    (
        "sha256_salted",
        "9fe3720800bc053ce8ac053b01012c11f878a83021d07a51b4f2d7d1db10740a$salt",
        "correct horse",
    ),
    (
        "sha512_symfony",
        f"sha512_symfony$3$pepper corn${SYMFONY}",
        "correct horse",
    ),
]
"""Hasher, digest, password."""

COGNITO = "awscognito#eu-central-1_AbCdEfGhI#7f8g9h0example#ann@example.org"
