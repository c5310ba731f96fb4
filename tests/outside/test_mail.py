"""Conversations with a real SMTP server on this machine."""

import asyncio
import datetime as dt
import email
import ssl
from contextlib import asynccontextmanager
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from charter.core.mail.model import MailDeferred, MailRefused, Message, Sender, UnsafeHeader
from charter.outside.mail import SmtpMailer, SmtpServer, compose

SENDER = Sender("accounts@example.com", 'Acme, "the" Ünion', reply_to="help@example.com")
MESSAGE = Message(
    "invitation", "ben@example.org", "Grüße aus Köln", "Hello Ünï\n.\nend\n", "<p>Hello Ünï</p>"
)


class Post:
    """Takes mail, or answers as it is told."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK") -> None:
        self.rcpt, self.data = rcpt, data
        self.taken: list = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data.startswith("250"):
            self.taken.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return self.data


@asynccontextmanager
async def listening(protocol, **options):
    """A server on a free port of this machine, gone at the end."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def plain(post: Post, **options):
    return listening(lambda: SMTP(post, hostname="localhost", enable_SMTPUTF8=True, **options))


def mailer(port: int, **settings) -> SmtpMailer:
    known = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 5.0}
    return SmtpMailer(SmtpServer(**known | settings))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A server's context with a certificate of its own for 127.0.0.1, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


async def test_a_message_arrives_with_both_alternatives_and_its_headers():
    post = Post()
    async with plain(post) as port:
        await mailer(port).send(MESSAGE, sender=SENDER, reference="eml_1")
    (envelope,) = post.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("accounts@example.com", ["ben@example.org"])
    mail = email.message_from_bytes(envelope.content, policy=default)
    assert mail["From"] == '"Acme, \\"the\\" Ünion" <accounts@example.com>'
    assert (mail["To"], mail["Reply-To"]) == ("ben@example.org", "help@example.com")
    assert mail["Subject"] == "Grüße aus Köln"
    assert mail["Message-ID"] == "<eml_1@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    age = dt.datetime.now(dt.UTC) - parsedate_to_datetime(mail["Date"])
    assert age < dt.timedelta(minutes=1)
    assert mail.get_content_type() == "multipart/alternative"
    text, page = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    # The lone dot would end the message if it were not stuffed.
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert page.get_content_type() == "text/html"
    assert page.get_content().strip() == MESSAGE.html


async def test_starttls_is_spoken_before_the_message(certificate):
    server, trusting = certificate
    post = Post()
    async with plain(post, tls_context=server, require_starttls=True) as port:
        out = mailer(port, host="localhost", security="starttls", tls=trusting)
        await out.send(MESSAGE, sender=SENDER)
    assert post.encrypted == [True]


async def test_tls_from_the_first_byte(certificate):
    server, trusting = certificate
    post = Post()
    async with listening(lambda: SMTP(post, hostname="localhost"), ssl=server) as port:
        out = mailer(port, host="localhost", security="tls", tls=trusting)
        await out.send(MESSAGE, sender=SENDER)
    assert len(post.taken) == 1


async def test_nothing_is_said_in_plain_when_the_offer_of_starttls_is_gone():
    post = Post()
    async with plain(post) as port:
        with pytest.raises(MailDeferred, match="STARTTLS"):
            await mailer(port, security="starttls").send(MESSAGE, sender=SENDER)
    assert post.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_not_trusted(certificate, security):
    post = Post()
    options = {"ssl": certificate[0]} if security == "tls" else {}
    offer = {"tls_context": certificate[0]} if security == "starttls" else {}
    protocol = listening(lambda: SMTP(post, hostname="localhost", **offer), **options)
    async with protocol as port:
        with pytest.raises(MailDeferred):
            await mailer(port, host="localhost", security=security).send(MESSAGE, sender=SENDER)
    assert post.taken == []


async def test_a_certificate_for_another_host_is_not_trusted(certificate):
    server, trusting = certificate
    post = Post()
    async with plain(post, tls_context=server) as port:
        with pytest.raises(MailDeferred):
            await mailer(port, security="starttls", tls=trusting).send(MESSAGE, sender=SENDER)
    assert post.taken == []


