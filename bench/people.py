"""The rows of a filled instance: people with names, addresses, organizations, sessions, tokens."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.sizes import MEMBERS, TARGETS, Browser, Size, Token
from charter.core.sessions.beginning import CLIENT_TOKEN_PREFIX
from charter.core.vocabulary import TOKEN_PERMISSIONS
from charter.kernel.ids import new_id
from charter.kernel.secrets import digest, new_secret


def _names(text: str) -> list[str]:
    return text.split()


FIRST = _names(
    "Ada Ali Amara Ana Ben Bo Carla Chen Dana David Elena Emil Fatima Finn Grace Hana Hugo Ines "
    "Ivan Jana Jonas Julia Kai Kofi Lea Leo Lina Luca Maja Maria Mateo Mei Mila Milan Nadia Nils "
    "Noah Nora Olga Omar Oskar Paula Petra Priya Rana Rosa Sam Sara Sofia Tariq Theo Uma Vera Yara"
)
LAST = _names(
    "Abdi Almeida Andersen Bauer Becker Bianchi Brown Castro Chang Cohen Costa Dias Dubois Duran "
    "Eriksen Farah Ferrari Fischer Garcia Gomez Gruber Haas Hansen Hoffmann Ito Ivanova Jensen "
    "Johnson Keller Khan Kim Klein Kowalski Kumar Larsen Lee Lopez Martin Mendes Meyer Moreau "
    "Nguyen Novak Okafor Olsen Park Patel Pereira Petrov Popescu Reyes Rossi Santos Sato Schmidt "
    "Schneider Silva Singh Smith Suzuki Tanaka Toth Vargas Virtanen Wagner Weber Wong Yilmaz"
)
SAME = 5
"""How many people a search for a last name with its number finds."""
NOW = datetime.now(UTC)
SECOND = timedelta(seconds=1)
Rows = Iterator[tuple[Any, ...]]


@dataclass
class People:
    """Everything of one instance, made from a seed, as rows for COPY.

    `role_ids` gives the first member's role and that of the others.
    """

    instance_id: str
    size: Size
    role_set_id: str
    role_ids: tuple[str, str]
    password_digest: str
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    user_ids: list[str] = field(default_factory=list)
    organization_ids: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    session_ids: list[str] = field(default_factory=list)
    made_tokens: list[Token] = field(default_factory=list)
    given: list[tuple[str, str, str | None, datetime]] = field(default_factory=list)
    client_ids: list[str] = field(default_factory=list)
    client_tokens: list[str] = field(default_factory=list)
    browsers: list[Browser] = field(default_factory=list)

    def users(self) -> Rows:
        """People in random order of their names; `given` keeps what other tables need of them."""
        numbers = list(range(self.size.users))
        self.chance.shuffle(numbers)  # namesakes do not lie side by side in the table
        for place, number in enumerate(numbers):
            made_at = NOW - timedelta(days=700) + place * timedelta(days=690) / self.size.users
            first, (last, mark) = self.chance.choice(FIRST), name_of(number)
            user_id = new_id("user_", made_at)
            # The letter parts namesakes, for an address is one person's.
            local = f"{first}.{last}{mark}{'abcde'[number % SAME]}"
            address = f"{local}@{self.chance.choice(('mail', 'post', 'work'))}.example".lower()
            phone = f"+4915{number:09d}" if number % 3 == 0 else None
            self.user_ids.append(user_id)
            self.searches.append(f"{last}{mark}".lower())
            self.given.append((user_id, address, phone, made_at))
            found_by = " ".join(filter(None, (user_id, first, last, address, phone))).lower()
            plan = {"plan": self.chance.choice(("free", "team", "firm")), "seats": number % 40}
            crm = {"crm": {"id": f"c-{number}", "owner": self.chance.choice(LAST)}}
            yield (
                *(self.instance_id, user_id, first, last, "en-US", plan, crm, {"theme": "dark"}),
                *(found_by, made_at + number % 9 * SECOND, made_at, made_at),
            )

    def email_addresses(self) -> Rows:
        """One proven, primary address for each user."""
        for user_id, address, _phone, made_at in self.given:
            row = (new_id("idn_", made_at), user_id, address, address)
            yield (self.instance_id, *row, True, "verified", "admin", made_at, made_at)

    def phone_numbers(self) -> Rows:
        """A proven number for every third user."""
        for user_id, _address, phone, made_at in self.given:
            if phone is not None:
                row = (new_id("idn_", made_at), user_id, phone)
                yield (self.instance_id, *row, True, "verified", "admin", made_at, made_at)

    def passwords(self) -> Rows:
        """The same password for everybody."""
        for user_id, _address, _phone, made_at in self.given:
            yield (self.instance_id, user_id, "argon2id", self.password_digest, made_at)

    def organizations(self) -> Rows:
        """Organizations, made by their first members."""
        for number in range(self.size.organizations):
            made_at = NOW - timedelta(days=9) + number * SECOND
            organization_id = new_id("org_", made_at)
            name = f"{LAST[number % len(LAST)]} {FIRST[number % len(FIRST)]} {number}"
            slug = name.lower().replace(" ", "-")
            self.organization_ids.append(organization_id)
            yield (
                *(self.instance_id, organization_id, name, slug, 0, self.role_set_id),
                *({"sector": "trade"}, f"{organization_id} {name} {slug}".lower()),
                *(made_at, made_at),
            )

    def memberships(self) -> Rows:
        """`MEMBERS` different people in each organization, the first of them its owner."""
        for number, organization_id in enumerate(self.organization_ids):
            for place in range(MEMBERS):
                # Steps of a size that share no factor with the count meet everybody in turn.
                user_id = self.user_ids[(number * 7919 + place * 1009) % len(self.user_ids)]
                made_at = NOW - timedelta(days=8) + (number * MEMBERS + place) * SECOND
                role_id = self.role_ids[min(place, 1)]
                row = (self.instance_id, new_id("orgmem_", made_at), organization_id, user_id)
                yield (*row, role_id, made_at, made_at)

    def clients(self) -> Rows:
        """A client for each session."""
        self.client_ids = [new_id("client_", NOW) for _ in range(TARGETS)]
        self.client_tokens = [new_secret(CLIENT_TOKEN_PREFIX) for _ in range(TARGETS)]
        for client_id, token in zip(self.client_ids, self.client_tokens, strict=True):
            yield (self.instance_id, client_id, digest(token), NOW, NOW)

    def sessions(self) -> Rows:
        """Sessions of different users, each active in its organization."""
        organizations = itertools.cycle(self.organization_ids)
        for number, client_id in enumerate(self.client_ids):
            user_id = self.user_ids[(number * 7919) % len(self.user_ids)]
            until = NOW + timedelta(days=30)
            session_id = new_id("sess_", NOW)
            self.session_ids.append(session_id)
            self.browsers.append(Browser(session_id, self.client_tokens[number]))
            row = (self.instance_id, session_id, user_id, client_id, "active")
            yield (*row, next(organizations), NOW, NOW, until, until, NOW, NOW)

    def tokens(self) -> Rows:
        """Organization tokens, each of another organization."""
        for organization_id in self.chance.sample(self.organization_ids, TARGETS):
            token_id = new_id("otok_", NOW)
            key = "ot_" + hashlib.sha256(token_id.encode()).hexdigest()[:24]
            secret = hashlib.sha256(key.encode()).hexdigest()
            self.made_tokens.append(Token(organization_id, f"{key}:{secret}"))
            row = (self.instance_id, token_id, organization_id, key, "bench", "live")
            yield (*row, sorted(TOKEN_PERMISSIONS), digest(secret), b"", secret[-4:], NOW)


def name_of(number: int) -> tuple[str, int]:
    """The last name of a person and the four digits behind it; SAME people share both."""
    group = number // SAME
    return LAST[group % len(LAST)], 1000 + group // len(LAST) * 7919 % 9000
