"""Requests for every route of the doors, with an id of the right kind wherever one is named."""

import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from charter.surfaces import accounts, backend, odata, rpc
from charter.wire.call import Call
from tests.addressed_kinds import KINDS, KINDS_BY_PATH
from tests.bodies_of_files import BODIES as OF_FILES
from tests.cast import PASSWORD, PICTURE, RECOVERY_CODE, Cast

LOOKS_LIKE_ID = re.compile(r"^id$|_ids?$|Ids?$|_by$")

SMALL = {"default_role_key": "org:admin", "creator_role_key": "org:admin", "roles": ["org:admin"]}
CREDITS = {"amount": 500, "action": "increase", "idempotency_key": "fresh"}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/billing/prices"): {"amount": 500},
    ("POST", "/billing/subscription_items/{subscription_item_id}/extend_free_trial"): {
        "extend_to": (datetime.now(UTC) + timedelta(days=60)).isoformat()
    },
    ("POST", "/organizations/{organization_id}/billing/credits"): CREDITS,
    ("POST", "/users/{user_id}/billing/credits"): CREDITS,
    ("POST", "/actor_tokens"): {"actor": {"sub": "support"}},
    ("POST", "/allowlist_identifiers"): {"identifier": "fresh@example.com"},
    ("POST", "/agents/tasks"): {
        "on_behalf_of": {"identifier": "target@example.com"},
        "permissions": "*",
        "agent_name": "Tester",
        "task_description": "Try it",
        "redirect_url": "http://localhost/",
    },
    ("POST", "/api_keys"): {"name": "Fresh"},
    ("POST", "/api_keys/verify"): {"secret": "x"},
    ("POST", "/blocklist_identifiers"): {"identifier": "fresh@example.com"},
    ("POST", "/clients/verify"): {"token": "x"},
    ("POST", "/domains"): {"name": "other.test", "is_satellite": True},
    ("POST", "/instance/change_domain"): {"home_url": "https://www.moved.test"},
    ("PUT", "/beta_features/domain"): {"home_url": "https://www.moved.test"},
    ("POST", "/proxy_checks"): {"proxy_url": "http://localhost:9/__clerk"},
    ("POST", "/email_addresses"): {"email_address": "fresh@example.com"},
    ("PATCH", "/organizations/{organization_id}/memberships/{user_id}"): {"role": "org:member"},
    ("POST", "/email_addresses/{email_address_id}/attempt_verification"): {
        "verification_id": "x",
        "code": "000000",
    },
    ("POST", "/directories"): {"provider": "okta"},
    ("POST", "/enterprise_connections"): {
        "name": "Fresh",
        "provider": "saml_custom",
        "domains": ["fresh.test"],
    },
    ("POST", "/invitations"): {"email_address": "fresh@example.com", "notify": False},
    ("POST", "/invitations/bulk"): [{"email_address": "fresh@example.com", "notify": False}],
    ("POST", "/m2m_tokens/verify"): {"token": "no secret"},
    ("POST", "/machines"): {"name": "Fresh"},
    ("POST", "/machines/{machine_id}/secret_key/rotate"): {"previous_token_ttl": 60},
    ("POST", "/oauth_applications"): {"name": "Fresh"},
    ("POST", "/oauth_applications/access_tokens/verify"): {"access_token": "no secret"},
    ("POST", "/oauth_applications/{oauth_application_id}/revoke_token"): {"token": "x"},
    ("POST", "/organization_permissions"): {"name": "Write", "key": "org:bills:write"},
    ("POST", "/organization_roles"): {"name": "Fresh", "key": "org:fresh"},
    ("POST", "/organizations"): {"name": "Fresh"},
    ("POST", "/organizations/{organization_id}/domains"): {"name": "fresh.test"},
    ("POST", "/organizations/{organization_id}/invitations"): {
        "email_address": "fresh@example.com",
        "role": "org:member",
        "notify": False,
    },
    ("POST", "/organizations/{organization_id}/invitations/bulk"): [
        {"email_address": "fresh@example.com", "role": "org:member", "notify": False}
    ],
    ("POST", "/organizations/{organization_id}/memberships"): {"role": "org:member"},
    ("POST", "/phone_numbers"): {"phone_number": "+14155550199"},
    ("POST", "/phone_numbers/{phone_number_id}/attempt_verification"): {
        "verification_id": "x",
        "code": "000000",
    },
    ("POST", "/jwt_templates"): {"name": "fresh", "claims": {}},
    ("POST", "/redirect_urls"): {"url": "https://fresh.test/back"},
    ("POST", "/role_sets"): {"name": "Fresh", **SMALL},
    ("POST", "/role_sets/{role_set_key_or_id}/replace"): {"dest_role_set_key": "role_set:default"},
    ("POST", "/role_sets/{role_set_key_or_id}/roles"): {"role_keys": ["org:member"]},
    ("POST", "/role_sets/{role_set_key_or_id}/roles/replace"): {
        "role_key": "org:clerk",
        "to_role_key": "org:member",
    },
    ("POST", "/saml_connections"): {
        "name": "Fresh",
        "provider": "saml_okta",
        "domains": ["fresh.test"],
    },
    ("POST", "/scim_directories"): {"provider": "okta"},
    ("POST", "/sessions/{session_id}/refresh"): {
        "expired_token": "x",
        "refresh_token": "x",
        "request_origin": "http://app.test",
    },
    ("POST", "/users"): {"email_address": ["fresh@example.com"]},
    ("POST", "/users/{user_id}/verify_password"): {"password": PASSWORD},
    ("POST", "/users/{user_id}/verify_totp"): {"code": RECOVERY_CODE},
    ("PUT", "/users/{user_id}/email_address"): {
        "email_address": "fresh@example.com",
        "identification_status": "verified",
    },
    ("PUT", "/users/{user_id}/phone_number"): {
        "phone_number": "+14155550199",
        "identification_status": "verified",
    },
    ("POST", "/webhooks/endpoints"): {"url": "https://fresh.example/"},
    ("POST", "/webhooks/endpoints/{endpoint_id}/replay"): {"since": 1_600_000_000_000},
    ("POST", "/waitlist_entries"): {"email_address": "fresh@example.com"},
    ("POST", "/waitlist_entries/bulk"): [{"email_address": "fresh@example.com"}],
    ("POST", "/accounts"): {"name": "Fresh"},
    ("POST", "/accounts/signup"): {
        "email": "fresh@example.com",
        "password": PASSWORD,
        "accountName": "Fresh",
    },
    ("POST", "/accounts/{account}/users"): {"email": "fresh@example.com", "roles": ["viewer"]},
    ("POST", "/accounts/{account}/users/{member}"): {"roles": ["viewer"]},
    ("PUT", "/accounts/{account}/users/{member}"): {"roles": ["viewer"]},
    ("POST", "/users/signup"): {"email": "fresh@example.com", "password": PASSWORD},
    ("POST", "/users/verify"): {"verificationId": "x", "code": "000000"},
    ("POST", "/create"): {"name": "Fresh"},
    ("POST", "/invitations/accept"): {"token": "x"},
    ("POST", "/invitations/create"): {"email": "fresh@example.com"},
    ("POST", "/join-codes/join"): {"code": "x"},
    ("POST", "/members/set-role"): {"role": "member"},
    ("POST", "/update"): {"name": "Fresh"},
}
"""What a route has to be told beside ids, by method and path."""
DELETION = {"query": "currency:usd"}
SUBSCRIPTIONS = "/api/accounts/{account_id}/subscriptions"
BODIES_BY_DOOR: dict[str, dict[tuple[str, str], Any]] = {
    "odata": {("POST", "/users"): {"email": "fresh@example.com"}},
    "accounts": {
        ("POST", "/api/accounts/{account_id}/applications"): {"name": "Fresh"},
        **OF_FILES,
        ("POST", "/api/accounts/{account_id}/accounts"): {"name": "Fresh"},
        ("POST", "/api/accounts/{account_id}/clients"): {"name": "Fresh"},
        ("POST", "/api/applications/{application_id}/clients"): {"name": "Fresh"},
        ("POST", "/api/accounts/{account_id}/invite"): {
            "email": "fresh@example.com",
            "role": "viewer",
        },
        ("POST", "/api/accounts/{account_id}/members"): {"role": "viewer"},
        ("PATCH", "/api/accounts/{account_id}/members/{user_id}"): {"role": "viewer"},
        ("POST", "/api/accounts/{account_id}/invoices/delete"): DELETION,
        ("POST", "/api/accounts/{account_id}/invoices/delete-by-query"): DELETION,
        ("POST", "/api/accounts/{account_id}/payments"): {"amount_cents": 5, "currency": "usd"},
        ("POST", "/api/accounts/{account_id}/payments/delete"): DELETION,
        ("POST", "/api/accounts/{account_id}/payments/delete-by-query"): DELETION,
        ("PATCH", "/api/payments/{payment_id}"): {"metadata": {"plan": "max"}},
        ("POST", f"{SUBSCRIPTIONS}/stripe/checkout-session"): {
            "price_id": "price_1",
            "success_url": "http://localhost:3000/back",
            "cancel_url": "http://localhost:3000/back",
        },
        ("POST", f"{SUBSCRIPTIONS}/stripe/portal-session"): {
            "return_url": "http://localhost:3000/back"
        },
        ("POST", f"{SUBSCRIPTIONS}/change"): {"quantity": 2},
        ("POST", "/api/applications/{application_id}/accounts/search"): {"query": "status:active"},
        ("POST", "/api/applications/{application_id}/register"): {
            "name": "Fresh",
            "email": "fresh@example.com",
        },
        ("POST", "/api/applications/{application_id}/users"): {"email": "fresh@example.com"},
        ("POST", "/api/applications/{application_id}/users/search"): {"query": "status:active"},
    },
}
"""The same, where another door has a route of this name."""
QUERIES = {("GET", "/clients/handshake_payload"): {"nonce": "x"}}
"""The same, for queries."""