@pytest.mark.parametrize(("password", "arrives"), [("right", True), ("wrong", False)])
async def test_the_password_opens_the_server_and_a_wrong_one_is_the_operators_matter(
    certificate, password, arrives
):
    def check(server, session, envelope, mechanism, data):
        is_right = (data.login, data.password) == (b"charter", b"right")
        return AuthResult(success=is_right, handled=False)

    post = Post()
    server, trusting = certificate
    way = {"host": "localhost", "security": "starttls", "tls": trusting}
    async with plain(post, tls_context=server, authenticator=check, auth_required=True) as port:
        out = mailer(port, username="charter", password=password, **way)
        sending = out.send(MESSAGE, sender=SENDER)
        if arrives:
            await sending
        else:
            with pytest.raises(MailDeferred, match="535"):
                await sending
    assert len(post.taken) == arrives


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("450 4.2.1 Mailbox busy", MailDeferred),
        ("451 4.7.1 Greylisted", MailDeferred),
        ("530 5.7.0 Authentication required", MailDeferred),
        ("550 5.1.1 No such user", MailRefused),
        ("554 5.7.1 Spam", MailRefused),
    ],
)
async def test_the_servers_answer_decides_whether_to_try_again(step, answer, error):
    async with plain(Post(**{step: answer})) as port:
        with pytest.raises(error, match=answer[:3]):
            await mailer(port).send(MESSAGE, sender=SENDER)


async def test_a_server_that_is_not_there_may_come_back():
    async with plain(Post()) as port:
        pass
    with pytest.raises(MailDeferred):
        await mailer(port).send(MESSAGE, sender=SENDER)


async def test_a_silent_server_is_given_up_in_time():
    async with listening(asyncio.Protocol) as port:
        started = asyncio.get_running_loop().time()
        with pytest.raises(MailDeferred, match=r"(?i)time"):
            await mailer(port, timeout_seconds=0.2).send(MESSAGE, sender=SENDER)
    assert asyncio.get_running_loop().time() - started < 5


async def test_a_conversation_that_breaks_off_may_be_repeated():
    class Breaking(Post):
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            server.transport.abort()
            return "250 OK"

    async with plain(Breaking()) as port:
        with pytest.raises(MailDeferred):
            await mailer(port).send(MESSAGE, sender=SENDER)


@pytest.mark.parametrize(
    "address",
    [
        *("", "nobody", "@example.org", "ben@", "a@example.org, b@example.org", "a@b@example.org"),
        *("<a@example.org>", "a@example.org (x)", "a b@example.org", '"a@example.org'),
        *("a@exa mple.org", "a@-ü-.org", "a@example.org;b@example.org"),
    ],
)
async def test_an_address_that_is_not_one_address_is_refused_for_good(address):
    post = Post()
    async with plain(post) as port:
        message = Message("notice", address, "subject", "text", "html")
        with pytest.raises(MailRefused):
            await mailer(port).send(message, sender=SENDER)
    assert post.taken == []


async def test_addresses_beyond_ascii_are_delivered():
    post = Post()
    async with plain(post) as port:
        for address in ("ben@bücher.example", "bén@example.org"):
            await mailer(port).send(Message("notice", address, "s", "t", "h"), sender=SENDER)
    assert [envelope.rcpt_tos for envelope in post.taken] == [
        ["ben@xn--bcher-kva.example"],
        ["bén@example.org"],
    ]


@pytest.mark.parametrize("splitter", ["\r\n", "\n", "\r", "\0"])
@pytest.mark.parametrize("where", ["address", "name", "reply_to"])
def test_a_sender_cannot_split_a_header_k5(splitter, where):
    facts = {"address": "a@example.com", where: f"a@example.com{splitter}Bcc: eve@example.com"}
    with pytest.raises(UnsafeHeader):
        Sender(**facts)


def test_a_reference_cannot_split_a_header_k5():
    with pytest.raises(UnsafeHeader):
        compose(MESSAGE, SENDER, reference="eml_1\r\nBcc: eve@example.com")


def test_each_message_without_a_reference_has_an_id_of_its_own():
    assert compose(MESSAGE, SENDER)["Message-ID"] != compose(MESSAGE, SENDER)["Message-ID"]


def test_a_password_never_travels_unencrypted_beyond_this_machine_n3():
    with pytest.raises(ValueError, match="encrypted"):
        SmtpServer("mail.example.com", security="none", username="charter", password="canary")
    assert "canary" not in repr(SmtpServer("mail.example.com", password="canary"))
