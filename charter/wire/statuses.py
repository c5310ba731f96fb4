"""How errors become statuses and codes: by kind, with exceptions that a door names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from charter.kernel.errors import DomainError, Kind
from charter.wire.call import Call

BY_KIND: Mapping[Kind, int] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.PAYMENT_REQUIRED: 402,
    Kind.NOT_PERMITTED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.PRECONDITION: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNPROCESSABLE: 422,
    Kind.RATE_LIMITED: 429,
    Kind.NOT_IMPLEMENTED: 501,
    Kind.UNAVAILABLE: 503,
}

ALWAYS: Mapping[int, str] = {
    400: "The request cannot be read.",
    401: "The credentials are missing or not valid.",
    413: "The request is too large.",
    422: "A parameter is not valid.",
    429: "Too many requests.",
    503: "A part of the server is away for a moment.",
}
IN_FLIGHT = "A request with this idempotency key is still running."
CHANGED = "The resource has changed since the version named by If-Match."
ABSENT = "There is no such resource, or the caller may not know of it."


@dataclass(frozen=True)
class Statuses:
    """A door's statuses: `kinds` differ from BY_KIND, `renamed` maps a core code to both."""

    renamed: Mapping[str, tuple[int, str]]
    kinds: Mapping[Kind, int] = field(default_factory=dict)

    def of(self, error: DomainError | type[DomainError]) -> tuple[int, str]:
        """Status and code of an error on this door's wire."""
        known = self.renamed.get(error.code)
        if known is not None:
            return known
        return self.kinds.get(error.kind, BY_KIND[error.kind]), error.code

    def documented(self, call: Call) -> dict[int, str]:
        """The error statuses that a call may answer, with a sentence each."""
        found = dict(ALWAYS)
        if call.method == "POST":
            found[409] = IN_FLIGHT
        if call.operation.writes:
            found[412] = CHANGED
        if call.path_names:
            found[404] = ABSENT
        for error in call.operation.raises:
            found.setdefault(self.of(error)[0], error.message)
        return found
