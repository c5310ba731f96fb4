"""An app's own texts: checked when they are given, read when a message is written by them."""

import re
from functools import lru_cache

from charter.core.instances import colours
from charter.core.instances.model import Instance
from charter.core.instances.origins import app_url
from charter.core.mail.built_in import DEFAULT_LOCALE, Wording, language_of, source
from charter.core.mail.language import OutputTooLong, Text, TextInvalid, read
from charter.core.mail.model import Message, UnsafeHeader, refuse_unsafe
from charter.core.mail.render import render, render_text
from charter.core.mail.variables import App, always_there
from charter.core.message_templates.catalog import SAMPLE_ADDRESS, SAMPLE_NUMBER, Slot, samples
from charter.core.message_templates.model import (
    MAX_SUBJECT,
    TemplateTextInvalid,
    TemplateVariableMissing,
)
from charter.core.message_templates.queries import Writing
from charter.kernel.platform import Platform

_CONTROLS = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
# What an editor of mails makes bodies from; no mail program knows its elements.
_EDITOR_MARKUP = re.compile(r"<re-[a-z]")
_LOCAL_PART = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_OPEN = "invitation.public_metadata."
"""What a name may begin with that leads into JSON of the app's own."""
LOCAL_PART_LENGTH = 64
MAX_ELEMENTS = 5_000
"""Marks of a body that open or close an element."""

cached_read = lru_cache(64)(read)
"""Reads a text, or gives what it was read as of late."""


def mail_texts(
    slot: Slot, subject: str | None, body: str | None, locale: str = DEFAULT_LOCALE
) -> Wording | None:
    """The texts of mails by a template; None, where the server's own are to be sent.

    subject, body: the app's own, for every locale; None for those that it has not changed.
    """
    if subject is None and body is None:
        return None
    ours = source(slot.kind, language_of(slot.kind, locale))
    plain = cached_read(ours.plain) if body is None else None
    try:
        return Wording(
            cached_read(ours.subject if subject is None else subject),
            cached_read(ours.page if body is None else body),
            plain,
        )
    except TextInvalid:  # pragma: no cover  # only what was checked is kept
        return None


def short_text(body: str | None) -> Text | None:
    """The text of text messages by a template; None for the server's own."""
    return None if body is None else cached_read(body)


def checked_subject(slot: Slot, subject: str) -> str:
    """A subject that mails can have. Raises: TemplateTextInvalid."""
    if len(subject) > MAX_SUBJECT:
        raise _invalid("subject", f"it must have at most {MAX_SUBJECT} characters")
    try:
        refuse_unsafe(subject, "subject")
    except UnsafeHeader as unsafe:
        raise _invalid("subject", "it must be one line without control characters") from unsafe
    if not subject.strip():
        raise _invalid("subject", "it must not be empty")
    _read(slot, subject, "subject")
    return subject


def checked_body(slot: Slot, body: str) -> str:
    """A body that messages can have. It takes milliseconds: to be called off the event loop.

    Raises: TemplateTextInvalid; TemplateVariableMissing.
    """
    if _CONTROLS.search(body):
        raise _invalid("body", "it must not hold control characters")
    if not body.strip():
        raise _invalid("body", "it must not be empty")
    if slot.is_mail and _EDITOR_MARKUP.search(body):
        raise _invalid("body", "it is the markup of an editor, not the HTML that this makes")
    if body.count("<") > MAX_ELEMENTS:
        raise _invalid("body", f"it must have at most {MAX_ELEMENTS} elements")
    text = _read(slot, body, "body")
    always = always_there(slot.facts)
    for name in slot.required:
        if not text.shows(name, always):
            raise TemplateVariableMissing(name=name)
    return body


def checked_words(words: str, parameter: str, most: int) -> str:
    """A name, or the markup of an editor. most: characters. Raises: TemplateTextInvalid."""
    if len(words) > most:
        raise _invalid(parameter, f"it must have at most {most} characters")
    if _CONTROLS.search(words):
        raise _invalid(parameter, "it must not hold control characters")
    return words


def checked_local_part(name: str, parameter: str) -> str | None:
    """The part of an address before its `@`; None for an empty one. Raises: TemplateTextInvalid."""
    if not name:
        return None
    if len(name) > LOCAL_PART_LENGTH or not _LOCAL_PART.fullmatch(name):
        reason = "it must be 1 to 64 letters, digits, hyphens, underscores, dots or plus signs"
        raise _invalid(parameter, reason)
    return name


def preview(slot: Slot, app: App, subject: str | None, body: str | None) -> Message:
    """A message with sample facts. It takes milliseconds: to be called off the event loop.

    subject, body: the app's own, checked; None for those that it has not changed.
    Raises: TemplateTextInvalid, when it would be too long.
    """
    told = {"application_name": app.name, "app_url": app.url, **samples(slot)}
    try:
        if not slot.is_mail:
            own = short_text(body)
            return render_text(slot.kind, to=SAMPLE_NUMBER, own=own, may_fall_back=False, **told)
        return render(
            slot.kind,
            to=SAMPLE_ADDRESS,
            logo_url=app.logo_url,
            accent_colour=app.accent,
            support_email=app.support_email,
            own=mail_texts(slot, subject, body),
            may_fall_back=False,
            **told,
        )
    except OutputTooLong as long:
        raise _invalid("body", "with its values it would be longer than a message may be") from long


def app_of(platform: Platform, told: Instance | Writing) -> App:
    """What messages say of an app."""
    branding = told.settings.branding
    return App(
        told.application_name,
        app_url(told, platform.addresses),
        branding.logo_url,
        branding.support_email,
        branding.primary_color or colours.DEFAULT,
    )


def _read(slot: Slot, text: str, parameter: str) -> Text:
    """A text that names what there is. Raises: TemplateTextInvalid."""
    try:
        found = read(text)
    except TextInvalid as invalid:
        raise _invalid(parameter, invalid.reason) from invalid
    known = frozenset(slot.available)
    for path in found.names():
        if path not in known and not path.startswith(_OPEN):
            raise _invalid(parameter, f"there is no variable {path}")
    return found


def _invalid(parameter: str, reason: str) -> TemplateTextInvalid:
    return TemplateTextInvalid(parameter, reason=reason)
