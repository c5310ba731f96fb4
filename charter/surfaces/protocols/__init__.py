"""What the RFCs say to serve, at the paths they name."""

from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.protocols.jwks import KeySet


def routes(platform: Platform) -> list[tuple[str, Any]]:
    """Path and resource. The instance is that of the host, or named in the path."""
    key_set = KeySet(platform)
    return [
        ("/.well-known/jwks.json", key_set),
        ("/i/{instance_id}/.well-known/jwks.json", key_set),
    ]
