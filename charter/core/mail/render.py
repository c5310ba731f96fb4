"""Writes messages: facts and the texts of a kind in, one message as text and as HTML out."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from charter.core.instances import colours
from charter.core.mail.built_in import (
    DEFAULT_LOCALE,
    TEMPLATES,
    Wording,
    language_of,
    text_message,
    wording,
)
from charter.core.mail.kinds import KINDS, TEXT_KINDS, Kind
from charter.core.mail.language import OutputTooLong, Text, Values
from charter.core.mail.model import Message, one_line, refuse_unsafe_link
from charter.core.mail.plain import plain_text
from charter.core.mail.variables import App, values

__all__ = ["DEFAULT_LOCALE", "TEMPLATES", "Wording", "WrongFacts", "render", "render_text"]

# Longer names are cut: a name is no place for a letter of its own.
NAME_LENGTH = 80
SHORT_NAME_LENGTH = 40
SUBJECT_LENGTH = 180
TEXT_LENGTH = 1_600
"""Characters of a text message: what ten of those that networks know hold."""

# Digits may follow: no address is made of a version or of 203.0.113.7.
_INSIDE_ADDRESS = re.compile(r"(?<=\S)([./@:])(?=[^\s\d])")
_GAPS = re.compile(r"\n{3,}")
_CHOSEN = frozenset({"requested_from", "requested_by"})


class WrongFacts(ValueError):
    """A message was asked for without a fact it needs, or with one that it does not know."""


def render(
    kind: str,
    *,
    to: str,
    application_name: str,
    locale: str = DEFAULT_LOCALE,
    logo_url: str | None = None,
    accent_colour: str = colours.DEFAULT,
    app_url: str | None = None,
    support_email: str | None = None,
    own: Wording | None = None,
    may_fall_back: bool = True,
    **facts: Any,
) -> Message:
    """Write a mail of a kind.

    locale: a BCP 47 tag; one without words of its own falls back to its language, then to English.
    logo_url: shown above the message instead of the application's name.
    accent_colour: `#rrggbb`, of the button.
    own: the app's own texts, for every locale. Where their values would make them too long, the
        server's are sent, if it `may_fall_back`: nobody waits for a code in vain.
    facts: as `KINDS` names them. What could break a line becomes a space.
    Returns: the message, its link and its code apart from the text.
    Raises: WrongFacts; UnsafeHeader, for the address; UnsafeLink; OutputTooLong.
    """
    if kind not in KINDS:
        raise WrongFacts(f"There is no message of the kind {kind!r}.")
    told = _told(kind, KINDS[kind], facts)
    app = _app(application_name, app_url, logo_url, support_email, accent_colour)
    plain = values(KINDS[kind], app, told)
    # Mail programs turn an address inside a name into a link: only the subject is safe from that.
    spoken = values(KINDS[kind], app, _without_links(told))
    ours = wording(kind, language_of(kind, locale), len(told.get("paragraphs") or ()))
    try:
        subject, text, html = _filled(own or ours, plain, spoken)
    except OutputTooLong:
        if not may_fall_back:
            raise
        subject, text, html = _filled(ours, plain, spoken)
    return Message(
        kind=kind,
        to=to,
        subject=subject,
        text=text,
        html=html,
        links=(told["action_url"],) if told.get("action_url") else (),
        code=told.get("code"),
        values=plain,
    )


def render_text(
    kind: str,
    *,
    to: str,
    application_name: str,
    app_url: str | None = None,
    own: Text | None = None,
    may_fall_back: bool = True,
    **facts: Any,
) -> Message:
    """Write a text message of a kind.

    to: a number in E.164. own: the app's own text. facts: as `TEXT_KINDS` names them; those that
    mail tells and a short text cannot are left out. may_fall_back: as for `render`.
    Raises: WrongFacts; UnsafeLink; OutputTooLong.
    """
    known = TEXT_KINDS[kind]
    told = _told(kind, known, {name: facts[name] for name in facts.keys() & known.facts})
    app = App(one_line(application_name)[:SHORT_NAME_LENGTH], url=app_url)
    said = values(known, app, told)
    try:
        text = (own or text_message(kind)).fill(said, limit=TEXT_LENGTH)
    except OutputTooLong:
        if not may_fall_back:
            raise
        text = text_message(kind).fill(said, limit=TEXT_LENGTH)
    text = _without_controls(text).strip()
    return Message(
        kind=kind,
        to=to,
        subject=f"Text message to {to}",
        text=text + "\n",
        html=f"<p>{escape(text)}</p>",
        links=(told["action_url"],) if told.get("action_url") else (),
        code=told.get("code"),
        values=said,
    )


def _filled(texts: Wording, plain: Values, spoken: Values) -> tuple[str, str, str]:
    """The subject, the text and the page. Raises: OutputTooLong."""
    page = texts.page.fill(spoken, is_html=True)
    text = plain_text(page) if texts.plain is None else texts.plain.fill(spoken)
    return (
        _cut(one_line(texts.subject.fill(plain)), SUBJECT_LENGTH),
        _GAPS.sub("\n\n", text).strip() + "\n",
        page,
    )


def _told(name: str, kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Check the facts against the kind, clean them, and say None for what was left out."""
    missing = {fact for fact in kind.required if facts.get(fact) is None}
    unknown = facts.keys() - kind.facts
    if missing or unknown:
        raise WrongFacts(f"{name}: missing {sorted(missing)}, unknown {sorted(unknown)}.")
    told: dict[str, Any] = dict.fromkeys(kind.facts)
    told.update({fact: _clean(fact, value) for fact, value in facts.items()})
    if told.get("action_url"):
        refuse_unsafe_link(told["action_url"])
    return told


def _clean(name: str, value: Any) -> Any:
    if name == "action_url":
        return value
    if isinstance(value, str):
        return _cut(one_line(value), NAME_LENGTH) if name.endswith("_name") else one_line(value)
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence):
        return tuple(one_line(str(part)) for part in value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise WrongFacts(f"{name}: a time needs its zone.")
    return value


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _without_links(told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with word joiners in what strangers chose, where a program sees an address."""
    return {
        name: _INSIDE_ADDRESS.sub("\\1\u2060", value)
        if isinstance(value, str) and (name.endswith("_name") or name in _CHOSEN)
        else value
        for name, value in told.items()
    }


def _without_controls(text: str) -> str:
    """A text of several lines with nothing in it that a screen would act upon."""
    return "\n".join(one_line(line) for line in text.splitlines())


def _app(
    name: str, url: str | None, logo_url: str | None, support_email: str | None, accent: str
) -> App:
    if logo_url is not None:
        refuse_unsafe_link(logo_url)
    if not colours.COLOUR.fullmatch(accent):
        accent = colours.DEFAULT
    ink = "#ffffff" if colours.contrast("#ffffff", accent) >= colours.TEXT_CONTRAST else "#111111"
    return App(one_line(name), url, logo_url, support_email, accent.lower(), ink)
