"""The headers of whatever a browser may show as a page, whichever part of the server wrote it."""

from types import MappingProxyType

COMMON = MappingProxyType(
    {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
)
# Browsers heed it over https only: a development server's http stays reachable.
STRICT_TRANSPORT_SECURITY = MappingProxyType(
    {"strict-transport-security": "max-age=63072000; includeSubDomains"}
)