@dataclass(frozen=True)
class Place:
    """Where a route names an id: in its path, its body or its query."""

    where: str
    name: str
    kind: str
    is_list: bool = False
    is_required: bool = True


@dataclass(frozen=True)
class Route:
    """A call of a door."""

    door: str
    mount: str
    call: Call
    places: tuple[Place, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.door} {self.call.method} {self.call.path}"

    @property
    def body(self) -> Any:
        """What its body has to say beside ids."""
        key = (self.call.method, self.call.path)
        return BODIES_BY_DOOR.get(self.door, {}).get(key) or BODIES.get(key, {})

    def request(self, cast: Cast, ids: Mapping[Place, str]) -> dict[str, Any]:
        """A request with the cast's ids where one is required, and with `ids`."""
        chosen = {place: cast[place.kind] for place in self.places if place.is_required}
        chosen |= ids
        path = self.call.path
        query: dict[str, Any] = dict(QUERIES.get((self.call.method, path), {}))
        body = self.body
        body = dict(body) if isinstance(body, dict) else [dict(each) for each in body]
        for place, given in chosen.items():
            value: Any = [given] if place.is_list else given
            if place.where == "path":
                path = path.replace(f"{{{place.name}}}", given)
            elif place.where == "query":
                query[place.name] = value
            else:
                for each in body if isinstance(body, list) else [body]:
                    each[place.name] = value
        path = path.replace("{template_name}", "hasura")
        path = path.replace("{template_type}/{slug}", "email/verification_code")
        path = path.replace("{template_type}", "email")
        made: dict[str, Any] = {"method": self.call.method, "url": self.mount + path}
        made["params"] = query
        if self.call.upload is not None:
            made["files"] = {self.call.upload: ("picture.png", PICTURE, "image/png")}
        elif self.call.body is not None:
            made["json"] = body
        return made


