"""A message to one person, its sender, and the rules that keep its headers whole."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

# Control characters end a header line or hide in a log; the bidirectional overrides
# let a name rewrite the words around it. None of them has a place in one line of text.
_UNSAFE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)
_SPACES = re.compile(r" {2,}")


class UnsafeHeader(ValueError):
    """An address, a name or a subject holds a character that could split a header."""


class UnsafeLink(ValueError):
    """A link leads somewhere other than to a web page of a named host."""


class MailDeferred(Exception):
    """The message was not taken now and may be later: ask again."""


class MailRefused(Exception):
    """The message was refused for good: asking again changes nothing."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message comes from.

    address: `local@domain`.
    name: what mail programs show beside it.
    reply_to: where an answer goes, when not to the address.
    """

    address: str
    name: str | None = None
    reply_to: str | None = None

    def __post_init__(self) -> None:
        refuse_unsafe(self.address, "sender")
        refuse_unsafe(self.name or "", "sender name")
        refuse_unsafe(self.reply_to or "", "reply-to")

    def named(self, from_name: str | None, reply_to_name: str | None) -> "Sender":
        """The same, with other local parts in its domain where a message says so.

        Raises: UnsafeHeader.
        """
        domain = self.address.rpartition("@")[2]
        return replace(
            self,
            address=f"{from_name}@{domain}" if from_name else self.address,
            reply_to=f"{reply_to_name}@{domain}" if reply_to_name else self.reply_to,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one address, ready to be sent: the same words as plain text and as HTML.

    Only its kind is shown in a log or a traceback: the rest may hold codes and one-time links.

    links: absolute addresses the reader is asked to open, the most important one first.
    code: what the reader is asked to type, if anything.
    from_name, reply_to_name: local parts for the sender's domain, where the app chose them.
    values: what the names of its text stood for.
    Raises: UnsafeHeader, UnsafeLink.
    """

    kind: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    code: str | None = field(default=None, repr=False)
    from_name: str | None = field(default=None, repr=False)
    reply_to_name: str | None = field(default=None, repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        refuse_unsafe(self.to, "to")
        refuse_unsafe(self.subject, "subject")
        refuse_unsafe(self.from_name or "", "sender")
        refuse_unsafe(self.reply_to_name or "", "reply-to")
        for link in self.links:
            refuse_unsafe_link(link)


class Mailer(Protocol):
    """The way out for messages."""

    async def send(self, message: Message, *, sender: Sender, reference: str | None = None) -> None:
        """Hand the message over to be delivered.

        reference: what names this message over all attempts, so that a second copy is known as one.
        Raises: MailDeferred, when trying again may help; MailRefused, when it cannot.
        """


def refuse_unsafe(text: str, what: str) -> None:
    """Let a header's text pass only if it stays on its line. Never repeats the text.

    Raises: UnsafeHeader.
    """
    if _UNSAFE.search(text):
        raise UnsafeHeader(f"The {what} of a message holds a control character.")


def refuse_unsafe_link(link: str) -> None:
    """Let a link pass only if it is an absolute http or https address without spaces.

    Raises: UnsafeLink.
    """
    try:
        parts = urlsplit(link)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or _UNSAFE.search(link) or re.search(r"[\s\"'<>\\`]", link):
        raise UnsafeLink("A link in a message must be an absolute http or https address.")


def one_line(text: str) -> str:
    """Replace what could break a line by a space, and several spaces by one."""
    return _SPACES.sub(" ", _UNSAFE.sub(" ", text)).strip()
