"""SCIM 2.0: a company's directory provisions the users of an application. RFC 7643 and 7644."""

from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.accounts.scim.discovery import DOCUMENTS, MOUNT
from charter.surfaces.accounts.scim.resources import Document, Nothing, Searching, User, Users
from charter.wire.serving import Limits


def routes(platform: Platform, limits: Limits) -> list[tuple[str, Any]]:
    """Path and resource."""
    resources = {
        "/Users": Users(platform, limits),
        "/Users/.search": Searching(platform, limits),
        "/.search": Searching(platform, limits),
        "/Users/{user_id}": User(platform, limits),
        "/{_kind}": Nothing(platform, limits),
        "/{_kind}/{_name}": Nothing(platform, limits),
        **{path: Document(platform, limits, path) for path in DOCUMENTS},
    }
    return [(MOUNT + path, resource) for path, resource in resources.items()]
