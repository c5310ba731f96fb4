"""Says in the reader's language why something was refused, and at which field."""

from charter.kernel.errors import DomainError, Kind
from charter.web.portal.visits import Complaint
from charter.wire.languages import Words

STATUSES = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.NOT_PERMITTED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.UNPROCESSABLE: 422,
    Kind.PRECONDITION: 412,
    Kind.TOO_LARGE: 413,
    Kind.RATE_LIMITED: 429,
    Kind.NOT_IMPLEMENTED: 501,
    Kind.UNAVAILABLE: 503,
}
"""Each kind of refusal as a status, when a form is shown again with it."""
NEW_PASSWORD = "new_password"  # noqa: S105  # the name of a field
UNSEEN = frozenset(
    {
        "application_id",
        "do",
        "invitation_id",
        "organization_id",
        "passkey_id",
        "public_key_credential",
        "session_id",
        "strategy",
        "target",
        "user_id",
        "way",
    }
)
"""Fields that nobody sees: what is wrong with them is told above the form."""
SAME_FIELD = {
    "email_address": ("email_address", "identifier"),
    "phone_number": ("phone_number", "identifier"),
    "identifier": ("identifier",),
    "password": ("password", NEW_PASSWORD),
    "new_password": (NEW_PASSWORD, "password"),
    "current_password": ("current_password",),
    "file": ("picture",),
    "address": ("email_address",),
    "number": ("phone_number",),
    "idp_metadata": ("idp_metadata_url",),
}
"""What the core calls an input → the form's fields that it may have come from."""


def complaint(error: DomainError, words: Words, fields: tuple[str, ...]) -> Complaint:
    """What to say of a refusal, at the field that it is about if the form has it."""
    found = _field(error.parameter, fields)
    return Complaint(found, text(error, words, found))


def text(error: DomainError, words: Words, field: str | None = None) -> str:
    """The sentence for a refusal: of its code at this field, its code, or its kind."""
    keys = (
        f"error.{error.code}.{field}",
        f"error.{error.code}",
        f"error.kind.{error.kind.value}",
        "error.other",
    )
    for key in keys:
        if key in words:
            try:
                return words(key, **error.meta)
            except KeyError:  # a fact that this refusal does not give
                continue
    return words("error.other")


def _field(parameter: str | None, fields: tuple[str, ...]) -> str | None:
    for name in SAME_FIELD.get(parameter or "", (parameter or "",)):
        if name in fields and name not in UNSEEN:
            return name
    return None
