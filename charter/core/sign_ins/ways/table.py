"""All ways, in the order in which pages offer them."""

from collections.abc import Sequence

from charter.core.checks.model import StrategyNotAllowed
from charter.core.instances.model import Instance
from charter.core.sign_ins.model import Offer
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
from charter.core.users.model import User

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
TRUST: Sequence[Way] = (codes.TRUST,)


def of(ways: Sequence[Way], strategy: str) -> Way:
    """The way of a strategy. Raises: StrategyNotAllowed."""
    for way in ways:
        if strategy in way.strategies:
            return way
    raise StrategyNotAllowed


def offers(ways: Sequence[Way], instance: Instance, user: User) -> tuple[Offer, ...]:
    """All that is open to a person."""
    return tuple(offer for way in ways for offer in way.offers(instance, user))


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
