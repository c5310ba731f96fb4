"""What Stripe's answers are made of."""

import re
from typing import Any

from aiohttp import web


def entitlement(key: str, name: str) -> dict[str, Any]:
    """What a customer is entitled to."""
    feature = {"id": f"feat_{key}", "object": "entitlements.feature", "name": name}
    return {
        "id": f"ent_{key}",
        "object": "entitlements.active_entitlement",
        "lookup_key": key,
        "feature": feature,
    }


def metadata_of(given: dict[str, str]) -> dict[str, str]:
    """The metadata in a form."""
    return {
        found[1]: value
        for name, value in given.items()
        if (found := re.fullmatch(r"metadata\[(\w+)\]", name))
    }


def missing() -> web.Response:
    """There is no such object."""
    return error(404, "invalid_request_error", "No such object", code="resource_missing")


def error(status: int, kind: str, message: str, **more: str) -> web.Response:
    """Something is refused."""
    return web.json_response({"error": {"type": kind, "message": message, **more}}, status=status)
