"""From an operation to a mail server: through the queue, the worker and a real conversation."""

import dataclasses
import email
import re
from email.policy import default

import pytest

from charter import worker
from charter.core.email_addresses import codes
from charter.core.email_addresses import operations as email_addresses
from charter.core.later import HANDLERS
from charter.core.mail.model import MailDeferred, Sender
from charter.core.phone_numbers import codes as phone_codes
from charter.core.phone_numbers import operations as phone_numbers
from charter.kernel import jobs
from charter.outside.sending import MailFrom, NoTextGateway
from tests.outside.test_mail import Post, listening, mailer, plain
from tests.sent import sent
from tests.world import later

ADDRESS = "new@example.com"


def over(platform, port):
    """The platform with a way out for mail."""
    way = MailFrom(mailer(port), Sender("accounts@example.com", "Acme"))
    return dataclasses.replace(platform, mail=way, texts=NoTextGateway())


async def ask(world, platform, address=ADDRESS):
    """A code is asked for, and its message waits to be sent, alone: others' jobs are done first."""
    await work(world.platform)
    await world.user("ann")
    row = await world.call(None, email_addresses.create, user_id="ann", address=address)
    verification = await world.call(
        None, codes.prepare_verification, email_address_id=row.id, platform=platform
    )
    return row, verification


async def work(platform):
    while await worker.once(platform, HANDLERS):
        pass


def to_us(post):
    return [envelope for envelope in post.taken if ADDRESS in envelope.rcpt_tos]


async def stored(world):
    (row,) = await world.sql(
        "SELECT * FROM messages WHERE instance_id = $1 AND kind <> 'notice'",
        world.instance_id,
    )
    return row


async def test_a_code_goes_from_the_operation_to_the_mail_server_and_back(world):
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        row, verification = await ask(world, platform)
        assert (await stored(world))["status"] == "queued"
        await work(platform)
    (envelope,) = to_us(post)
    mail = email.message_from_bytes(envelope.content, policy=default)
    assert (mail["To"], mail["From"]) == (ADDRESS, "Acme <accounts@example.com>")
    text = mail.get_body(("plain",)).get_content()
    (code,) = re.findall(r"\b\d{6}\b", text)
    tried = await world.call(
        None,
        codes.attempt_verification,
        email_address_id=row.id,
        verification_id=verification.id,
        code=code,
    )
    assert tried.status == "verified"


async def test_what_was_sent_is_marked_and_its_words_are_forgotten(world):
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        await work(platform)
    row = await stored(world)
    assert (row["status"], row["attempts"], row["sealed_content"]) == ("sent", 1, None)
    assert row["sent_at"] is not None
    assert not await world.sql("SELECT 1 FROM jobs WHERE instance_id = $1", world.instance_id)
    (message,) = await sent(world)
    assert (message.text, message.code) == ("", None)


async def test_a_job_that_is_done_twice_sends_once(world):
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        row = await stored(world)
        job = jobs.ClaimedJob(world.instance_id, "job_1", "mail.send", {"message_id": row["id"]}, 1)
        await HANDLERS["mail.send"](platform, job)
        await HANDLERS["mail.send"](platform, job)
        await work(platform)
    assert len(to_us(post)) == 1


async def test_a_server_that_is_away_is_asked_again_with_the_same_message_id(world):
    busy, ready = Post(data="451 come back later"), Post()
    async with plain(busy) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        await work(platform)
    row = await stored(world)
    assert (row["status"], row["attempts"]) == ("queued", 1)
    assert "451" in row["error"]
    async with plain(ready) as port:
        await work(later(over(world.platform, port), seconds=2))
    row = await stored(world)
    assert (row["status"], row["attempts"], row["error"]) == ("sent", 2, None)
    (envelope,) = to_us(ready)
    mail = email.message_from_bytes(envelope.content, policy=default)
    assert mail["Message-ID"] == f"<{row['id']}@example.com>"


async def test_after_the_last_attempt_a_message_has_failed(world):
    async with plain(Post(data="451 never")) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        row = await stored(world)
        payload = {"message_id": row["id"]}
        last = len(jobs.BACKOFF_SECONDS) + 1
        with pytest.raises(MailDeferred):
            await HANDLERS["mail.send"](
                platform, jobs.ClaimedJob(world.instance_id, "j", "mail.send", payload, last - 1)
            )
        await HANDLERS["mail.send"](
            platform, jobs.ClaimedJob(world.instance_id, "j", "mail.send", payload, last)
        )
        await work(platform)
    row = await stored(world)
    assert (row["status"], row["sealed_content"]) == ("failed", None)


async def test_a_refused_message_has_failed_for_good(world):
    async with plain(Post(rcpt="550 no such user")) as port:
        platform = over(world.platform, port)
        await ask(world, platform)
        await work(platform)
    row = await stored(world)
    assert (row["status"], row["attempts"]) == ("failed", 1)
    assert "550" in row["error"]


async def test_without_a_gateway_a_text_message_fails_in_the_open(world):
    platform = dataclasses.replace(world.platform, texts=NoTextGateway())
    await world.user("ann")
    row = await world.call(None, phone_numbers.create, user_id="ann", number="+15555550100")
    await world.call(
        None, phone_codes.prepare_verification, phone_number_id=row.id, platform=platform
    )
    await work(platform)
    row = await stored(world)
    assert (row["status"], row["error"]) == (
        "failed",
        "No gateway for text messages is configured.",
    )


async def test_what_was_queued_before_mail_was_captured_is_captured(world):
    async with listening(lambda: None) as port:
        await ask(world, over(world.platform, port))
    await work(world.platform)
    assert [message.status for message in await sent(world)] == ["captured"]


async def test_nothing_is_sent_for_an_operation_that_failed(world):
    await world.user("ann")
    with pytest.raises(Exception, match="email_address_not_found"):
        await world.call(None, codes.prepare_verification, email_address_id="idn_x")
    assert await sent(world) == []
