"""Messages that the app delivers itself: announced, never sent, sealed, and soon forgotten."""

import pytest

from charter import worker
from charter.core.messages.queries import HANDED_OVER_KEPT
from charter.core.phone_numbers import codes as phone_codes
from charter.core.phone_numbers import operations as phone_numbers
from tests.core.message_templates.texts import MAIL, TEXT, ask_for_code, get, toggle
from tests.core.messages.test_delivery import over, work
from tests.outside.test_mail import Post, plain
from tests.sent import sent
from tests.world import later

ADDRESS = "new@example.com"
JOBS = "SELECT 1 FROM jobs WHERE instance_id = $1 AND kind = 'mail.send'"


async def test_a_message_is_announced_by_what_everybody_may_know_of_it(world):
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    event = (await world.events("email.created"))[-1]
    assert event["subject_id"] == message.id
    assert event["after"] == {
        "id": message.id,
        "slug": "verification_code",
        "to_address": ADDRESS,
        "is_delivered_here": True,
    }
    assert message.code not in repr(dict(event))


async def test_a_message_that_the_app_delivers_is_announced_and_never_sent(world):
    await toggle(world, is_delivered_here=False)
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        await work(world.platform)
        await ask_for_code(world, platform=platform)
        assert not await world.sql(JOBS, world.instance_id)
        await work(platform)
    assert [each for each in post.taken if ADDRESS in each.rcpt_tos] == []
    message = (await sent(world, ADDRESS))[-1]
    assert message.status == "handed_over"
    event = (await world.events("email.created"))[-1]
    assert (event["subject_id"], event["after"]["is_delivered_here"]) == (message.id, False)
    assert message.code in message.text
    assert not (await get(world, MAIL)).is_delivered_here


async def test_a_text_message_that_the_app_delivers_is_announced_as_one(world):
    await toggle(world, TEXT)
    await world.user("ann")
    row = await world.call(None, phone_numbers.create, user_id="ann", number="+14155550123")
    await world.call(None, phone_codes.prepare_verification, phone_number_id=row.id)
    (event,) = await world.events("sms.created")
    assert event["after"]["slug"] == "verification_code"
    assert not event["after"]["is_delivered_here"]
    assert [each.status for each in await sent(world, "+14155550123")] == ["handed_over"]
    assert not await world.sql(JOBS, world.instance_id)


@pytest.mark.security("N3")
async def test_what_the_app_delivers_lies_sealed(world):
    await toggle(world)
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    (row,) = await world.sql("SELECT * FROM messages WHERE id = $1", message.id)
    assert message.code.encode() not in row["sealed_content"]
    everything = await world.sql(
        "SELECT before::text, after::text FROM events WHERE instance_id = $1", world.instance_id
    )
    assert message.code not in repr([tuple(each) for each in everything])


@pytest.mark.security("N3")
async def test_what_the_app_delivers_is_forgotten_when_a_mail_would_have_been(world):
    await toggle(world)
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    query = "SELECT sealed_content IS NULL AS forgotten FROM messages WHERE id = $1"
    for seconds, is_forgotten in ((-60, False), (60, True)):
        at = later(world.platform, seconds=HANDED_OVER_KEPT.total_seconds() + seconds)
        await worker.clear(at)
        (row,) = await world.sql(query, message.id)
        assert row["forgotten"] is is_forgotten
