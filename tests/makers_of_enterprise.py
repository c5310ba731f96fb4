"""Arguments for the operations of enterprise connections and their directories."""

from collections.abc import Callable
from typing import Any

from charter.core.directories.model import DirectoryPatch, NewDirectory
from charter.core.enterprise_connections.model import (
    EnterpriseConnectionPatch,
    NewEnterpriseConnection,
    NewSamlConnection,
    Provider,
    SamlConnectionPatch,
    SamlPatch,
)
from charter.kernel.lists import Search
from tests.cast import Cast


def connection(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"connection_id": cast["enterprise_connection"], **more}


def directory(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"directory_id": cast["directory"], **more}


FAILING = {
    "admin_portal.configure": "its browser came in by a link",
    "admin_portal.look": "its browser came in by a link",
}
"""Operations that do not succeed with these, and why."""

MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "admin_portal.configure": connection(saml=SamlPatch()),
    "admin_portal.create_link_token": lambda cast: {"organization_id": cast["organization"]},
    "admin_portal.enter": lambda cast: {"token": cast.facts["link_secret"]},
    "admin_portal.look": lambda _: {},
    "admin_portal.revoke_link_token": lambda cast: {"token_id": cast["link_token"]},
    "directories.create": lambda cast: {
        "new": NewDirectory(connection_id=cast["spare_connection"], provider="okta")
    },
    "directories.delete": directory(),
    "directories.get": directory(),
    "directories.rotate_key": directory(),
    "directories.search": lambda _: {"search": Search()},
    "directories.search_group_mappings": directory(search=Search()),
    "directories.update": directory(patch=DirectoryPatch(name="Renamed")),
    "enterprise_connections.create": lambda cast: {
        "new": NewEnterpriseConnection(
            name="Fresh",
            provider=Provider.OIDC_CUSTOM,
            domains=["fresh.test"],
            organization_id=cast["organization"],
        )
    },
    "enterprise_connections.delete": connection(),
    "enterprise_connections.get": connection(),
    "enterprise_connections.search": lambda _: {"search": Search()},
    "enterprise_connections.update": connection(patch=EnterpriseConnectionPatch(name="Renamed")),
    "saml_connections.create": lambda cast: {
        "new": NewSamlConnection(
            name="Fresh",
            provider=Provider.SAML_OKTA,
            domain="fresh.test",
            organization_id=cast["organization"],
        )
    },
    "saml_connections.describe": connection(),
    "saml_connections.delete": connection(),
    "saml_connections.get": connection(),
    "saml_connections.search": lambda _: {"search": Search()},
    "saml_connections.update": connection(patch=SamlConnectionPatch(name="Renamed")),
}
"""Every operation, with what makes its arguments."""
