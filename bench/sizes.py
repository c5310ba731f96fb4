"""The two sizes of data, and what is drawn from them for requests."""

from dataclasses import dataclass

MEMBERS = 10
"""Members of each organization."""
TARGETS = 500
"""How many different requests there are of each operation."""
PASSWORD = "a long pass phrase, the same for all"
"""Everybody's password."""
TEMPLATE = "bench"
"""The name of the JWT template."""


@dataclass(frozen=True)
class Size:
    """How much there is."""

    name: str
    users: int
    organizations: int

    def __str__(self) -> str:
        return f"{self.users:,} users"


SMALL = Size("small", 10_000, 1_000)
LARGE = Size("large", 100_000, 10_000)


@dataclass(frozen=True)
class Token:
    """An organization token as its holder shows it."""

    organization_id: str
    bearer: str


@dataclass(frozen=True)
class Browser:
    """A session in a browser, with the token of the browser's client."""

    session_id: str
    client_token: str


@dataclass(frozen=True)
class Drawn:
    """What requests name: ids and texts drawn at random from all that there is."""

    secret_key: str
    users: tuple[str, ...]
    searches: tuple[str, ...]
    organizations: tuple[str, ...]
    sessions: tuple[str, ...]
    browsers: tuple[Browser, ...]
    addresses: tuple[str, ...]
    tokens: tuple[Token, ...]
    api_keys: tuple[str, ...]
    m2m_tokens: tuple[str, ...]
