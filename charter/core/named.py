"""What permissions, roles and role sets share: a name, a key, and how they are found."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from charter.kernel.errors import InvalidInput, TooLarge
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.filters.tree import Apply, Name, Node, Op, Place, Text
from charter.kernel.lists import Search
from charter.kernel.patch import changed

MAX_CHARACTERS = 256


def checked_text(text: str, parameter: str) -> str:
    """A name or a description, without blanks around it; up to MAX_CHARACTERS.

    Raises: InvalidInput for a name of nothing; TooLarge.
    """
    trimmed = text.strip()
    if not trimmed and parameter == "name":
        raise InvalidInput(parameter, reason="it must hold a character")
    if len(trimmed) > MAX_CHARACTERS:
        raise TooLarge(parameter, limit=MAX_CHARACTERS)
    return trimmed


def checked_key(key: str, form: re.Pattern[str], reason: str) -> str:
    """A key of a given form. Raises: InvalidInput, with the reason."""
    if len(key) > MAX_CHARACTERS or form.fullmatch(key) is None:
        raise InvalidInput("key", reason=reason)
    return key


def checked_description(description: str | None) -> str | None:
    """A description, if there is one. Raises: TooLarge."""
    return None if description is None else checked_text(description, "description")


def given(patch: Any) -> dict[str, Any]:
    """What a patch changes: null clears the description, and leaves all else as it is."""
    return {
        name: value
        for name, value in changed(patch).items()
        if value is not None or name == "description"
    }


def checked(changes: Mapping[str, Any], check_key: Callable[[str], str]) -> dict[str, Any]:
    """Changes with their key, name and description checked. Raises: InvalidInput, TooLarge."""
    found = dict(changes)
    if "key" in found:
        found["key"] = check_key(found["key"])
    if "name" in found:
        found["name"] = checked_text(found["name"], "name")
    if "description" in found:
        found["description"] = checked_description(found["description"])
    return found


def fields_of(table: Table) -> Fields:
    """All that a list of such things may be filtered and ordered by."""
    columns: Any = table.c
    return {
        "id": Field(columns.id, str),
        "name": Field(columns.name, str, sortable=True),
        "key": Field(columns.key, str, sortable=True),
        "created_at": Field(columns.created_at, datetime, sortable=True),
        "name_text": FreeText(columns.name),
        "key_text": FreeText(columns.key),
    }


def matching(search: Search, query: str | None) -> Search:
    """The search, narrowed to what a text finds: an id as a whole, a name or a key in part."""
    text = (query or "").strip()
    if not text:
        return search
    at = Place("query")
    ways: tuple[Node, ...] = (
        Apply(Op.EQ, (Name("id", at), Text(text, at)), at),
        Apply(Op.CONTAINS, (Name("name_text", at), Text(text, at)), at),
        Apply(Op.CONTAINS, (Name("key_text", at), Text(text, at)), at),
    )
    return search.narrowed(Apply(Op.OR, ways, at))
