"""What lists of users may be filtered and ordered by."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Text as TextType
from sqlalchemy import case, func, literal_column, select

from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.tables import email_addresses
from charter.core.external_accounts.tables import external_accounts
from charter.core.memberships.tables import memberships
from charter.core.phone_numbers.normal_form import e164
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.statements import word
from charter.core.users.model import UserStatus
from charter.core.users.tables import users
from charter.core.web3_wallets.tables import web3_wallets
from charter.kernel.errors import DomainError, MissingInput
from charter.kernel.filters.fields import AnyField, Field, FreeText, Many
from charter.kernel.filters.tree import Apply, Name, Node, Op, Text, every

PARTS = frozenset({Op.CONTAINS})


def _of_user(table: Any) -> Any:
    return (table.c.instance_id == users.c.instance_id) & (table.c.user_id == users.c.id)


def _primary(table: Any, value: Any) -> Field:
    """The user's primary identifier of a kind, to order by."""
    found = select(value).where(_of_user(table), table.c.is_primary).correlate(users)
    return Field(found.scalar_subquery(), str, sortable=True)


def _stored(read: Callable[[str], str]) -> Callable[[str], str]:
    """Brings a text into the stored form; one that has none is the address of nobody."""

    def stored(text: str) -> str:
        try:
            return read(text)
        except DomainError:
            return text

    return stored


ACCOUNT_STATUS = case(
    (users.c.is_banned, word(UserStatus.SUSPENDED.value)), else_=word(UserStatus.ACTIVE.value)
)
"""The status of a user, in a word."""
_name = func.concat_ws(literal_column("' '"), users.c.first_name, users.c.last_name, type_=TextType)

FIELDS: dict[str, AnyField] = {
    "id": Field(users.c.id, str),
    "external_id": Field(users.c.external_id, str),
    "username": Field(users.c.username_key, str, sortable=True, read=str.lower),
    "first_name": Field(users.c.first_name, str, sortable=True),
    "last_name": Field(users.c.last_name, str, sortable=True),
    "first_name_in_any_case": Field(users.c.first_name, str, ignore_case=True),
    "last_name_in_any_case": Field(users.c.last_name, str, ignore_case=True),
    "is_banned": Field(users.c.is_banned, bool),
    "account_status": Field(ACCOUNT_STATUS, UserStatus, nullable=False),
    "created_at": Field(users.c.created_at, datetime, sortable=True),
    "updated_at": Field(users.c.updated_at, datetime, sortable=True),
    "last_active_at": Field(users.c.last_active_at, datetime, sortable=True),
    "last_sign_in_at": Field(users.c.last_sign_in_at, datetime, sortable=True),
    "email_address": Many(
        email_addresses,
        _of_user(email_addresses),
        email_addresses.c.address_key,
        read=_stored(address_key),
    ),
    "phone_number": Many(
        phone_numbers, _of_user(phone_numbers), phone_numbers.c.number, read=_stored(e164)
    ),
    "web3_wallet": Many(
        web3_wallets, _of_user(web3_wallets), web3_wallets.c.address, read=str.lower
    ),
    "organization_id": Many(memberships, _of_user(memberships), memberships.c.organization_id),
    "text": FreeText(users.c.search_text),
    # The same, and out of the index's reach.
    "short_text": FreeText(users.c.search_text + literal_column("''")),
    "email_address_part": Many(
        email_addresses,
        _of_user(email_addresses),
        email_addresses.c.address,
        ops=PARTS,
        ignore_case=True,
    ),
    "phone_number_part": Many(
        phone_numbers, _of_user(phone_numbers), phone_numbers.c.number, ops=PARTS
    ),
    "username_part": Field(users.c.username, str, ops=PARTS, ignore_case=True),
    "name_part": Field(_name, str, ops=PARTS, ignore_case=True, nullable=False),
    "primary_email_address": _primary(email_addresses, email_addresses.c.address_key),
    "primary_phone_number": _primary(phone_numbers, phone_numbers.c.number),
    "primary_web3_wallet": _primary(web3_wallets, web3_wallets.c.address),
    "external_account": Many(
        external_accounts,
        _of_user(external_accounts),
        within={
            "provider": Field(external_accounts.c.provider, str),
            "provider_user_id": Field(external_accounts.c.provider_user_id, str),
        },
    ),
}

_INDEXED_PARTS = frozenset(
    {"email_address_part", "phone_number_part", "username_part", "name_part"}
)
_OF_ACCOUNT = ("provider", "provider_user_id")
_TRIGRAM = re.compile(r"[^\W_]{3}")


def of_one_account(where: Node | None) -> Node | None:
    """The same condition, with a `provider` and `provider_user_id` asked of one external account.

    Raises: MissingInput, where one of the two is asked for without the other.
    """
    if not isinstance(where, Apply):
        return where
    parts = where.args if where.op is Op.AND else (where,)
    asked = {name: part for part in parts for name in _OF_ACCOUNT if _is_about(part, name)}
    if not asked:
        return where
    for name in _OF_ACCOUNT:
        if name not in asked:
            raise MissingInput(name)
    whole = Apply(Op.AND, tuple(asked.values()))
    account = Apply(Op.ANY, (Name("external_account"), whole))
    return every(account, *(part for part in parts if part not in asked.values()))


def _is_about(part: Node, name: str) -> bool:
    match part:
        case Apply(_, (Name(found), *_)):
            return found == name
    return False


def through_index(where: Node | None) -> Node | None:
    """The same condition, with parts of texts looked up as the database does it best.

    Whatever is part of a name or an identifier is part of the search text too, and that alone has
    an index for parts. A text without three letters or digits in a row has no trigram: the index
    would give all rows, and reading them without it costs a tenth.
    """
    if isinstance(where, Apply) and where.op is Op.AND:
        return Apply(Op.AND, tuple(through_index(part) or part for part in where.args), where.at)
    match where:
        case Apply(Op.CONTAINS, (Name("text") as name, Text() as text), at):
            if _TRIGRAM.search(text.text) is None:
                return Apply(Op.CONTAINS, (Name("short_text", name.at), text), at)
        case Apply(Op.CONTAINS, (Name() as name, Text() as text), at):
            if name.name in _INDEXED_PARTS and _TRIGRAM.search(text.text) is not None:
                by_index = Apply(Op.CONTAINS, (Name("text", name.at), text), at)
                return Apply(Op.AND, (by_index, where), at)
    return where