def kind_of(name: str, path: str) -> str | None:
    """The kind of thing that a name stands for in a route; None if it is no id of ours."""
    for (known, start), kind in KINDS_BY_PATH.items():
        if known == name and path.startswith(start):
            return kind
    return KINDS.get(name)


def fields_of(struct: Any) -> Iterator[msgspec.structs.FieldInfo]:
    """The fields of a body or a query; of its entries where it is a list."""
    if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
        yield from msgspec.structs.fields(struct)
    for inner in typing.get_args(struct):
        yield from fields_of(inner)


def _is_list(kind: Any) -> bool:
    options = (kind, *typing.get_args(kind))
    return any(typing.get_origin(option) in (list, tuple) for option in options)


def _needs(call: Call, name: str) -> bool:
    """Whether the operation has no default for what a name stands for."""
    parameter = call.operation.parameters.get(call.names.get(name, name))
    return parameter is not None and parameter.default is inspect.Parameter.empty


def names_of(call: Call) -> Iterator[tuple[str, str, bool, bool]]:
    """Every name that a route takes: where, name, whether it is a list and is required."""
    for name in call.path_names:
        yield "path", name, False, True
    for where, struct in (("body", call.body), ("query", call.query)):
        for each in fields_of(struct):
            if each.encode_name not in call.ignores:
                is_required = each.required or _needs(call, each.encode_name)
                yield where, each.encode_name, _is_list(each.type), is_required
    for param in call.lists.filters if call.lists else ():
        yield "query", param.name, False, False


def routes() -> list[Route]:
    """Every route of the doors."""
    found = []
    for dialect in (backend.DIALECT, rpc.DIALECT, odata.DIALECT, accounts.DIALECT):
        for call in dialect.calls:
            places = tuple(
                Place(where, name, kind, is_list, is_required)
                for where, name, is_list, is_required in names_of(call)
                if (kind := kind_of(name, call.path)) is not None
            )
            found.append(Route(dialect.name, dialect.mount, call, places))
    return found
