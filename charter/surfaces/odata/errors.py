"""What each error is called here.

Codes of the contract stand first; the others are named in its manner. Where a role is missing the
code is `UNAUTHORIZED` with status 403, as the contract has it.
"""

from charter.kernel.errors import Kind
from charter.wire.statuses import Statuses

RENAMED: dict[str, tuple[int, str]] = {
    "organization_not_found": (404, "ACCOUNT_NOT_FOUND"),
    "resource_not_found": (404, "ACCOUNT_NOT_FOUND"),
    "organization_name_taken": (409, "ACCOUNT_ALREADY_EXISTS"),
    "not_permitted": (403, "UNAUTHORIZED"),
    "role_above_own": (403, "UNAUTHORIZED"),
    "already_member": (409, "USER_ALREADY_IN_ACCOUNT"),
    "invitation_pending": (409, "USER_ALREADY_IN_ACCOUNT"),
    "authentication_invalid": (401, "UNAUTHENTICATED"),
    "user_not_found": (404, "USER_NOT_FOUND"),
    "member_not_found": (404, "USER_NOT_IN_ACCOUNT"),
    "email_address_taken": (409, "USER_ALREADY_EXISTS"),
    "username_taken": (409, "USER_ALREADY_EXISTS"),
    "invitation_not_pending": (409, "INVITATION_NOT_PENDING"),
    "last_owner": (409, "LAST_OWNER"),
    "rate_limited": (429, "RATE_LIMITED"),
    "too_many_attempts": (429, "RATE_LIMITED"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED"),
}
"""The core's codes, with the status and the code of each on this wire."""

STATUSES = Statuses(RENAMED, {Kind.UNPROCESSABLE: 400})

OPTIONS = {
    "$filter": "INVALID_FILTER",
    "$orderby": "INVALID_ORDERBY",
    "$skip": "INVALID_PAGING",
    "$top": "INVALID_PAGING",
    "$select": "INVALID_SELECT",
    "$count": "INVALID_PAGING",
}
"""The code for what is wrong with an option of a query."""

CREDENTIALS = {
    "user": "A user has to act: send a session token or a user's API key.",
}
"""What is wrong with a credential, and how to mend it."""
