"""Arguments for what is done with applications, and with people as directories know them."""

from collections.abc import Callable
from typing import Any

from charter.core.applications.model import ApplicationPatch
from charter.core.people.model import IdentityPatch, PersonAddress, PersonPatch
from charter.kernel.lists import Search
from tests.cast import Cast


def application(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"application_id": cast["application"], **more}


def person(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"user_id": cast["user"], **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "applications.create": lambda cast: {"organization_id": cast["organization"], "name": "Other"},
    "applications.delete": application(),
    "applications.get": application(),
    "applications.search": lambda cast: {
        "organization_id": cast["organization"],
        "search": Search(),
    },
    "applications.update": application(patch=ApplicationPatch(name="Renamed")),
    "people.create": lambda _: {
        "patch": PersonPatch(email_addresses=[PersonAddress("fresh@example.com")])
    },
    "people.erase": person(),
    "people.get": person(),
    "people.get_living": person(),
    "people.search": lambda _: {"search": Search()},
    "people.update": person(patch=PersonPatch(identity=IdentityPatch(display_name="Renamed"))),
}
"""Every operation, with what makes its arguments."""
