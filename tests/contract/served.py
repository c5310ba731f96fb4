"""Our route tables of the Backend API beside the documented operations."""

import typing
from collections.abc import Iterable
from dataclasses import dataclass
from types import UnionType
from typing import Any

import msgspec

from charter.wire.call import Call
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
)

# Operations of those groups that wait for another part of the product.
WAITING = {
    "GetUserBillingSubscription": "billing",
    "GetUserBillingCreditBalance": "billing",
    "AdjustUserBillingCreditBalance": "billing",
    "GetOrganizationBillingSubscription": "billing",
    "GetOrganizationBillingCreditBalance": "billing",
    "AdjustOrganizationBillingCreditBalance": "billing",
    "GetOAuthAccessToken": "external accounts",
    "DeleteExternalAccount": "external accounts",
    "VerifyTOTP": "second factors",
    "DisableMFA": "second factors",
    "DeleteBackupCode": "second factors",
    "DeleteTOTP": "second factors",
    "UserPasskeyDelete": "passkeys",
    "UserWeb3WalletDelete": "web3 wallets",
    "ListUserTrustedDevices": "trusted devices",
    "RevokeUserTrustedDevice": "trusted devices",
}

# Routes of the door that no document names, yet official clients call.
UNDOCUMENTED = {
    ("GET", "/clients/handshake_payload"): "server-rendered apps fetch their handshake there",
    ("POST", "/accountless_applications"): "framework SDKs start without keys there",
    ("POST", "/accountless_applications/complete"): "the end of such a start",
}


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


def served_routes() -> dict[tuple[str, str], Served]:
    """Every route of the Backend API's door by its shape."""
    from charter.surfaces.backend import CALLS

    routes = [
        Served(call.method, call.path, frozenset(query_of(call)), frozenset(body_of(call)))
        for call in CALLS
    ]
    return {route.shape: route for route in routes}


def query_of(call: Call) -> Iterable[str]:
    """The names of the query parameters that a call declares."""
    from charter.surfaces.backend import DIALECT

    yield from fields_of(call.query)
    if call.lists is not None:
        yield from (param.name for param in call.lists.filters)
        yield from DIALECT.list_parameters(call)


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


def lacking(operation: Operation, route: Served) -> list[str]:
    """What the document lets a caller send to an operation and our route does not declare."""
    fields = operation.body.fields if operation.body else frozenset[str]()
    return [
        *(f"query parameter {name}" for name in sorted(operation.query - route.query)),
        *(f"body field {name}" for name in sorted(fields - route.fields)),
    ]
