"""Cuts an OData expression into tokens, each with its position and, if a literal, its value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

from charter.kernel.filters.odata.words import LITERALS_LEFT_OUT, RANKED
from charter.kernel.filters.tree import Place, not_supported, syntax

MAX_LENGTH = 4096
_TOKEN = re.compile(
    r"""
    (?P<text>'(?:[^']|'')*(?P<closed>'))
    |(?P<guid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})
    |(?P<digits>-?[0-9][0-9A-Za-z_.:+-]*)
    |(?P<prefix>[^\W\d][\w.]*)'
    |(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<lambda>/(?:any|all)[ \t]*\()
    |(?P<reserved>\$[A-Za-z]+)
    |(?P<mark>[(),*-])
    """,
    re.VERBOSE,
)
_BLANKS = re.compile(r"[ \t]*")
_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    _DATE.pattern + r"[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,12}))?)?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)
_MOMENT_WITHOUT_OFFSET = re.compile(_DATE.pattern + r"[Tt][0-9:.]*")
_TIME_OF_DAY = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,12})?)?")
_OPERATORS = frozenset({*RANKED, "in", "not"})
_VARIABLES = frozenset({"$count", "$it", "$root", "$this"})
_LEFT_OUT = {
    "/": "a path with /",
    "[": "a JSON array",
    "{": "a JSON object",
    ":": "a case or a lambda operator with :",
    "@": "an alias or an annotation with @",
}
_MISTAKES = {
    '"': "write texts in single quotes",
    "'": "the text has no closing quote",
    "+": "write numbers without +, and in an address %2B for it",
    "=": "write eq",
}


class Sort(Enum):
    """What sort of token it is."""

    WORD = "word"
    LITERAL = "literal"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of an expression, from `start` up to `end` in characters."""

    sort: Sort
    text: str
    start: int
    end: int
    follows_blank: bool
    value: Any = None

    @property
    def word(self) -> str:
        """The word in lower case, since operators and functions have no case; or nothing."""
        return self.text.lower() if self.sort is Sort.WORD else ""

    def is_mark(self, mark: str) -> bool:
        """Whether it is this mark."""
        return self.sort is Sort.MARK and self.text == mark


def tokens(text: str, parameter: str) -> list[Token]:
    """The tokens of an expression, the last of them its end.

    Raises: FilterSyntax, for more than MAX_LENGTH characters too; FilterNotSupported.
    """
    if len(text) > MAX_LENGTH:
        reason = f"longer than {MAX_LENGTH} characters"
        raise syntax(Place(parameter, MAX_LENGTH), reason)
    return list(_cut(text, parameter))


def _cut(text: str, parameter: str) -> Iterator[Token]:
    position = 0
    while True:
        start = _after_blanks(text, position)
        follows_blank = start > position or start == 0
        if start == len(text):
            yield Token(Sort.END, "", start, start, follows_blank=True)
            return
        found = _TOKEN.match(text, start)
        at = Place(parameter, start)
        if found is None:
            _refuse_character(text[start], at)
        position = found.end()
        sort, value = _read(found, at)
        yield Token(sort, found[0], start, position, follows_blank, value)


def _after_blanks(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found is not None else position


def _read(found: re.Match[str], at: Place) -> tuple[Sort, Any]:
    """The sort of a token, and its value if it is a literal."""
    text = found[0]
    match found.lastgroup:
        case "closed" | "text":
            return Sort.LITERAL, text[1:-1].replace("''", "'")
        case "digits":
            return Sort.LITERAL, _number_or_time(text, at)
        case "word":
            return _word(text)
        case "mark":
            return Sort.MARK, None
        case "prefix":
            _refuse_prefix(found["prefix"], at)
        case "guid":
            raise not_supported(at, "a GUID")
        case "lambda":
            raise not_supported(at, f"the lambda operator {text[1:4]}")
    if text.lower() in _VARIABLES:
        raise not_supported(at, text.lower())
    raise syntax(at, "no name begins with $")


def _word(text: str) -> tuple[Sort, Any]:
    if text.lower() in {"true", "false"}:
        return Sort.LITERAL, text.lower() == "true"
    return (Sort.LITERAL if text == "null" else Sort.WORD), None


def _number_or_time(text: str, at: Place) -> Any:
    if _INTEGER.fullmatch(text):
        return _integer(text, at)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    try:
        if found := _DATE.fullmatch(text):
            return date(*map(int, found.groups()))
        if found := _MOMENT.fullmatch(text):
            return _moment(found)
    except (ValueError, OverflowError) as error:
        raise syntax(at, "there is no such day or time") from error
    if _TIME_OF_DAY.fullmatch(text):
        raise not_supported(at, "a time of day")
    if _MOMENT_WITHOUT_OFFSET.fullmatch(text):
        reason = "a time ends with Z or an offset as in +02:00, whose + is %2B in an address"
        raise syntax(at, reason)
    raise syntax(at, "this is neither a number nor a time")


def _integer(text: str, at: Place) -> int:
    digits = text.lstrip("-").lstrip("0") or "0"
    number = int(digits) if len(digits) <= len(str(2**63)) else 2**64
    number = -number if text.startswith("-") else number
    if not -(2**63) <= number < 2**63:
        raise syntax(at, "a whole number has 64 bits at most")
    return number


def _moment(found: re.Match[str]) -> datetime:
    """A time in its own offset. Fractions of a second beyond the sixth digit are cut off."""
    *numbers, fraction, zulu, sign, hours, minutes = found.groups()
    offset: timezone = UTC
    if not zulu:
        if int(hours) > 23 or int(minutes) > 59:
            raise ValueError(found[0])
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        offset = timezone(-distance if sign == "-" else distance)
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, microsecond, offset)


def _refuse_prefix(prefix: str, at: Place) -> NoReturn:
    if prefix.lower() in _OPERATORS:
        raise syntax(at, f"expected a blank after {prefix.lower()}")
    if prefix.lower() in LITERALS_LEFT_OUT:
        raise not_supported(at, f"a literal of {prefix.lower()}")
    if "." in prefix:
        raise not_supported(at, "a literal of an enumeration")
    raise syntax(at, "a text begins with its quote, and a quote within is doubled")


def _refuse_character(character: str, at: Place) -> NoReturn:
    if character in _LEFT_OUT:
        raise not_supported(at, _LEFT_OUT[character])
    reason = _MISTAKES.get(character, f"unexpected character {character!a}")
    raise syntax(at, reason)
