"""Testing tokens in the Backend API."""

from charter.core.testing_tokens import operations as testing_tokens
from charter.core.testing_tokens.model import TestingTokenMade
from charter.wire.call import Call, Out, View


class TestingTokenOut(Out):
    """A token for `__clerk_testing_token`; `expires_at` in seconds, unlike all other moments."""

    object: str
    token: str
    expires_at: int

    @classmethod
    def of(cls, row: TestingTokenMade, _view: View) -> "TestingTokenOut":
        """As this API writes it."""
        return cls(
            object="testing_token",
            token=row.token,
            expires_at=int(row.testing_token.expires_at.timestamp()),
        )


CALLS = [
    Call(
        "POST",
        "/testing_tokens",
        testing_tokens.create,
        TestingTokenOut,
        tag="Testing Tokens",
    ),
]
