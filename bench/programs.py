"""The rows of programs: machines with their tokens, and the API keys of people."""

from dataclasses import dataclass, field

from bench.people import NOW, People, Rows
from bench.sizes import TARGETS
from charter.core.api_keys.model import SECRET_PREFIX
from charter.core.m2m_tokens.model import TOKEN_PREFIX
from charter.kernel.ids import hex_id, new_id
from charter.kernel.secrets import digest, new_secret

MACHINES = 100


@dataclass
class Programs:
    """A key for each user, and as many tokens of machines; of some their secrets are kept."""

    people: People
    machine_ids: list[str] = field(default_factory=list)
    made_keys: list[str] = field(default_factory=list)
    made_tokens: list[str] = field(default_factory=list)

    def machines(self) -> Rows:
        """Machines without a secret: they are only spoken of."""
        for number in range(MACHINES):
            machine_id = new_id("mch_", NOW)
            self.machine_ids.append(machine_id)
            yield (self.people.instance_id, machine_id, f"Machine {number}", 3600, NOW, NOW)

    def m2m_tokens(self) -> Rows:
        """Opaque tokens, each of a machine that may reach ten others."""
        for number in range(len(self.people.user_ids)):
            secret = self._secret(TOKEN_PREFIX, number, self.made_tokens)
            own = number % MACHINES
            scopes = (self.machine_ids * 2)[own + 1 : own + 11]
            row = (hex_id(TOKEN_PREFIX), self.machine_ids[own], {"team": "billing"}, scopes)
            until = NOW.replace(year=NOW.year + 1, day=1)
            yield (self.people.instance_id, *row, digest(secret), b"", until, NOW, NOW)

    def api_keys(self) -> Rows:
        """A key of each user."""
        for number, user_id in enumerate(self.people.user_ids):
            secret = self._secret(SECRET_PREFIX, number, self.made_keys)
            row = (hex_id(SECRET_PREFIX), "api_key", user_id, "bench", {"team": "billing"})
            scopes = ["read:invoices", "write:invoices"]
            yield (self.people.instance_id, *row, scopes, digest(secret), b"", NOW, NOW)

    def _secret(self, prefix: str, number: int, kept: list[str]) -> str:
        """A secret; of TARGETS of them, spread over all, the bench shows them again."""
        secret = new_secret(prefix)
        if number % (len(self.people.user_ids) // TARGETS) == 0 and len(kept) < TARGETS:
            kept.append(secret)
        return secret
