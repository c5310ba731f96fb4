"""Where a document and the official clients, or two documents, disagree: what is held to here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Amendment:
    """One field of one named type that may hold more than the document says."""

    schema: str
    field: str
    because: str
    also: tuple[str, ...] = ()
    """Values that the document's closed list forgets."""
    or_null: bool = False
    or_absent: bool = False
    form: str | None = None
    """A pattern in the place of the document's."""

    def made(self, schemas: Mapping[str, Any]) -> dict[str, Any]:
        """The types with this amendment made. Raises: LookupError, where there is no such place."""
        place = schemas[self.schema]
        changed = dict(place)
        if self.or_absent:
            if self.field not in place["required"]:
                raise LookupError(f"{self.schema}.{self.field} is not required")
            changed["required"] = [each for each in place["required"] if each != self.field]
        if self.also or self.or_null or self.form:
            changed["fields"] = place["fields"] | {self.field: self.widened(place)}
        return {**schemas, self.schema: changed}

    def widened(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """The type of the field with more values, with null, or of another form."""
        node = place["fields"][self.field]
        if isinstance(node, str):
            node = {"type": node.removesuffix("?"), "nullable": node.endswith("?")}
        if self.or_null:
            if node.get("nullable"):
                raise LookupError(f"{self.schema}.{self.field} may be null already")
            node = node | {"nullable": True}
        if self.also:
            if known := set(self.also) & set(node["enum"]):
                raise LookupError(f"{self.schema}.{self.field} has {sorted(known)} already")
            node = node | {"enum": [*node["enum"], *self.also]}
        if self.form:
            if node["pattern"] == self.form:
                raise LookupError(f"{self.schema}.{self.field} has this form already")
            node = node | {"pattern": self.form}
        return dict(node)


LINK = Amendment(
    "IdentificationLink",
    "type",
    "the Frontend API gives the same type to custom providers, whose strategies have more in them",
    form=r"^(?:oauth_[a-z0-9_]+|saml)$",
)
BACKEND_AMENDMENTS = (LINK,)
FRONTEND_AMENDMENTS = (
    Amendment(
        "Stubs.Verification.Link",
        "verified_at_client",
        "null until somebody opens the link, as the document says of verification_oauth",
        or_null=True,
    ),
    Amendment(
        "Client.SessionBase",
        "status",
        "a session with open tasks is pending, and one that another took the place of is replaced",
        also=("pending", "replaced"),
    ),
    Amendment(
        "Client.SessionBase-2",
        "status",
        "the session statuses of the Backend API name replaced",
        also=("replaced",),
    ),
    Amendment(
        "Client.User",
        "create_organizations_limit",
        "null is no limit, as in the Backend API",
        or_null=True,
    ),
    Amendment(
        "Client.User",
        "enterprise_accounts",
        "required, yet nowhere described",
        or_absent=True,
    ),
    Amendment(
        "Stubs.Verification.OTP",
        "strategy",
        "the official components begin a sign-up's verification only while it has no strategy",
        or_null=True,
    ),
    Amendment(
        "Stubs.Verification.Web3Signature",
        "strategy",
        "a wallet that waits to be asked has no strategy yet, as an address has none",
        or_null=True,
    ),
)
