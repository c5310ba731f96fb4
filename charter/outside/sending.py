"""The ways out for messages: mail by SMTP from one domain, and text messages by no gateway yet."""

from charter.core.mail.model import Mailer, MailRefused, Message, Sender


class MailFrom:
    """Mail of one sender, who may have other names at the same domain."""

    def __init__(self, mailer: Mailer, sender: Sender) -> None:
        self._mailer = mailer
        self._sender = sender

    async def send(self, message: Message, *, reference: str) -> None:
        """Send a message. Raises: MailDeferred, MailRefused."""
        sender = self._sender.named(message.from_name, message.reply_to_name)
        await self._mailer.send(message, sender=sender, reference=reference)


class NoTextGateway:
    """Refuses text messages: none is lost in silence where no gateway takes them."""

    async def send(self, message: Message, *, reference: str) -> None:  # noqa: ARG002
        """Refuse. Raises: MailRefused."""
        raise MailRefused("No gateway for text messages is configured.")
