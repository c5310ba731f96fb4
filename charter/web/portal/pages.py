"""What a page of the portal is: its path, who may see it, what it shows, what it takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from charter.web.portal.visits import Visit


class Who(Enum):
    """Whom a page is for."""

    ANYBODY = auto()
    SIGNED_IN = auto()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to write: a template of this folder and what it is filled with.

    guest: another site whose script runs on the page, and which may stand there in a frame.
    form_to: another site that the page's form may be sent to.
    """

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    guest: str | None = None
    form_to: str | None = None


@dataclass(frozen=True, slots=True)
class Went:
    """Another page of the portal to go to. `done` names the text that says what was done."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    done: str | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """The flow is over: on to where the person came from."""


Answer = Shown | Went | Over
Fields = Mapping[str, str]
"""What a form gave: every declared field, empty where it was left out."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the portal.

    path: below the portal's mount; a part in braces is given to `show` in `visit.names`.
    fields: the names of the form's fields; others are not read. secret: those of them that are
    not shown again when the form is refused. file: the name of the one that takes a file.
    form_at: the page that the form stands on, where it is not this one. is_in_rows: whether it
    stands in each row of a list, so that what is wrong is told above the list.
    """

    path: str
    show: Callable[[Visit], Awaitable[Answer]]
    send: Callable[[Visit, Fields], Awaitable[Answer]] | None = None
    fields: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    file: str | None = None
    who: Who = Who.ANYBODY
    form_at: str | None = None
    is_in_rows: bool = False
