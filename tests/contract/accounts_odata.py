"""The operations of the Accounts API with OData queries, as its pages describe them.

`documented`: the page has method, path, request and answer; `in part`: it begins and breaks off;
`extension`: of the standard, or what the rest cannot do without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from charter.surfaces import odata
from charter.wire.call import Call
from tests.contract.catalogue import shape_of


@dataclass(frozen=True)
class Row:
    """An operation: variables of its path stand as `{}`. fields: of its body."""

    method: str
    path: str
    purpose: str
    mark: str = "documented"
    fields: tuple[str, ...] = ()


ROWS = (
    Row(
        "POST",
        "/accounts/signup",
        "a new user with a new account",
        fields=("email", "password", "firstName", "lastName", "accountName", "country"),
    ),
    Row(
        "POST",
        "/accounts",
        "a new account for the caller",
        fields=("name", "description", "primaryContact"),
    ),
    Row("GET", "/accounts", "a list with filter, order and window"),
    Row("GET", "/accounts/{}", "one, by number or by name"),
    Row("PUT", "/accounts/{}", "change it", fields=("name", "description", "status")),
    Row(
        "POST",
        "/accounts/{}/users",
        "make a user and ask them to join",
        fields=("email", "firstName", "lastName", "roles"),
    ),
    Row("POST", "/accounts/{}/users/{}", "attach a user", fields=("roles",)),
    Row("PUT", "/accounts/{}/users/{}", "replace roles, set status", fields=("roles", "status")),
    Row("PUT", "/accounts/{}/users/{}/invite", "send the invitation again"),
    Row("DELETE", "/accounts/{}/users/{}", "detach a user"),
    Row("DELETE", "/accounts/{}", "delete the account"),
    Row(
        "POST",
        "/users/signup",
        "a user without an account",
        fields=("email", "password", "firstName", "lastName"),
    ),
    Row("GET", "/users", "a list"),
    Row("GET", "/users/{}", "one, by number or by username"),
    Row("PATCH", "/users/{}", "edit", fields=("firstName", "lastName", "status")),
    Row("POST", "/users", "create", "in part", fields=("email",)),
    Row(
        "POST",
        "/users/verify",
        "prove an address after signing up",
        "extension",
        ("emailAddressId", "verificationId", "code"),
    ),
    Row("GET", "/accounts/$count", "how many there are", "extension"),
    Row("GET", "/users/$count", "how many there are", "extension"),
    Row("GET", "/accounts/{}/users", "the users of an account", "extension"),
)


def served() -> Mapping[tuple[str, str], Call]:
    """The door's calls by method and shape of their path."""
    return {(call.method, shape_of(call.path)): call for call in odata.DIALECT.calls}


def lacking(row: Row) -> tuple[str, ...]:
    """The fields of a row's body that its call does not take; all, where there is no call."""
    call = served().get((row.method, row.path))
    if call is None:
        return row.fields or ("everything",)
    taken = getattr(call.body, "__struct_encode_fields__", ())
    return tuple(name for name in row.fields if name not in taken)
