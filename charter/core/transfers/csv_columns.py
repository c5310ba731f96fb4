"""The columns of a CSV file of users, and what they say of a user."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from charter.core.transfers.model import Person
from charter.core.users.model import NewUser
from charter.kernel.errors import InvalidInput
from charter.kernel.ids import is_id

COLUMNS = (
    "id",
    "first_name",
    "last_name",
    "username",
    "primary_email_address",
    "primary_phone_number",
    "verified_email_addresses",
    "unverified_email_addresses",
    "verified_phone_numbers",
    "unverified_phone_numbers",
    "totp_secret",
    "password_digest",
    "password_hasher",
)
"""Those that are read. Source: the Clerk dashboard's export of users."""
IDENTIFYING = frozenset(
    {
        "username",
        "primary_email_address",
        "primary_phone_number",
        "verified_email_addresses",
        "verified_phone_numbers",
    }
)
"""A file has one of these at least."""
_SEPARATORS = re.compile(r"[,;|\s]+")
_SPACES_ALONE = re.compile(r"[,;|]+")
# What no text of ours may hold: PostgreSQL keeps no zero, and a lone surrogate is no UTF-8.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Read:
    """What a record says. user_id: None, when the one given is not of our form.

    unproven: addresses and numbers that nobody has shown to be theirs.
    """

    user_id: str | None
    new: NewUser
    unproven: frozenset[str]


def read(person: Person) -> Read:
    """What a record says of a user. Raises: InvalidInput."""
    if person.mistake is not None:
        raise InvalidInput("record", reason=person.mistake)
    values = {name: value for name, value in person.values.items() if value.strip()}
    for name, value in values.items():
        if _UNKEPT.search(value):
            raise InvalidInput(name, reason="it holds characters that cannot be kept")
    given_id = values.get("id", "").strip()
    is_ours = is_id("user_", given_id)
    emails, unproven_emails = _identifiers(values, "email_address", _SEPARATORS)
    numbers, unproven_numbers = _identifiers(values, "phone_number", _SPACES_ALONE)
    digest = values.get("password_digest")
    new = NewUser(
        external_id=None if is_ours else given_id or None,
        first_name=values.get("first_name"),
        last_name=values.get("last_name"),
        username=values.get("username"),
        email_addresses=emails,
        phone_numbers=numbers,
        totp_secret=values.get("totp_secret"),
        password_digest=digest,
        # One without the other says nothing: people without a password have an empty pair.
        password_hasher=values.get("password_hasher") if digest else None,
    )
    return Read(given_id if is_ours else None, new, unproven_emails | unproven_numbers)


def _identifiers(
    values: dict[str, str], of: str, separators: "re.Pattern[str]"
) -> tuple[Sequence[str], frozenset[str]]:
    """The addresses or numbers of a record, the primary one first, and those not proven."""
    plural = f"{of}es" if of.endswith("s") else f"{of}s"

    def several(name: str) -> list[str]:
        return [each.strip() for each in separators.split(values.get(name, "")) if each.strip()]

    verified, unverified = several(f"verified_{plural}"), several(f"unverified_{plural}")
    primary = [each for each in (values.get(f"primary_{of}", "").strip(),) if each]
    # A primary one that is not proven stands in the other list.
    unproven = frozenset(unverified) - frozenset(verified)
    return tuple(dict.fromkeys([*primary, *verified, *unverified])), unproven
