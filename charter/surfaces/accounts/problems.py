"""The pages that the types of problems lead to: what a code means, and with which status."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import falcon
from falcon.asgi import Request, Response

from charter.core.bearing import AccountTokenExpired
from charter.kernel.errors import ANYWHERE, DomainError
from charter.surfaces.accounts.errors import BY_CLASS, TITLES, told
from charter.wire.call import Call


def _known(calls: Sequence[Call]) -> Mapping[str, tuple[int, frozenset[str]]]:
    """Every code that a call may answer with, its status and its sentences."""
    found: dict[str, tuple[int, frozenset[str]]] = {
        code: (status, frozenset()) for _, (status, code) in BY_CLASS
    }
    errors: set[type[DomainError]] = {*ANYWHERE, AccountTokenExpired}
    errors |= {error for call in calls for error in call.operation.raises}
    for error in errors:
        status, code = told(_shown(error), None)
        found[code] = (status, found.get(code, (status, frozenset()))[1] | {error.message})
    return found


def _shown(error: type[DomainError]) -> DomainError:
    """One of these errors, as far as its class makes it."""
    made = error.__new__(error)
    DomainError.__init__(made)
    return made


class Problem:
    """Explains a code to whoever follows the type of a problem."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = calls

    @cached_property
    def _codes(self) -> Mapping[str, tuple[int, frozenset[str]]]:
        return _known(self._calls)

    async def on_get(self, _request: Request, response: Response, code: str) -> None:
        """The page, in plain text; it says nothing of anybody's data."""
        found = self._codes.get(code)
        response.content_type = falcon.MEDIA_TEXT
        response.set_header("cache-control", "public, max-age=3600")
        if found is None:
            response.status, response.text = 404, "There is no problem of this name.\n"
            return
        status, sentences = found
        lines = [f"{code} ({status}): {TITLES.get(status, 'The request was refused')}", ""]
        response.text = "\n".join([*lines, *sorted(sentences), ""])
