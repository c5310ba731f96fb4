"""All ways, in the order in which pages offer them."""

from collections.abc import Sequence

from charter.core.checks.model import StrategyNotAllowed
from charter.core.instances.model import Instance
from charter.core.second_factors.opening import BY_MAIL
from charter.core.sign_ins.model import RESET_BY_EMAIL, Offer, SignIn, SignInStatus
from charter.core.sign_ins.ways import (
    backup_codes,
    codes,
    links,
    passkeys,
    password,
    social,
    tickets,
    totp,
    web3,
)
from charter.core.sign_ins.ways.way import Way
from charter.core.tickets.model import STRATEGY as TICKET
from charter.core.users.model import User

FIRST_BY_MAIL = BY_MAIL | {RESET_BY_EMAIL, TICKET}
"""First factors that a mailbox proves, or may have proven: invitations are tickets too."""

FIRST: Sequence[Way] = (
    passkeys.FIRST,
    password.WAY,
    codes.FIRST,
    links.WAY,
    tickets.WAY,
    social.WAY,
    web3.WAY,
)
SECOND: Sequence[Way] = (totp.SECOND, codes.SECOND, backup_codes.SECOND)
"""The second factors that people have set up."""
MAILED: Sequence[Way] = (codes.MAILED, links.MAILED)
"""What a mailbox proves after a first factor that was none of its own."""
TRUST: Sequence[Way] = (codes.TRUST, links.WAY)
"""What a device that the person was never seen on is asked for."""


def of(ways: Sequence[Way], strategy: str) -> Way:
    """The way of a strategy. Raises: StrategyNotAllowed."""
    for way in ways:
        if strategy in way.strategies:
            return way
    raise StrategyNotAllowed


def offers(ways: Sequence[Way], instance: Instance, user: User) -> tuple[Offer, ...]:
    """All that is open to a person."""
    return tuple(offer for way in ways for offer in way.offers(instance, user))


def second_ways(first: str | None) -> Sequence[Way]:
    """The ways of a second factor. first: the strategy of the first one."""
    # Two factors have to be two: who has read the mail can read it again.
    return SECOND if first in FIRST_BY_MAIL else (*SECOND, *MAILED)


def ways_on(sign_in: SignIn) -> Sequence[Way]:
    """The ways on from the first factor of a sign-in."""
    if sign_in.status is SignInStatus.NEEDS_CLIENT_TRUST:
        return TRUST
    return second_ways(None if sign_in.first_check is None else sign_in.first_check.strategy)


def leads_in(instance: Instance, user: User) -> bool:
    """Whether any way to sign in is open to a person: an account elsewhere is one."""
    return bool(offers(FIRST, instance, user) or user.external_accounts)


def check_open(ways: Sequence[Way], instance: Instance, user: User | None, strategy: str) -> Way:
    """The way of a strategy that is open to this person.

    Raises: StrategyNotAllowed.
    """
    way = of(ways, strategy)
    if user is None or not way.needs_person:
        return way
    if not any(offer.strategy == strategy for offer in way.offers(instance, user)):
        raise StrategyNotAllowed
    return way
