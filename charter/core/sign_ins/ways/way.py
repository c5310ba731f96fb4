"""What a way is: the strategies it knows, whom it is open to, and its two steps."""

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass

from charter.core.checks.model import Check
from charter.core.instances.model import Instance
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed, Preparation
from charter.core.users.model import User
from charter.kernel.operation import Context

Offers = Callable[[Instance, User], list[Offer]]
Prepare = Callable[[Context, Entry, Preparation], Awaitable[Check]]
Attempt = Callable[[Context, Entry, Answer], Awaitable[Passed]]


def nothing(_instance: Instance, _user: User) -> list[Offer]:
    """Of a way that is never shown on the page of factors."""
    return []


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pass a factor.

    offers: what the person may choose of it. prepare: the first step, in the transaction;
    attempt: the second, called before the first statement. Both raise what `checks` and
    `passwords` declare. needs_person: whether it can be gone only once an identifier is known.
    """

    strategies: Container[str]
    offers: Offers
    attempt: Attempt | None
    prepare: Prepare | None = None
    needs_person: bool = True
