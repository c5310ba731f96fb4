"""The words of passwords."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Password:
    """A user's password at rest."""

    user_id: str
    hasher: str
    password_digest: str
    is_compromised: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPassword:
    """A password as it was given: the words themselves, or the digest another system made."""

    password: str | None = field(default=None, repr=False)
    password_digest: str | None = field(default=None, repr=False)
    password_hasher: str | None = None
    skip_password_checks: bool = False
