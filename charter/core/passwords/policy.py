"""What may be a password: long enough, not common, not a name an attacker would try first.

There are no rules of composition and no expiry. Every character counts as it was typed; only the
comparison with the lists ignores case, because an attacker does.

The list `common.txt.gz` holds passwords that are common or known from breaches, made by
`tools/make_common_passwords.py` from two published lists:
that of zxcvbn (MIT, Copyright 2012-2016 Dan Wheeler and Dropbox, Inc.) and
that of Django's CommonPasswordValidator (BSD-3-Clause, Copyright Django Software Foundation and
individual contributors; made by Royce Williams).
"""

import gzip
import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib import resources

from charter.core.passwords.errors import (
    PasswordCommon,
    PasswordContainsWord,
    PasswordTooLong,
    PasswordTooShort,
)

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1024
"""In characters; four bytes each are what `verify` still hashes."""

MINIMUM_WORD_LENGTH = 4
"""A shorter name is part of too many good passwords to tell anything."""


def check(
    password: str,
    *,
    minimum_length: int = MINIMUM_LENGTH,
    maximum_length: int = MAXIMUM_LENGTH,
    words: Collection[str] = (),
) -> None:
    """Refuse a new password that is too short, too long, common, or holds one of the words.

    Lengths are in characters (code points); `maximum_length` is `MAXIMUM_LENGTH` at most. `words`
    are names of the person (also addresses, of which the part before the `@` counts), their
    organizations and the application; parts of fewer than four characters are left out.

    Raises: PasswordTooShort; PasswordTooLong; PasswordContainsWord; PasswordCommon.
    Source: NIST SP 800-63B-4, section 3.1.1.2.
    """
    if len(password) < minimum_length:
        raise PasswordTooShort("password", minimum_length=minimum_length)
    if len(password) > maximum_length:
        raise PasswordTooLong("password", maximum_length=maximum_length)
    folded = password.casefold()
    if any(part in folded for word in words for part in _parts(word)):
        raise PasswordContainsWord("password")
    if is_common(password):
        raise PasswordCommon("password")


def is_common(password: str) -> bool:
    """Whether the password, in any case and without spaces around it, is on the list."""
    return password.strip().lower() in _common()


@cache
def _common() -> frozenset[str]:
    packed = resources.files("charter.core.passwords").joinpath("common.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


def _parts(word: str) -> Iterator[str]:
    """The pieces of a name that a password must not hold, in folded case."""
    name = word.casefold().partition("@")[0]
    for part in {name.strip(), *re.split(r"[\s._+\-]+", name)}:
        if len(part) >= MINIMUM_WORD_LENGTH:
            yield part
