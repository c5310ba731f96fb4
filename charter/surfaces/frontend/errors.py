"""Where this API's codes and statuses differ from those of the Backend API."""

DIFFERENT: dict[str, tuple[int, str]] = {
    "authentication_invalid": (401, "authentication_invalid"),
    "client_not_found": (404, "resource_not_found"),
    "host_invalid": (400, "host_invalid"),
    "member_not_found": (404, "resource_not_found"),
    "no_password_set": (422, "strategy_for_user_invalid"),
    "origin_not_allowed": (400, "origin_invalid"),
    "password_incorrect": (422, "form_password_incorrect"),
    # It has the browser's components read its state again, and sign out where the session is gone.
    "session_not_active": (401, "authentication_invalid"),
    "session_not_found": (404, "resource_not_found"),
    "user_banned": (403, "user_banned"),
    "user_locked": (403, "user_locked"),
}
"""Core code → status and code on this wire."""
