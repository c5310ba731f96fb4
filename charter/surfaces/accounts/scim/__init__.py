"""SCIM 2.0: a company's directory provisions the users of an application. RFC 7643 and 7644."""

from collections.abc import Mapping
from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.accounts.scim.discovery import discovered
from charter.surfaces.accounts.scim.resources import Document, Nothing, Searching, User, Users
from charter.wire.serving import Limits

MOUNT = "/accounts/scim/v2"
PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "/scim/v2/Users": ("GET", "POST"),
    "/scim/v2/Users/{user_id}": ("GET", "PUT", "PATCH", "DELETE"),
    "/scim/v2/Users/.search": ("POST",),
    "/scim/v2/.search": ("POST",),
    "/scim/v2/ServiceProviderConfig": ("GET",),
    "/scim/v2/ResourceTypes": ("GET",),
    "/scim/v2/Schemas": ("GET",),
}
"""The methods of each path below the mount of the door."""


def routes(platform: Platform, limits: Limits) -> list[tuple[str, Any]]:
    """Path and resource."""
    base = platform.addresses.api_url + MOUNT
    return [
        (MOUNT + "/Users", Users(platform, limits, base)),
        (MOUNT + "/Users/.search", Searching(platform, limits, base)),
        (MOUNT + "/.search", Searching(platform, limits, base)),
        (MOUNT + "/Users/{user_id}", User(platform, limits, base)),
        (MOUNT + "/{_kind}", Nothing(platform, limits, base)),
        (MOUNT + "/{_kind}/{_name}", Nothing(platform, limits, base)),
        *(
            (MOUNT + path, Document(platform, limits, base, document))
            for path, document in discovered(base).items()
        ),
    ]
