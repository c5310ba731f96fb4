"""Shortcodes: `{{user.first_name || 'nobody'}}` in the texts of a template.

A shortcode is one or more alternatives between `||`: a name with dots, or a text in quotes. It
gives the first that is neither null nor false, else the last. What is not known is null. Alone in
a text its value keeps its type; beside other text it is written into it.
Source: the shortcodes of Clerk's JWT templates.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from charter.kernel.errors import DomainError, Kind

OPEN = "{{"
# What follows an opening: an alternative, and whether another comes. Each part begins with a
# character that the part before cannot hold, so that no text makes it try twice.
_ALTERNATIVE = re.compile(
    r"""\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<path>[^\s'"|{}.]+(?:\.[^\s'"|{}.]+)*))"""
    r"""\s*(?P<end>\|\||\}\})"""
)

Values: TypeAlias = Mapping[str, Any]
"""What names of two parts, such as `user.id`, stand for: JSON, into which more parts lead."""


class ShortcodeInvalid(DomainError):
    """A text of a template opens a shortcode that says nothing."""

    kind, code = Kind.UNPROCESSABLE, "shortcode_invalid"
    message = (
        "A shortcode must be {{{{ and }}}} around names with dots or texts in quotes, with ||"
        " between them. One that begins at character {character} of a text is not."
    )
    parameter = "claims"


@dataclass(frozen=True, slots=True)
class Path:
    """A name with dots, in its parts."""

    parts: tuple[str, ...]

    def value(self, values: Values) -> Any:
        """What the name stands for; None where there is nothing."""
        found: Any = values.get(".".join(self.parts[:2]))
        for part in self.parts[2:]:
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return found


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes."""

    text: str

    def value(self, _values: Values) -> str:
        """The text itself."""
        return self.text


@dataclass(frozen=True, slots=True)
class Shortcode:
    """Alternatives, of which there is at least one."""

    alternatives: tuple[Path | Literal, ...]

    def value(self, values: Values) -> Any:
        """The first that is neither null nor false, else the last."""
        found = None
        for alternative in self.alternatives:
            found = alternative.value(values)
            if found is not None and found is not False:
                break
        return found


def parse(text: str) -> list[str | Shortcode]:
    """The plain pieces and the shortcodes of a text, in order. Raises: ShortcodeInvalid."""
    pieces: list[str | Shortcode] = []
    at = 0
    while (start := text.find(OPEN, at)) >= 0:
        if start > at:
            pieces.append(text[at:start])
        shortcode, at = _read(text, start)
        pieces.append(shortcode)
    if at < len(text):
        pieces.append(text[at:])
    return pieces


def render(template: Any, values: Values) -> Any:
    """A template with its shortcodes filled in; names of claims stay as they are.

    template: a value of JSON, nested at most as deep as metadata may be.
    Raises: ShortcodeInvalid.
    """
    if isinstance(template, str):
        return _rendered(parse(template), values)
    if isinstance(template, Mapping):
        return {name: render(inner, values) for name, inner in template.items()}
    if isinstance(template, list):
        return [render(inner, values) for inner in template]
    return template


def names(template: Any) -> Iterator[str]:
    """The first two parts of every name in the shortcodes of a template.

    Raises: ShortcodeInvalid.
    """
    if isinstance(template, str):
        for piece in parse(template):
            if isinstance(piece, Shortcode):
                for each in piece.alternatives:
                    if isinstance(each, Path):
                        yield ".".join(each.parts[:2])
    elif isinstance(template, Mapping):
        for inner in template.values():
            yield from names(inner)
    elif isinstance(template, list):
        for inner in template:
            yield from names(inner)


def _read(text: str, start: int) -> tuple[Shortcode, int]:
    """The shortcode that opens at a character, and where it ends."""
    alternatives: list[Path | Literal] = []
    at = start + len(OPEN)
    while True:
        found = _ALTERNATIVE.match(text, at)
        if found is None:
            raise ShortcodeInvalid(character=start + 1)
        path = found["path"]
        if path is not None:
            alternatives.append(Path(tuple(path.split("."))))
        else:
            alternatives.append(Literal(found["single"] or found["double"] or ""))
        at = found.end()
        if found["end"] == "}}":
            return Shortcode(tuple(alternatives)), at


def _rendered(pieces: list[str | Shortcode], values: Values) -> Any:
    if len(pieces) == 1 and isinstance(pieces[0], Shortcode):
        return pieces[0].value(values)
    return "".join(
        piece if isinstance(piece, str) else _as_text(piece.value(values)) for piece in pieces
    )


def _as_text(value: Any) -> str:
    """A value inside a text: itself, or the JSON that it is."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
