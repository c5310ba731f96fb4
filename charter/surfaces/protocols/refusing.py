"""How a protocol refuses: with the words of OAuth, whatever the core calls it."""

import msgspec
from falcon.asgi import Response

from charter.kernel.errors import DomainError, Kind
from charter.surfaces.protocols.reading import as_text

ERRORS: dict[str, tuple[int, str]] = {
    "audience_not_allowed": (400, "invalid_target"),
    "insufficient_scope": (403, "insufficient_scope"),
    "login_token_needed": (400, "invalid_grant"),
    "no_active_signing_key": (503, "temporarily_unavailable"),
    "oauth_client_invalid": (401, "invalid_client"),
    "oauth_client_not_allowed": (400, "unauthorized_client"),
    "oauth_grant_invalid": (400, "invalid_grant"),
    "oauth_grant_type_unsupported": (400, "unsupported_grant_type"),
    "oauth_redirect_invalid": (400, "invalid_request"),
    "oauth_request_invalid": (400, "invalid_request"),
    "oauth_scope_invalid": (400, "invalid_scope"),
    "oauth_token_invalid": (401, "invalid_token"),
    "oauth_token_self_contained": (400, "unsupported_token_type"),
    "organization_closed": (400, "invalid_target"),
    "organization_suspended": (400, "invalid_target"),
    "organization_unpaid": (400, "invalid_target"),
    "registration_disabled": (422, "invalid_request"),
}
"""Core code → status and error."""
KINDS = {
    Kind.NOT_FOUND: (404, "invalid_request"),
    Kind.RATE_LIMITED: (429, "temporarily_unavailable"),
    Kind.TOO_LARGE: (413, "invalid_request"),
    Kind.NOT_IMPLEMENTED: (501, "invalid_request"),
    Kind.UNAVAILABLE: (503, "temporarily_unavailable"),
}
CHALLENGES = {
    "invalid_client": 'Basic realm="oauth"',
    "invalid_token": 'Bearer error="invalid_token"',
    "insufficient_scope": 'Bearer error="insufficient_scope", scope="openid"',
}


def refuse(response: Response, refusal: DomainError) -> None:
    """Answer with an error. Source: RFC 6749, section 5.2; RFC 6750, section 3."""
    status, error = ERRORS.get(refusal.code, KINDS.get(refusal.kind, (400, "invalid_request")))
    write(response, {"error": error, "error_description": as_text(refusal)}, status)
    if error in CHALLENGES:
        response.set_header("www-authenticate", CHALLENGES[error])
    seconds = refusal.meta.get("retry_after_seconds", 1)
    if status in (429, 503):
        response.set_header("retry-after", str(int(seconds)))


def write(response: Response, body: object, status: int = 200) -> None:
    """Answer with JSON that nobody keeps."""
    response.status = status
    response.content_type = "application/json"
    response.set_header("cache-control", "no-store")
    response.set_header("pragma", "no-cache")
    response.data = msgspec.json.encode(body)
