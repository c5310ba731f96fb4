"""The words of testing tokens: with one, an app's tests are not taken for a stranger's program."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TestingToken:
    """A token that was made; nothing of it is kept but that."""

    id: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TestingTokenMade:
    """A testing token with what carries it."""

    testing_token: TestingToken
    token: str = field(repr=False)


class TestingTokenCreated(Event):
    """A testing token was made."""

    name = "testingToken.created"
