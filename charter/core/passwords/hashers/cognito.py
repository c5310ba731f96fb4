"""Amazon Cognito gives no digests away; what stands in their place says whom to ask."""

import re
from dataclasses import dataclass

from charter.core.passwords.hashers.parts import groups

_PART = r"[^#\s]{1,256}"
_FORM = re.compile(f"awscognito#({_PART})#({_PART})#({_PART})")


@dataclass(frozen=True, slots=True)
class CognitoReference:
    """A user of a user pool, and the client with which a sign-in there can be tried."""

    user_pool_id: str
    client_id: str
    identifier: str

    def matches(self, password: str) -> bool:  # noqa: ARG002 - part of Digest
        """Whether the password can be checked here: never.

        Only the pool knows. A sign-in tries the password there and, when the pool accepts it,
        stores a new hash in place of the reference; until then no password signs in.
        """
        return False


def awscognito(text: str) -> CognitoReference:
    """Read `awscognito#<user pool id>#<client id>#<identifier>`."""
    return CognitoReference(*groups(_FORM, text))
