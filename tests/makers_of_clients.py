"""Arguments for the operations of account clients, their keys and their tokens."""

from collections.abc import Callable
from typing import Any

from charter.core.account_clients.model import AccountClientPatch, NewAccountClient
from charter.kernel.lists import Search
from tests.cast import Cast


def client(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"client_id": cast["account_client"], **more}


def of_organization(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"organization_id": cast["organization"], **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "account_client_keys.create": client(),
    "account_client_keys.publish": client(),
    "account_client_keys.retire": lambda cast: {"key_id": cast["client_key"]},
    "account_client_keys.rotate": client(),
    "account_client_keys.search": client(),
    "account_clients.create": lambda _: {"new": NewAccountClient(name="Fresh")},
    "account_clients.create_for_organization": of_organization(new=NewAccountClient()),
    "account_clients.delete": client(),
    "account_clients.get": client(),
    "account_clients.search": lambda _: {"search": Search()},
    "account_clients.search_of_organization": of_organization(search=Search()),
    "account_clients.update": client(patch=AccountClientPatch(name="Renamed")),
}
