"""Sends messages over SMTP, and tells apart what may pass from what will not."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import Literal, TypeAlias

import aiosmtplib
import idna

from charter.core.mail.model import (
    MailDeferred,
    Mailer,
    MailRefused,
    Message,
    Sender,
    one_line,
    refuse_unsafe,
)

__all__ = ["Mailer", "Security", "SmtpMailer", "SmtpServer", "compose"]

# starttls: plain at first, encrypted before anything is said. tls: encrypted from the first byte.
Security: TypeAlias = Literal["starttls", "tls", "none"]

# Answers about who we are, not about the message: an operator mends them, and the mail then goes.
_ABOUT_THE_WAY = frozenset({421, 530, 534, 535, 538})
_REASON_LENGTH = 300
_MORE_THAN_AN_ADDRESS = re.compile(r"[\s()<>@,:;\\\"\[\]]")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The server that takes our mail.

    port: 587 is usual for starttls, 465 for tls.
    timeout_seconds: of each step of the conversation.
    tls: with which authorities and client certificates; the system's authorities when left out.
    Raises: ValueError, for a password that would travel unencrypted beyond this machine.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20.0
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.security == "none" and self.username and not _is_this_machine(self.host):
            raise ValueError("A mail password needs an encrypted connection: starttls or tls.")


class SmtpMailer:
    """Hands each message to an SMTP server in a conversation of its own."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        # One context for all conversations: loading the authorities costs milliseconds.
        self._tls = server.tls or ssl.create_default_context()

    async def send(self, message: Message, *, sender: Sender, reference: str | None = None) -> None:
        """Hand a message to the server, which answers for it from then on.

        reference: as `compose` takes it.
        Raises: MailDeferred, when no conversation came about, it broke off, or the server
            answered 4xx; MailRefused, when it refused the message or its addresses.
        """
        try:
            envelope = compose(message, sender, reference=reference)
        except ValueError as error:
            raise MailRefused("An address of the message cannot be written in a header.") from error
        async with self._conversation() as smtp:
            try:
                await smtp.send_message(envelope)
            except (aiosmtplib.SMTPNotSupported, ValueError) as error:
                raise MailRefused(_reason(error)) from error
            except (aiosmtplib.SMTPException, OSError) as error:
                raise _judge(error) from error

    @asynccontextmanager
    async def _conversation(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Open a conversation, encrypted and signed in as the settings say, and end it.

        Raises: MailDeferred.
        """
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            timeout=server.timeout_seconds,
            use_tls=server.security == "tls",
            # Never the library's "if it is offered": who strips the offer would read the mail.
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "none" else self._tls,
        )
        try:
            await smtp.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            smtp.close()
            raise MailDeferred(_reason(error)) from error
        try:
            yield smtp
            # The message is taken already: a farewell that fails is no failure.
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()
        finally:
            smtp.close()


def compose(message: Message, sender: Sender, *, reference: str | None = None) -> EmailMessage:
    """Write a message as mail: headers, and its text and HTML as alternatives.

    reference: becomes the left side of the Message-ID, so that every attempt has the same one.
    Raises: ValueError, for an address that cannot stand in a header.
    Source: RFC 5322; RFC 3834 for Auto-Submitted.
    """
    refuse_unsafe(reference or "", "reference")
    origin = _address(sender.address, sender.name or "")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = origin
    mail["To"] = _address(message.to)
    if sender.reply_to:
        mail["Reply-To"] = _address(sender.reply_to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = (
        f"<{reference}@{origin.domain}>" if reference else make_msgid(domain=origin.domain)
    )
    # Keeps out-of-office answers from coming back.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _address(address: str, name: str = "") -> Address:
    """Take one bare address; its domain becomes ASCII, its local part stays as it is."""
    local, at, domain = address.rpartition("@")
    # Without the characters of lists, comments, quotes and routes it can only be one address.
    if not (local and at and domain) or _MORE_THAN_AN_ADDRESS.search(local + domain):
        raise ValueError("An address is one local part, an @ and one domain.")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return Address(display_name=name, username=local, domain=domain)


def _judge(error: Exception) -> MailDeferred | MailRefused:
    """Tell from the server's answer whether to try again."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        is_final = error.code >= 500 and error.code not in _ABOUT_THE_WAY
        return MailRefused(_reason(error)) if is_final else MailDeferred(_reason(error))
    return MailDeferred(_reason(error))


def _reason(error: Exception) -> str:
    """Say in one line what happened. What the server said may be long and hold line ends."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = f"{type(error).__name__}: {error}"
    return one_line(text)[:_REASON_LENGTH]


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
