"""Takes users of a CSV file over into an instance: checked as any new user, many at a time."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from charter.core.email_addresses.model import EmailAddress, EmailAddressTaken
from charter.core.instances.model import Instance
from charter.core.organization_domains.normal_form import domain_of
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberTaken
from charter.core.suggestions.enrolling import enroll
from charter.core.transfers import csv_columns, queries
from charter.core.transfers.model import Person, Rejection, UserIdTaken
from charter.core.transfers.writing import Unit, write
from charter.core.users.making import UserRows, prepare
from charter.core.users.model import ExternalIdTaken, UsernameTaken
from charter.core.waitlist_entries.waiting import complete
from charter.kernel.db import Statement
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.rows import columns_of

Identifier = TypeVar("Identifier", EmailAddress, PhoneNumber)

_TAKEN: tuple[tuple[str, Statement[str], type[DomainError]], ...] = (
    ("id", queries.TAKEN_IDS, UserIdTaken),
    ("external_id", queries.TAKEN_EXTERNAL_IDS, ExternalIdTaken),
    ("username_key", queries.TAKEN_USERNAMES, UsernameTaken),
    ("address_key", queries.TAKEN_ADDRESSES, EmailAddressTaken),
    ("number", queries.TAKEN_NUMBERS, PhoneNumberTaken),
)
_CONSTRAINTS: Mapping[str, type[DomainError]] = {
    "pk_users": UserIdTaken,
    "uq_users_external_id": ExternalIdTaken,
    "uq_users_username_key": UsernameTaken,
    "uq_email_addresses_address_key": EmailAddressTaken,
    "uq_email_addresses_of_user": EmailAddressTaken,
    "uq_phone_numbers_number": PhoneNumberTaken,
    "uq_phone_numbers_of_user": PhoneNumberTaken,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A user whose rows are ready to be written."""

    record: int
    rows: UserRows

    def held(self, kind: str) -> list[str]:
        """What nobody else may have, of one kind of _TAKEN."""
        user = self.rows.user
        if kind == "address_key":
            return [each.address_key for each in self.rows.email_addresses if each.is_verified]
        if kind == "number":
            return [each.number for each in self.rows.phone_numbers if each.is_verified]
        value = getattr(user, kind)
        return [] if value is None else [value]


async def take(
    ctx: Context, instance: Instance, people: Sequence[Person]
) -> tuple[int, list[Rejection]]:
    """Make users of these records.

    Returns: how many were made; the records of which none was, with the reasons.
    Announces: what joining by domain and leaving the waitlist announce; no user by themselves.
    """
    rejected: list[Rejection] = []
    ready: list[Ready] = []
    for person in people:
        try:
            ready.append(await _ready(ctx, instance, person))
        except DomainError as error:
            given = person.values.get("id") or None
            rejected.append(Rejection.because(error, person.record, "user", given))
    free = await _free(ctx, ready, rejected)
    refused = await write(ctx.db, [_unit(each) for each in free], named=_named)
    records = {each.record for each in refused}
    made = [each for each in free if each.record not in records]
    await _welcome(ctx, made)
    return len(made), sorted([*rejected, *refused], key=lambda each: each.record)


async def _ready(ctx: Context, instance: Instance, person: Person) -> Ready:
    """The rows of a record. Raises: MAKING_ERRORS; InvalidInput."""
    read = csv_columns.read(person)
    rows = await prepare(ctx, instance, read.new, read.user_id)
    emails = _once(rows.email_addresses, "address_key", read.new.email_addresses or ())
    numbers = _once(rows.phone_numbers, "number", read.new.phone_numbers or ())
    return Ready(
        person.record,
        dataclasses.replace(
            rows,
            email_addresses=tuple(
                _unproven(row) if given in read.unproven else row for row, given in emails
            ),
            phone_numbers=tuple(
                _unproven(row) if given in read.unproven else row for row, given in numbers
            ),
        ),
    )


def _once(
    rows: Sequence[Identifier], name: str, given: Sequence[str]
) -> Iterable[tuple[Identifier, str]]:
    """Rows with the texts they come from; of one in two spellings the first, so the primary one."""
    found: dict[str, tuple[Identifier, str]] = {}
    for row, text in zip(rows, given, strict=True):
        found.setdefault(getattr(row, name), (row, text))
    return found.values()


def _unproven(row: Identifier) -> Identifier:
    return dataclasses.replace(row, verification_status=None, verification_strategy=None)


async def _free(ctx: Context, ready: list[Ready], rejected: list[Rejection]) -> list[Ready]:
    """Those that take nothing of somebody else's; the others are told why.

    What the database holds as unique it would find by itself, one row at a time.
    """
    for kind, statement, error in _TAKEN:
        wanted = [value for each in ready for value in each.held(kind)]
        taken = await queries.taken(ctx.db, statement, wanted)
        free = []
        for each in ready:
            own = each.held(kind)
            if taken.isdisjoint(own):
                # Of two in one file the first has it.
                taken.update(own)
                free.append(each)
            else:
                user_id = each.rows.user.id
                rejected.append(Rejection.because(error(), each.record, "user", user_id))
        ready = free
    return ready


def _unit(ready: Ready) -> Unit:
    rows = ready.rows
    user = columns_of(rows.user) | {"search_text": _search_text(rows)}
    found: list[tuple[str, dict[str, Any]]] = [("users", user)]
    found += [("email_addresses", columns_of(each)) for each in rows.email_addresses]
    found += [("phone_numbers", columns_of(each)) for each in rows.phone_numbers]
    if rows.password is not None:
        found.append(("passwords", columns_of(rows.password)))
    if rows.totp_secret is not None:
        found.append(("totp_secrets", columns_of(rows.totp_secret)))
    return Unit(ready.record, "user", rows.user.id, tuple(found))


def _search_text(rows: UserRows) -> str:
    """What the user is found by, as `REFRESH_SEARCH_TEXT` writes it."""
    user = rows.user
    addresses = " ".join(each.address for each in rows.email_addresses)
    numbers = " ".join(each.number for each in rows.phone_numbers)
    words = (user.id, user.first_name, user.last_name, user.username, addresses, numbers)
    return " ".join(word for word in words if word).lower()


def _named(constraint: str) -> tuple[str, str | None] | None:
    error = _CONSTRAINTS.get(constraint)
    return None if error is None else (error.code, error().sentence())


async def _welcome(ctx: Context, made: Sequence[Ready]) -> None:
    """Offer people the organizations of their domains, and take them off the waitlist."""
    proven = {each.rows.user.id: each.held("address_key") for each in made}
    keys = [key for own in proven.values() for key in own]
    await complete(ctx, keys)
    domains = sorted({domain_of(key) for key in keys})
    enrolling = await queries.taken(ctx.db, queries.ENROLLING_DOMAINS, domains)
    if not enrolling:
        return
    for user_id, own in proven.items():
        offered = [key for key in own if domain_of(key) in enrolling]
        if offered:
            await enroll(ctx, user_id, offered)
