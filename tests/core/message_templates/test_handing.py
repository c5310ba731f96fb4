"""Messages that the app delivers itself: announced, never sent, sealed, and soon forgotten."""

from datetime import timedelta

import pytest

from charter import worker
from charter.core.messages.handing import KEPT, content_of, note_fetched
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
    content = await content_of(world.platform, world.instance_id, message.id)
    assert content.values["otp_code"] == content.code == message.code
    assert content.values["app.name"] == "Tests"
    assert message.code in content.text
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
async def test_what_the_app_delivers_lies_sealed_until_it_is_fetched(world):
    await toggle(world)
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    (row,) = await world.sql("SELECT * FROM messages WHERE id = $1", message.id)
    assert message.code.encode() not in row["sealed_content"]
    everything = await world.sql(
        "SELECT before::text, after::text FROM events WHERE instance_id = $1", world.instance_id
    )
    assert message.code not in repr([tuple(each) for each in everything])
    await note_fetched(world.platform, world.instance_id, message.id)
    assert await content_of(world.platform, world.instance_id, message.id) is None
    (row,) = await world.sql("SELECT * FROM messages WHERE id = $1", message.id)
    assert (row["sealed_content"], row["status"]) == (None, "handed_over")


@pytest.mark.security("N3")
async def test_what_the_app_never_fetches_is_forgotten_when_a_mail_would_have_been(world):
    await toggle(world)
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    almost = KEPT - timedelta(minutes=1)
    await worker.clear(later(world.platform, seconds=almost.total_seconds()))
    assert await content_of(world.platform, world.instance_id, message.id) is not None
    await worker.clear(later(world.platform, seconds=KEPT.total_seconds() + 60))
    assert await content_of(world.platform, world.instance_id, message.id) is None


async def test_what_a_message_says_is_told_to_its_own_instance_alone(world, other_world):
    await toggle(world)
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    theirs = other_world.instance_id
    assert await content_of(other_world.platform, theirs, message.id) is None
    await note_fetched(other_world.platform, theirs, message.id)
    assert await content_of(world.platform, world.instance_id, message.id) is not None


async def test_what_is_queued_or_kept_is_not_forgotten_by_fetching_it(world):
    await ask_for_code(world)
    message = (await sent(world, ADDRESS))[-1]
    await note_fetched(world.platform, world.instance_id, message.id)
    assert (await sent(world, ADDRESS))[-1].code == message.code
