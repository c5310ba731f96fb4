"""The language that messages are written in: names in braces, and conditions. Nothing else.

`{{app.name}}` stands for a value, `{{#if name}} … {{else if other}} … {{else}} … {{/if}}` and
`{{#unless name}} … {{/unless}}` for a choice, `{{! … }}` for nothing, `{{> app_logo}}` for a fixed
piece. A `~` beside the braces takes the white space away on its side. It is the part of Handlebars
that templates of mails are made of. A name is looked up in one flat mapping and never on an object;
there are no loops, no calls and no pieces of one's own, so a text takes time and room in proportion
to its length.
Source: handlebarsjs.com, guide, expressions and built-in helpers.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple, TypeAlias

MAX_LENGTH = 100_000
"""Characters of a text."""
MAX_TAGS, MAX_DEPTH = 2_000, 20
MAX_OUTPUT = 300_000
"""Characters that a text may become."""

_PATH = r"[A-Za-z][A-Za-z0-9_]{0,63}(?:\.[A-Za-z0-9][A-Za-z0-9_]{0,63}){0,7}"
_VALUE = re.compile(rf"&?\s*({_PATH})")
_OPENING = re.compile(rf"#\s*(if|unless)\s+({_PATH})")
_ELSE_IF = re.compile(rf"else\s+if\s+({_PATH})")
_CLOSING = re.compile(r"/\s*(if|unless)")
_PIECE = re.compile(r">\s*([a-z_]{1,40})")
_NO_LOOPS = re.compile(r"#\s*(each|with)\b")
_TAG_LENGTH = 200

Values: TypeAlias = Mapping[str, Any]
"""What whole names such as `app.name` stand for; more parts lead into a value that is JSON."""


class TextInvalid(ValueError):
    """A text is not of this language; `reason` goes on a sentence about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutputTooLong(Exception):
    """With its values, a text would be longer than any may be."""


@dataclass(frozen=True, slots=True)
class Name:
    """A value by its name."""

    path: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands there if a value is one, and what if not. Source: the helper `if`."""

    path: str
    is_turned: bool
    then: "Nodes"
    otherwise: "Nodes"


Nodes: TypeAlias = tuple[str | Name | Choice, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read, ready to be filled in."""

    nodes: Nodes

    def names(self) -> Iterator[str]:
        """Every name in it, in conditions too."""
        return _names(self.nodes)

    def shows(self, path: str, always: frozenset[str]) -> bool:
        """Whether a value is shown whatever the others are. always: names that have a value."""
        return _shows(self.nodes, path, always)

    def fill(self, values: Values, *, is_html: bool = False, limit: int = MAX_OUTPUT) -> str:
        """The text with its values. is_html: each value is escaped. Raises: OutputTooLong."""
        filled = _Filling(values, is_html=is_html, left=limit)
        filled.add(self.nodes)
        return "".join(filled.parts)


@dataclass(slots=True)
class _Frame:
    """A condition whose end has not come yet."""

    helper: str
    path: str
    is_turned: bool
    nodes: list[Any] = field(default_factory=list)
    then: Nodes | None = None
    is_nested: bool = False
    """Whether it began with `else if`, and ends with the condition that it goes on with."""

    def made(self) -> Choice:
        """The condition, at its end."""
        here = tuple(self.nodes)
        if self.then is None:
            return Choice(self.path, self.is_turned, here, ())
        return Choice(self.path, self.is_turned, self.then, here)


class _Tag(NamedTuple):
    """What stands between braces, where the text goes on, and which white space goes."""

    inner: str | None
    end: int
    strips_before: bool
    strips_after: bool


def read(text: str) -> Text:
    """Read a text. Raises: TextInvalid."""
    if len(text) > MAX_LENGTH:
        raise TextInvalid(f"it must have at most {MAX_LENGTH} characters")
    reading = _Reading()
    at, strips = 0, False
    while (start := text.find("{{", at)) >= 0:
        tag = _tag(text, start)
        literal = text[at:start]
        literal = literal.lstrip() if strips else literal
        reading.literal(literal.rstrip() if tag.strips_before else literal)
        if tag.inner is not None:
            reading.tag(tag.inner, start)
        at, strips = tag.end, tag.strips_after
    reading.literal(text[at:].lstrip() if strips else text[at:])
    return reading.end()


