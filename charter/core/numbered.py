"""Finds organizations and users by their numbers, for doors whose ids are integers.

A number is given once and never to another, so what was found once holds for good. What no row
has is answered with an id that no row has: the operation says of it, in its own words and its own
order, what it says of any other, so that numbers tell strangers nothing.
"""

import re
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Table, Text, bindparam, select

from charter.core.organizations.tables import organizations
from charter.core.users.tables import users
from charter.core.users.usernames import username_key
from charter.kernel.actor import Actor
from charter.kernel.db import INSTANCE, Database, Statement
from charter.kernel.errors import DomainError
from charter.kernel.platform import Platform

LARGEST = 2**63 - 1
NOTHING = "none"
"""An id of the form that no id has."""
REMEMBERED = 16_384
_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)


def _id_of(table: Table) -> Statement[Any]:
    return Statement(
        select(table.c.id).where(
            table.c.instance_id == INSTANCE,
            table.c.number == bindparam("number", type_=BigInteger),
        )
    )


class Numbers:
    """The ids behind the numbers of one table's rows."""

    def __init__(self, table: Table) -> None:
        self._statement = _id_of(table)
        self._known: WeakKeyDictionary[Database, OrderedDict[tuple[str, int], str]] = (
            WeakKeyDictionary()
        )

    async def __call__(self, platform: Platform, actor: Actor, number: str | int) -> str:
        """The id; NOTHING for what is no number, and for a number that no row has."""
        text = str(number)
        if not is_number(text) or len(text) > len(str(LARGEST)) or int(text) > LARGEST:
            return NOTHING
        known = self._known.setdefault(platform.database, OrderedDict())
        key = (actor.instance_id, int(text))
        found = known.get(key)
        if found is None:
            reading = platform.database.reading(actor.instance_id)
            found = await reading.value(self._statement, number=int(text))
            if found is None:
                return NOTHING
            known[key] = found
            if len(known) > REMEMBERED:
                known.popitem(last=False)
        return found


def is_number(text: str) -> bool:
    """Whether a text is written as numbers are: ASCII digits, the first of them no zero."""
    return _NUMBER.fullmatch(text) is not None


_ID_BY_USERNAME = Statement[Any](
    select(users.c.id).where(
        users.c.instance_id == INSTANCE,
        users.c.username_key == bindparam("username_key", type_=Text),
    )
)


async def user_of_key(platform: Platform, actor: Actor, key: str) -> str:
    """The user of a number, else of a username, in any case; usernames are never numbers.

    NOTHING, where there is none.
    """
    if is_number(key):
        return await user_of_number(platform, actor, key)
    try:
        wanted = username_key(key)
    except DomainError:
        return NOTHING
    reading = platform.database.reading(actor.instance_id)
    return str(await reading.value(_ID_BY_USERNAME, username_key=wanted) or NOTHING)


organization_of_number = Numbers(organizations)
user_of_number = Numbers(users)
