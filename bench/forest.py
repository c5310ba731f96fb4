"""The rows of very many accounts: names that share words, statuses, and trees ten levels deep."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from charter.core.organizations.naming import search_text
from charter.kernel.ids import new_id


def _words(text: str) -> list[str]:
    return text.split()


NAMESAKES = 10
"""How many accounts share the first word of their names: what a search for it finds."""
DEPTH = 10
BUSH = (2, 4, 8, 16, 20, 20, 20, 20, 20, 20)
"""How many accounts each level below the top of a bush has."""
BUSHES = 20
"""How many bushes there are, and how many chains."""
PAST = timedelta(days=3 * 365)
CONSONANTS, VOWELS = "bcdfgklmnprstvz", "aeio"
SYLLABLES = [first + second for first, second in itertools.product(CONSONANTS, VOWELS)]
TRADES = _words(
    "Tools Foods Energy Logistics Media Health Motors Books Optics Systems Travel Textiles "
    "Studios Labs Partners Gardens Robotics Paper Glass Marine"
)
FORMS = _words("GmbH Inc Ltd SA AG BV Oy AB")
STATUSES = {"active": 80, "trial": 10, "past_due": 4, "suspended": 4, "closed": 2}
"""Of a hundred accounts, how many are so."""
COLUMNS = (
    "instance_id id name slug parent_id status max_allowed_memberships role_set_id "
    "public_metadata search_text created_at updated_at"
)


@dataclass(frozen=True)
class Account:
    """An account as searches look for it."""

    id: str
    name: str
    status: str
    made_at: datetime


@dataclass
class Forest:
    """The accounts of one instance, made from a seed, as rows for COPY.

    tops: the ids that bushes stand below. drawn: accounts drawn at random. step: the time between
    two that were made.
    """

    instance_id: str
    role_set_id: str
    number: int
    targets: int
    chance: random.Random = field(default_factory=lambda: random.Random(13))
    drawn: list[Account] = field(default_factory=list)
    tops: list[str] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def step(self) -> timedelta:
        """The time between two accounts, one made after the other."""
        return PAST / self.number

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Trees among accounts without any, in the order in which they were made."""
        words = self._first_words()
        chosen = set(self.chance.sample(range(self.number), self.targets))
        statuses = [name for name, share in STATUSES.items() for _ in range(share)]
        trees = self._places()
        starts = {each * self.number // (len(trees) + 1) for each in range(1, len(trees) + 1)}
        standing: list[int | None] = []
        ids: list[str] = []
        for place in range(self.number):
            if place in starts and not standing:
                standing, ids = trees.pop(), []
            made_at = self.now - PAST + place * self.step
            name = " ".join(map(self.chance.choice, (words, TRADES, FORMS)))
            account = Account(new_id("org_", made_at), name, self.chance.choice(statuses), made_at)
            if place in chosen:
                self.drawn.append(account)
            above = None
            if standing:
                parent = standing.pop()
                above = None if parent is None else ids[parent]
                ids.append(account.id)
                if parent is None:
                    self.tops.append(account.id)
            yield self._row(account, above, f"{name}-{place}".lower().replace(" ", "-"))

    def _row(self, account: Account, above: str | None, slug: str) -> tuple[Any, ...]:
        found_by = search_text(account.name, slug)
        return (
            *(self.instance_id, account.id, account.name, slug, above, account.status, 0),
            *(self.role_set_id, {"sector": "trade"}, found_by, account.made_at, account.made_at),
        )

    def _first_words(self) -> list[str]:
        """Of no two of them all letters but the first are the same."""
        tails = list(itertools.product(VOWELS, SYLLABLES, SYLLABLES, SYLLABLES))
        chosen = self.chance.sample(tails, self.number // NAMESAKES)
        return [self.chance.choice(CONSONANTS).upper() + "".join(each) for each in chosen]

    def _places(self) -> list[list[int | None]]:
        """Trees: of each account, the last one first, the place in its tree of the one above."""
        chain: list[int | None] = [None, *range(DEPTH)]
        bush: list[int | None] = [None]
        above = range(1)
        for width in BUSH:
            below = range(len(bush), len(bush) + width)
            bush += [above[each % len(above)] for each in range(width)]
            above = below
        return [each[::-1] for each in (chain, bush) for _ in range(BUSHES)]
