"""A mail server for servers that are programs of their own."""

import asyncio
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP


class Post:
    """A mail server that takes all mail, and may be told to keep the sender waiting."""

    def __init__(self) -> None:
        self.port = 0
        self.delivered: list[str] = []
        self.begun: list[str] = []
        self.gate = None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # the library's name
        self.begun += envelope.rcpt_tos
        if self.gate is not None:
            await self.gate.wait()
        self.delivered += envelope.rcpt_tos
        return "250 OK"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a server that sends its mail here."""
        return {
            "CHARTER_MAIL_CAPTURE": "false",
            "CHARTER_SMTP_HOST": "127.0.0.1",
            "CHARTER_SMTP_PORT": str(self.port),
            "CHARTER_SMTP_SECURITY": "none",
            "CHARTER_MAIL_FROM": "Charter <charter@mail.test>",
        }


@asynccontextmanager
async def post_office():
    """A mail server on a free port of this machine."""
    made = Post()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(made, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
