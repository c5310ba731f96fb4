"""OData `$orderby`, `$select`, `$skip` and `$top`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from charter.kernel.filters.names import unknown
from charter.kernel.filters.odata.tokens import Sort, Token, tokens
from charter.kernel.filters.tree import Order, Place, mistyped, not_supported, syntax

_DIGITS = re.compile(r"[0-9]*")


def orders(
    text: str,
    names: Mapping[str, str],
    *,
    last: str | None = None,
    parameter: str = "$orderby",
) -> tuple[Order, ...]:
    """The order of a text such as `createdAt desc,name`.

    `names` has the properties to order by, with their names in FIELDS; `last` is the one of
    those that ends the order, ascending, unless it is in it: a property without equals.
    Raises: FilterSyntax; FilterType for an unknown property or one that comes twice;
        FilterNotSupported for an expression that is no property.
    """
    found: dict[str, Order] = {}
    for token, *behind in _items(text, parameter):
        at = Place(parameter, token.start)
        name = names[_property(token, behind[:1], names, parameter)]
        if name in found:
            raise mistyped(at, f"{token.text} comes twice")
        found[name] = Order(name, _is_descending(behind, parameter), at)
    if last is not None and last not in found:
        found[last] = Order(last)
    return tuple(found.values())


def selected(text: str, names: Iterable[str], *, parameter: str = "$select") -> tuple[str, ...]:
    """The properties that a text such as `id,name` asks for, in its order; all for `*`.

    Raises: FilterSyntax; FilterType for an unknown property; FilterNotSupported.
    """
    known = tuple(names)
    found: dict[str, None] = {}
    for token, *behind in _items(text, parameter):
        if behind:
            _refuse_behind(behind[0], parameter)
        if token.is_mark("*"):
            found.update(dict.fromkeys(known))
        else:
            found[_property(token, (), known, parameter)] = None
    return tuple(found)


def whole(text: str, *, most: int, parameter: str) -> int:
    """The number of `$skip` or `$top`: digits alone, from 0 to `most`. Raises: FilterSyntax."""
    found = _DIGITS.match(text)
    end = found.end() if found is not None else 0
    if end < len(text) or not text:
        raise syntax(Place(parameter, end), "expected digits alone")
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)) or int(digits) > most:
        raise syntax(Place(parameter), f"expected a number from 0 to {most}")
    return int(digits)


def _items(text: str, parameter: str) -> Iterable[Sequence[Token]]:
    """The tokens of each item between commas, none of them empty."""
    item: list[Token] = []
    for token in tokens(text, parameter):
        is_comma = token.is_mark(",")
        if not is_comma and token.sort is not Sort.END:
            item.append(token)
            continue
        if not item:
            raise syntax(Place(parameter, token.start), "expected a property")
        yield item
        item = []


def _property(token: Token, behind: Sequence[Token], names: Iterable[str], parameter: str) -> str:
    at = Place(parameter, token.start)
    if token.is_mark(")"):
        raise syntax(at, "expected a property")
    if token.sort is not Sort.WORD or any(after.is_mark("(") for after in behind):
        raise not_supported(at, "an expression that is not a property")
    if token.text not in names:
        raise mistyped(at, unknown("property", token.text, names))
    return token.text


def _is_descending(behind: Sequence[Token], parameter: str) -> bool:
    if not behind:
        return False
    direction, *rest = behind
    if direction.word not in {"asc", "desc"}:
        _refuse_behind(direction, parameter)
    if rest:
        _refuse_behind(rest[0], parameter)
    return direction.word == "desc"


def _refuse_behind(token: Token, parameter: str) -> NoReturn:
    raise syntax(Place(parameter, token.start), "expected a comma, or asc or desc in an order")
