"""Calls methods of the official SDK and remembers how each of them went."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clerk_backend_api import Clerk, models
from clerk_backend_api.utils import BackoffStrategy, RetryConfig


class Recorder:
    """One SDK client, and what became of every method that was called through it."""

    def __init__(self, url: str, key: str) -> None:
        # A server error is a finding here: the SDK must not hide it behind an hour of retries.
        never = RetryConfig("none", BackoffStrategy(1, 1, 1, 1), retry_connection_errors=False)
        self.url = url
        self.sdk = Clerk(bearer_auth=key, server_url=url, retry_config=never, timeout_ms=30_000)
        self.errors: dict[str, str | None] = {"start": None}
        self.latest = "start"

    def another(self, key: str) -> "Recorder":
        """A client with another key, whose calls are remembered here."""
        made = Recorder(self.url, key)
        made.errors = self.errors
        return made

    def has(self, method: str) -> bool:
        """Whether this major of the SDK knows a method."""
        group, name = method.split(".")
        return hasattr(getattr(self.sdk, group, None), name)

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method such as `users.get` and give its answer, parsed by the SDK's models."""
        group, name = method.split(".")
        self.latest = method
        self.errors.setdefault(method, None)
        return getattr(getattr(self.sdk, group), name)(**arguments)

    def refused(self, method: str, *statuses: int, **arguments: Any) -> str:
        """Call a method that must be refused with one of these statuses.

        The SDK raises `ClerkErrors` only for a status that is documented for the method.
        Returns: the code of the first error.
        """
        try:
            answer = self.call(method, **arguments)
        except models.ClerkErrors as error:
            equal(error.status_code in statuses, wanted=True, about=error.body)
            return str(error.data.errors[0].code)
        raise AssertionError(f"expected a refusal, got {answer!r}")

    def refused_without_a_type(self, method: str, status: int, **arguments: Any) -> str:
        """Call a method whose refusal is documented without a body, so the SDK leaves it untyped.

        Returns: the code of the first error.
        """
        try:
            answer = self.call(method, **arguments)
        except models.SDKError as error:
            equal(error.status_code, wanted=status, about=error.body)
            return str(json.loads(error.body)["errors"][0]["code"])
        raise AssertionError(f"expected a refusal, got {answer!r}")

    def refused_with_a_type_of_its_own(self, method: str, status: int, **arguments: Any) -> str:
        """Call a method whose refusal has a model that no other has, and must be read by it.

        Returns: the code of the first error.
        """
        try:
            answer = self.call(method, **arguments)
        except models.ClerkBaseError as error:
            equal(error.status_code, wanted=status, about=error.body)
            if isinstance(error, models.SDKError):
                raise
            data: Any = getattr(error, "data", None)
            return str(data.errors[0].code)
        raise AssertionError(f"expected a refusal, got {answer!r}")

    def note(self, method: str, check: Callable[[], None]) -> None:
        """Run a check that is no call of the API under a name of its own."""
        self.latest = method
        self.errors.setdefault(method, None)
        check()

    def chapter(self, tell: Callable[..., Any], *arguments: Any) -> Any:
        """Run a part of the story; what breaks it is the fault of the method called last.

        Returns: what the part gives; None if it broke, or if a part before it that it needs did.
        """
        if None in arguments:
            return None
        try:
            return tell(self, *arguments)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
            self.errors[self.latest] = self.errors[self.latest] or described(error)
            return None

    def print_lines(self) -> None:
        """One JSON line for every method."""
        for method, error in self.errors.items():
            print(json.dumps({"method": method, "ok": error is None, "error": error}))


def described(error: Exception) -> str:
    """An error with the place in the story and, if the server answered, what it said."""
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == Path(__file__).parent
        and Path(frame.filename) != Path(__file__)
    ]
    place = frames[-1] if frames else "?"
    status = getattr(error, "status_code", "")
    cause = f"; {error.__cause__}" if error.__cause__ else ""
    answer = f"; answered {getattr(error, 'body', '')[:2000]}" if status else ""
    return f"{place}\n{type(error).__name__} {status} {error}{cause}{answer}"


def equal(got: Any, wanted: Any, about: object = "") -> None:
    """Fail with both values unless they are equal; an enum's member equals its text."""
    plain = getattr(got, "value", got)
    if plain != wanted:
        raise AssertionError(f"got {plain!r}, wanted {wanted!r} {about}")


def contains(values: Any, wanted: Any) -> None:
    """Fail unless a list holds a value."""
    found = list(values)
    if wanted not in found:
        raise AssertionError(f"{wanted!r} is not among {found!r}")


def lacks(values: Any, unwanted: Any) -> None:
    """Fail if a list holds a value."""
    found = list(values)
    if unwanted in found:
        raise AssertionError(f"{unwanted!r} is among {found!r}")
