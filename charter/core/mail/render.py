"""Writes messages: facts and the words of a locale in, one message as text and as HTML out."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from charter.core.mail.kinds import COMMON, KINDS
from charter.core.mail.model import Message, one_line, refuse_unsafe_link

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_LOCALE = "en"
DEFAULT_ACCENT_COLOUR = "#1f6f54"
# Longer names are cut: a name is no place for a letter of its own.
NAME_LENGTH = 80
SUBJECT_LENGTH = 180

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# Digits may follow: no address is made of a version or of 203.0.113.7.
_INSIDE_ADDRESS = re.compile(r"(?<=\S)([./@:])(?=[^\s\d])")
_BLANK_LINES = re.compile(r"\n\s*\n")


class WrongFacts(ValueError):
    """A message was asked for without a fact it needs, or with one that it does not know."""


def _moment(when: datetime) -> str:
    """Write an instant as `21 November 2026 at 23:05 UTC`."""
    when = when.astimezone(UTC)
    return f"{when.day} {when:%B %Y} at {when:%H:%M} UTC"


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        # The words of a kind are plain text; the HTML layout escapes every one of them.
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    return environment


ENVIRONMENT = _environment()


def render(
    kind: str,
    *,
    to: str,
    application_name: str,
    locale: str = DEFAULT_LOCALE,
    logo_url: str | None = None,
    accent_colour: str = DEFAULT_ACCENT_COLOUR,
    **facts: Any,
) -> Message:
    """Write a message of a kind.

    locale: a BCP 47 tag; one without words of its own falls back to its language, then to English.
    logo_url: shown above the message instead of the application's name.
    accent_colour: `#rrggbb`, of the button.
    facts: as `KINDS` names them. What could break a line becomes a space.
    Returns: the message, its link and its code apart from the text.
    Raises: WrongFacts; UnsafeHeader, for the address; UnsafeLink.
    """
    told = _told(kind, facts) | {"application_name": one_line(application_name)}
    template = _words_of(kind, locale)
    # Mail programs turn an address inside a name into a link: only the subject is safe from that.
    spoken = {key: _without_links(key, value) for key, value in told.items()}
    layout = {
        **_brand(logo_url, accent_colour),
        "application_name": told["application_name"],
        "language": template.name.split("/")[0] if template.name else DEFAULT_LOCALE,
        "code": told.get("code"),
        "action_url": told.get("action_url"),
        "before": _paragraphs(_block(template, "before", spoken)),
        "after": _paragraphs(_block(template, "after", spoken)),
    }
    for block in ("preview", "heading", "action", "fallback", "reason"):
        layout[block] = one_line(_block(template, block, spoken))
    return Message(
        kind=kind,
        to=to,
        subject=_cut(one_line(_block(template, "subject", told)), SUBJECT_LENGTH),
        text=ENVIRONMENT.get_template("layout.txt").render(layout).strip() + "\n",
        html=ENVIRONMENT.get_template("layout.html").render(layout),
        links=(told["action_url"],) if told.get("action_url") else (),
        code=told.get("code"),
    )


def _told(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Check the facts against the kind, clean them, and say None for what was left out."""
    if kind not in KINDS:
        raise WrongFacts(f"There is no message of the kind {kind!r}.")
    known = KINDS[kind].required | KINDS[kind].may_have | COMMON
    missing = {name for name in KINDS[kind].required if facts.get(name) is None}
    unknown = facts.keys() - known
    if missing or unknown:
        raise WrongFacts(f"{kind}: missing {sorted(missing)}, unknown {sorted(unknown)}.")
    told: dict[str, Any] = dict.fromkeys(known)
    told.update({name: _clean(name, value) for name, value in facts.items()})
    if told.get("action_url"):
        refuse_unsafe_link(told["action_url"])
    return told


def _clean(name: str, value: Any) -> Any:
    if name == "action_url":
        return value
    if isinstance(value, str):
        return _cut(one_line(value), NAME_LENGTH) if name.endswith("_name") else one_line(value)
    if isinstance(value, Sequence):
        return tuple(one_line(str(part)) for part in value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise WrongFacts(f"{name}: a time needs its zone.")
    return value


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _without_links(name: str, value: Any) -> Any:
    """Put word joiners into words that strangers choose, where a mail program sees an address."""
    is_chosen = name.endswith("_name") or name == "requested_from"
    if isinstance(value, str) and is_chosen and name != "application_name":
        return _INSIDE_ADDRESS.sub("\\1\u2060", value)
    return value


def _brand(logo_url: str | None, accent_colour: str) -> dict[str, Any]:
    if logo_url is not None:
        refuse_unsafe_link(logo_url)
    if not _COLOUR.fullmatch(accent_colour):
        accent_colour = DEFAULT_ACCENT_COLOUR
    return {
        "logo_url": logo_url,
        "accent": accent_colour.lower(),
        "ink": "#ffffff" if _contrast_with_white(accent_colour) >= 4.5 else "#111111",
    }


def _contrast_with_white(colour: str) -> float:
    """Compute the contrast ratio, 1 to 21. Source: WCAG 2.2, relative luminance."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _words_of(kind: str, locale: str) -> Template:
    """Find the words of a kind in a locale, its language, or English."""
    names = [DEFAULT_LOCALE]
    if _LOCALE.fullmatch(locale):
        names = [locale, locale.split("-", maxsplit=1)[0], DEFAULT_LOCALE]
    return ENVIRONMENT.select_template([f"{name}/{kind}.txt" for name in names])


def _block(template: Template, block: str, facts: Mapping[str, Any]) -> str:
    """Render one block of a kind's words, or the locale's own where the kind has none."""
    if block not in template.blocks:
        language = (template.name or DEFAULT_LOCALE).split("/")[0]
        template = ENVIRONMENT.get_template(f"{language}/common.txt")
    return "".join(template.blocks[block](template.new_context(dict(facts)))).strip()


def _paragraphs(text: str) -> list[str]:
    return [one_line(part) for part in _BLANK_LINES.split(text) if part.strip()]