class _Reading:
    """Puts the parts of a text together."""

    def __init__(self) -> None:
        self._frames = [_Frame("", "", is_turned=False)]
        self._tags = 0

    def literal(self, text: str) -> None:
        """Add what stands as it is."""
        if text:
            self._frames[-1].nodes.append(text)

    def tag(self, inner: str, start: int) -> None:
        """Add what stands between braces. Raises: TextInvalid."""
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise TextInvalid(f"it must have at most {MAX_TAGS} expressions")
        if opened := _OPENING.fullmatch(inner):
            self._open(opened[1], opened[2])
        elif inner in ("else", "^"):
            self._turn(start)
        elif again := _ELSE_IF.fullmatch(inner):
            self._turn(start)
            self._open("if", again[1], is_nested=True)
        elif closed := _CLOSING.fullmatch(inner):
            self._close(closed[1], start)
        elif (piece := _PIECE.fullmatch(inner)) and piece[1] in PIECES:
            self._frames[-1].nodes.extend(PIECES[piece[1]])
        elif value := _VALUE.fullmatch(inner):
            self._frames[-1].nodes.append(Name(value[1]))
        else:
            raise TextInvalid(_misread(inner, start))

    def end(self) -> Text:
        """The whole. Raises: TextInvalid, when a condition has no end."""
        if len(self._frames) > 1:
            raise TextInvalid(f"an {{{{#{self._frames[-1].helper}}}}} is not closed")
        return Text(tuple(self._frames[0].nodes))

    def _open(self, helper: str, path: str, *, is_nested: bool = False) -> None:
        if len(self._frames) > MAX_DEPTH:
            raise TextInvalid(f"conditions must not be nested deeper than {MAX_DEPTH} levels")
        self._frames.append(_Frame(helper, path, is_turned=helper == "unless", is_nested=is_nested))

    def _turn(self, start: int) -> None:
        frame = self._frames[-1]
        if len(self._frames) == 1 or frame.then is not None:
            raise TextInvalid(f"the else at character {start + 1} belongs to no condition")
        frame.then, frame.nodes = tuple(frame.nodes), []

    def _close(self, helper: str, start: int) -> None:
        while self._frames[-1].is_nested:
            made = self._frames.pop().made()
            self._frames[-1].nodes.append(made)
        if len(self._frames) == 1 or self._frames[-1].helper != helper:
            raise TextInvalid(f"the {{{{/{helper}}}}} at character {start + 1} closes nothing")
        made = self._frames.pop().made()
        self._frames[-1].nodes.append(made)


class _Filling:
    """Writes nodes until the room is used up."""

    def __init__(self, values: Values, *, is_html: bool, left: int) -> None:
        self.parts: list[str] = []
        self._values = values
        self._is_html = is_html
        self._left = left

    def add(self, nodes: Nodes) -> None:
        """Write some nodes. Raises: OutputTooLong."""
        for node in nodes:
            if isinstance(node, Choice):
                is_chosen = bool(find(self._values, node.path)) is not node.is_turned
                self.add(node.then if is_chosen else node.otherwise)
            elif isinstance(node, Name):
                # Three braces, which elsewhere leave a value as it is, are no exception.
                shown = _shown(find(self._values, node.path))
                self._write(escape(shown) if self._is_html else shown)
            else:
                self._write(node)

    def _write(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise OutputTooLong
        self.parts.append(text)


def find(values: Values, path: str) -> Any:
    """What a name stands for; None where there is nothing. Only keys of mappings are followed."""
    if path in values:
        return values[path]
    head, parts = path, []
    while "." in head:
        head, _, part = head.rpartition(".")
        parts.append(part)
        if head in values:
            found = values[head]
            for each in reversed(parts):
                found = found.get(each) if isinstance(found, Mapping) else None
            return found
    return None


def _tag(text: str, start: int) -> _Tag:
    """What opens at a character. Raises: TextInvalid, when it does not end."""
    after = start + 2
    strips_before = text.startswith("~", after)
    after += strips_before
    is_comment = text.startswith("!", after)
    closing = "--" if text.startswith("!--", after) else ""
    if text.startswith("{", after):
        closing, after = "}", after + 1
    # One search from where it opened: a text of openings alone fails at the first.
    end = text.find(closing + "}}", after)
    if closing == "--":
        # The white space of a long comment may be taken away as well.
        tilde = text.find("--~}}", after, None if end < 0 else end)
        end = tilde if tilde >= 0 else end
    if end < 0:
        raise TextInvalid(f"the braces opened at character {start + 1} are not closed")
    until = end + len(closing)
    inner = text[after:end]
    strips_after = inner.endswith("~") or text.startswith("~", until)
    until += text.startswith("~", until)
    if is_comment:
        return _Tag(None, until + 2, strips_before, strips_after)
    inner = inner.removesuffix("~").strip()
    if len(inner) > _TAG_LENGTH or "{" in inner:
        raise TextInvalid(f"the braces opened at character {start + 1} are not closed")
    return _Tag(inner, until + 2, strips_before, strips_after)


def _misread(inner: str, start: int) -> str:
    if _NO_LOOPS.match(inner):
        return f"the helper at character {start + 1} is not one: there are if and unless"
    return f"the expression at character {start + 1} is neither a variable nor a condition"


def _names(nodes: Nodes) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Name):
            yield node.path
        elif isinstance(node, Choice):
            yield node.path
            yield from _names(node.then)
            yield from _names(node.otherwise)


def _shows(nodes: Nodes, path: str, always: frozenset[str]) -> bool:
    for node in nodes:
        if isinstance(node, Name) and node.path == path:
            return True
        if isinstance(node, Choice):
            paths: tuple[Nodes, ...] = (node.then, node.otherwise)
            if node.path in always:
                paths = (node.otherwise if node.is_turned else node.then,)
            if all(_shows(each, path, always) for each in paths):
                return True
    return False


def _shown(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


PIECES: dict[str, Nodes] = {}
"""What `{{> name}}` stands for."""
PIECES["app_logo"] = read(
    '{{#if app.logo_image_url}}<img src="{{app.logo_image_url}}" alt="{{app.name}}" height="32"'
    ' style="height:32px;width:auto;max-width:220px;border:0;">{{else}}{{app.name}}{{/if}}'
).nodes
PIECES["copyright"] = read("&copy; {{current_year}} {{app.name}}").nodes
