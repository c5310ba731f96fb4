"""Our route tables beside the documented operations."""

import functools
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from types import UnionType
from typing import Any

import falcon.inspect
import msgspec

from charter.wire.call import Call
from charter.wire.dialect import Dialect
from tests.contract.catalogue import Catalogue, Operation, shape_of

# Groups that are served whole, named as the document tags them.
COMPLETE_GROUPS = (
    "JWKS",
    "Users",
    "Email Addresses",
    "Phone Numbers",
    "Sessions",
    "Clients",
    "Organizations",
    "Organization Memberships",
    "Organization Invitations",
    "Organization Roles",
    "Organization Permissions",
    "Role Sets",
    "Invitations",
    "Sign-in Tokens",
    "Organization Domains",
    "Waitlist Entries",
    "Sign Ups",
    "Redirect URLs",
    "JWT Templates",
    "Allow-list / Block-list",
    "Machines",
    "M2M Tokens",
    "Testing Tokens",
    "Domains",
    "Proxy Checks",
    "Webhooks",
    "Miscellaneous",
    "SAML Connections",
    "Enterprise Connections",
    "SCIM Directories",
    "Directories",
    "Admin Portal Link Tokens",
    "OAuth Applications",
    "OAuth Access Tokens",
    "Agent Tasks",
    "Billing",
)

# Operations of those groups that wait for another part of the product.
WAITING = {
    "ListUserTrustedDevices": "trusted devices",
    "RevokeUserTrustedDevice": "trusted devices",
    "CreateEnterpriseConnectionTestRun": "signing in through a company",
    "ListEnterpriseConnectionTestRuns": "signing in through a company",
}

# What a browser needs of the Frontend API and is served whole.
COMPLETE_TIERS = ("0", "1", "2 profile", "2 organizations")
# Of a later tier, yet served whole, named as the document tags it.
COMPLETE_EARLY = "API Keys"

# Stands before the same pages a second time, for a proxy that passes on nothing else.
FOR_BROWSERS = "/frontend"


@dataclass(frozen=True)
class Served:
    """A route of ours, reduced to what a caller may send to it."""

    method: str
    path: str
    query: frozenset[str]
    fields: frozenset[str]

    @property
    def shape(self) -> tuple[str, str]:
        """Method and path with the parameters' names left out."""
        return self.method, shape_of(self.path)


@functools.cache
def served_routes(door: str = "backend") -> dict[tuple[str, str], Served]:
    """Every route of a door by its shape; of the Frontend API also the pages that browsers get."""
    pages = served_pages() if door == "frontend" else []
    return {route.shape: route for route in [*pages, *served_calls(door)]}


def served_calls(door: str) -> list[Served]:
    """The route table of a door."""
    from charter.server import DIALECTS

    return [
        Served(
            call.method,
            call.path.removeprefix("/v1"),
            frozenset(query_of(call, dialect)),
            frozenset(body_of(call)),
        )
        for dialect in DIALECTS
        for call in dialect.calls
        if dialect.name == door
    ]


def served_pages() -> list[Served]:
    """What the server answers to browsers beside its doors."""
    from charter.server import DIALECTS, create_app
    from charter.settings import Settings

    # Nothing is opened: the routes are all that is asked of it.
    app = create_app(
        Settings(
            mode="development",
            database_url="postgresql://localhost/none",
            encryption_keys=(("none", bytes(32)),),
            blobs_url="memory:///",
        )
    )
    mounts = tuple(dialect.mount + "/" for dialect in DIALECTS)
    return [
        Served(method.method, route.path, *taken(method.method, route.path))
        for route in falcon.inspect.inspect_routes(app)
        for method in route.methods
        if not method.internal and not route.path.startswith((*mounts, FOR_BROWSERS))
    ]


def taken(method: str, path: str) -> tuple[frozenset[str], frozenset[str]]:
    """What an endpoint of a protocol takes, in its query and in its body."""
    from charter.surfaces.protocols.oauth import TAKES

    names = TAKES.get(path, frozenset[str]())
    return (names, frozenset()) if method == "GET" else (frozenset(), names)


def query_of(call: Call, dialect: Dialect) -> Iterable[str]:
    """The names of the query parameters that a call declares."""
    yield from fields_of(call.query)
    if call.lists is not None:
        yield from (param.name for param in call.lists.filters)
        yield from dialect.list_parameters(call)


def body_of(call: Call) -> Iterable[str]:
    """The names of the fields that a call declares, in JSON or in a form."""
    yield from fields_of(call.body)
    if call.upload is not None:
        yield from (call.upload, *call.upload_texts)


def fields_of(body: Any) -> set[str]:
    """The wire names of a body's fields; of its entries' fields where the body is a list."""
    if isinstance(body, type) and issubclass(body, msgspec.Struct):
        return {field.encode_name for field in msgspec.structs.fields(body)}
    inner = typing.get_args(body)
    if typing.get_origin(body) in {list, tuple, typing.Annotated, typing.Union, UnionType}:
        return {name for part in inner for name in fields_of(part)}
    return set()


def documented(group: str) -> list[Operation]:
    """The documented operations of a group, in the document's order."""
    return [each for each in Catalogue.load().operations if each.tag == group]


def in_tier(tier: str) -> list[Operation]:
    """The documented operations of a tier of the Frontend API, in the document's order."""
    return [each for each in Catalogue.load("frontend").operations if each.tier == tier]


def tiers() -> list[str]:
    """The tiers of the Frontend API, the earliest first."""
    return sorted({each.tier for each in Catalogue.load("frontend").operations})


def expected() -> list[Operation]:
    """The operations of the Frontend API that are served whole."""
    operations = Catalogue.load("frontend").operations
    return [
        each for each in operations if each.tier in COMPLETE_TIERS or each.tag == COMPLETE_EARLY
    ]


def lacking(operation: Operation, route: Served) -> list[str]:
    """What the document lets a caller send to an operation and our route does not declare."""
    fields = operation.body.fields if operation.body else frozenset[str]()
    query = operation.query - operation.door.transport
    return [
        *(f"query parameter {name}" for name in sorted(query - route.query)),
        *(f"body field {name}" for name in sorted(fields - route.fields)),
    ]
