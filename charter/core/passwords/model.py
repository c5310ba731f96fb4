"""The words of passwords."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Password:
    """A user's password at rest."""

    user_id: str
    hasher: str
    password_digest: str
    is_compromised: bool
    updated_at: datetime
