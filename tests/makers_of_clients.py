"""Arguments for the operations of account clients, their keys and their tokens."""

from collections.abc import Callable
from typing import Any

from charter.core.account_clients.model import AccountClientPatch, NewAccountClient
from charter.core.account_tokens.model import Asked, Credentials
from charter.core.oauth_authorizations.account_ids import shown
from charter.kernel.lists import Search
from tests.cast import Cast


def client(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"client_id": cast["account_client"], **more}


def of_organization(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"organization_id": cast["organization"], **more}


def shown_by(cast: Cast) -> Credentials:
    made = cast.facts["app_client"]
    return Credentials(client_id=shown(made.application.id), secret=made.secret)


def of_token(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {
        "token": cast.facts["account_tokens"].access_token,
        "credentials": shown_by(cast),
        **more,
    }


FAILING = {
    "account_devices.claim": "no device shows this code",
    "account_devices.decide": "as above",
    "account_tokens.derive": "who calls by no login token of a client gets none",
}
MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "account_client_keys.create": client(),
    "account_client_keys.publish": client(),
    "account_client_keys.retire": lambda cast: {"key_id": cast["client_key"]},
    "account_client_keys.rotate": client(),
    "account_client_keys.search": client(),
    "account_devices.claim": lambda _: {"user_code": "BBBB-BBBB"},
    "account_devices.decide": lambda _: {"user_code": "BBBB-BBBB", "is_allowed": True},
    "account_devices.start": lambda cast: {
        "credentials": Credentials(client_id=shown(cast.facts["device_client"].application.id))
    },
    "account_tokens.derive": of_organization(),
    "account_tokens.describe_person": lambda cast: {
        "access_token": cast.facts["account_tokens"].access_token
    },
    "account_tokens.exchange": lambda cast: {
        "asked": Asked(grant_type="client_credentials"),
        "credentials": shown_by(cast),
    },
    "account_tokens.introspect": of_token(),
    "account_tokens.revoke": of_token(),
    "account_clients.create": lambda _: {"new": NewAccountClient(name="Fresh")},
    "account_clients.create_for_organization": of_organization(new=NewAccountClient()),
    "account_clients.delete": client(),
    "account_clients.get": client(),
    "account_clients.search": lambda _: {"search": Search()},
    "account_clients.search_of_organization": of_organization(search=Search()),
    "account_clients.update": client(patch=AccountClientPatch(name="Renamed")),
}
