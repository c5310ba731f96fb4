"""Errors are facts with a stable code and a kind; how a door writes them is the door's affair.

DomainError
├── NotFound            something asked for does not exist, or must not be known to exist
├── NotPermitted        the caller is known and may not
├── Unauthenticated     no caller, or a credential that does not hold
├── InvalidInput        a value has the wrong type, shape or range
│   ├── MissingInput
│   └── UnknownInput
├── TooLarge            an input beyond a limit
├── VersionConflict     the caller's version is not the current one
├── RateLimited         too many, try again later
├── Unavailable         a part we depend on is away, try again later
└── Overtaken           another call made the same at this moment; the operation is run again
"""

from enum import Enum
from typing import Any, ClassVar


class Kind(Enum):
    """What sort of fact an error is. A door maps a kind to a status; a few codes differ."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    UNPROCESSABLE = "unprocessable"
    PRECONDITION = "precondition"
    PAYMENT_REQUIRED = "payment_required"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    NOT_IMPLEMENTED = "not_implemented"


class DomainError(Exception):
    """A refusal that the product knows by name.

    `parameter` names the input that caused it, in the core's words: the one that the class gives,
    unless whoever raises it names another. `meta` carries facts that a client may act on and
    never a secret.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "error"
    message: ClassVar[str] = "The request was refused."
    parameter: str | None = None

    def __init__(self, parameter: str | None = None, **meta: Any) -> None:
        super().__init__(self.code)
        if parameter is not None:
            self.parameter = parameter
        self.meta = meta

    def sentence(self) -> str:
        """The message with its facts filled in."""
        return self.message.format_map(_Facts(self.meta, parameter=self.parameter or "input"))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.parameter!r}, {self.meta!r})"


class _Facts(dict[str, Any]):
    """Facts for a message; one that is missing leaves its name, never a failure."""

    def __missing__(self, key: str) -> str:
        return key


class NotFound(DomainError):
    """Something asked for does not exist, or must not be known to exist."""

    kind, code = Kind.NOT_FOUND, "resource_not_found"
    message = "The resource was not found."


class NotPermitted(DomainError):
    """The caller is known and lacks the permission."""

    kind, code = Kind.NOT_PERMITTED, "not_permitted"
    message = "The caller does not have the permission this needs."


class Unauthenticated(DomainError):
    """There is no caller, or the credential does not hold."""

    kind, code = Kind.UNAUTHENTICATED, "authentication_invalid"
    message = "The credentials are missing or not valid."


class InvalidInput(DomainError):
    """A value has the wrong type, shape or range; `reason` says which."""

    kind, code = Kind.UNPROCESSABLE, "invalid_input"
    message = "{parameter} is not valid: {reason}"


class MissingInput(InvalidInput):
    """A required value is absent."""

    code = "missing_input"
    message = "{parameter} is required."


class UnknownInput(InvalidInput):
    """A field that is not declared was sent; `reason` may name the one that was meant."""

    code = "unknown_input"
    message = "{parameter} is not a known parameter; {reason}."


class MalformedInput(DomainError):
    """The request cannot be read at all: bad JSON, bad UTF-8, wrong media type."""

    kind, code = Kind.INVALID, "malformed_input"
    message = "The request could not be read: {reason}"


class TooLarge(DomainError):
    """An input beyond a limit; `limit` gives it, in the unit of `reason`."""

    kind, code = Kind.TOO_LARGE, "too_large"
    message = "{parameter} is larger than the limit of {limit}."


class VersionConflict(DomainError):
    """Somebody changed the thing since the caller read it (RFC 9110, section 13.1.1)."""

    kind, code = Kind.PRECONDITION, "version_conflict"
    message = "The resource has changed since the version you named."


class VersionNotCompared(VersionConflict):
    """A version was named for a call that compares none: to pass it over would be to lie."""

    code = "version_not_compared"
    message = "This call compares no versions. Send it without If-Match."


class IdempotencyMismatch(DomainError):
    """An idempotency key came back with another request."""

    kind, code = Kind.UNPROCESSABLE, "idempotency_key_reused"
    message = "This idempotency key was used with another request."


class IdempotencyInFlight(DomainError):
    """The first request with this idempotency key has not ended."""

    kind, code = Kind.CONFLICT, "idempotency_key_in_flight"
    message = "A request with this idempotency key is still running."


class RateLimited(DomainError):
    """Too many; `retry_after_seconds` says when to try again."""

    kind, code = Kind.RATE_LIMITED, "rate_limited"
    message = "Too many requests. Try again later."


class Unavailable(DomainError):
    """A part we depend on is away; `retry_after_seconds` says when to try again."""

    kind, code = Kind.UNAVAILABLE, "unavailable"
    message = "The service is not available for a moment. Try again."
    retry_after_seconds = 1


class Overtaken(DomainError):
    """Another call has made at this moment what this one was about to make.

    Of a constraint that a Statement names; never seen outside: asked again, the operation finds
    what the other made.
    """

    kind, code = Kind.CONFLICT, "overtaken"
    message = "Another request was faster."


ANYWHERE: tuple[type[DomainError], ...] = (
    NotPermitted,
    Unauthenticated,
    InvalidInput,
    MalformedInput,
    TooLarge,
    VersionConflict,
    IdempotencyMismatch,
    IdempotencyInFlight,
    RateLimited,
    Unavailable,
)
"""What any operation may raise without saying so."""
