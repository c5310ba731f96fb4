"""Writing messages: the kinds, their facts, and what strangers cannot do with them."""

from datetime import UTC, datetime

import pytest

from charter.core.mail.model import UnsafeHeader
from charter.core.messages.outbox import DatabaseOutbox
from charter.core.messages.queueing import queue
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import Operation, run
from tests.sent import sent

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LINK = "https://app.example.com/accept?ticket=1"
EVERY_KIND = {
    "invitation": {"action_url": LINK, "inviter_name": "Ben"},
    "organization_invitation": {"action_url": LINK, "organization_name": "Rockets"},
    "verification_code": {"code": "123456", "expires_in_minutes": 10},
    "password_changed": {"changed_at": NOW},
    "primary_email_address_changed": {"changed_at": NOW, "new_address": "new@example.com"},
    "account_locked": {"failed_attempts": 10},
    "sms_verification_code": {"code": "123456", "expires_in_minutes": 10},
}
SPLITTERS = ["\r\nBcc: x@evil.example", "\nx", "\rx", "\0x", "\u2028x", "\x85x"]


async def write(world, kind, to="ann@example.com", **facts):
    """Queue a message in an operation of the test's own."""

    async def say(ctx):
        await ctx.allow()
        return await queue(ctx, kind, to, **facts)

    operation = Operation("tests.say", Permission.USERS_MANAGE, (), True, say, {}, {})
    actor = Actor(ActorKind.SYSTEM, world.instance_id)
    return await run(world.platform, actor, operation, arguments={})


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_every_kind_of_message_is_written_and_kept(world, kind):
    message_id = await write(world, kind, **EVERY_KIND[kind])
    (message,) = await sent(world)
    assert (message.id, message.kind, message.status) == (message_id, kind, "captured")
    assert message.subject
    assert message.links == ((LINK,) if "action_url" in EVERY_KIND[kind] else ())
    assert message.code == EVERY_KIND[kind].get("code")


@pytest.mark.security("K5")
@pytest.mark.parametrize("splitter", SPLITTERS)
async def test_no_fact_splits_a_header(world, splitter):
    await world.sql(
        "UPDATE applications SET name = $1 FROM instances WHERE instances.id = $2"
        " AND applications.id = instances.application_id",
        "Acme" + splitter.replace("\0", "\x01"),
        world.instance_id,
    )
    await write(
        world,
        "organization_invitation",
        action_url=LINK,
        organization_name="Rockets" + splitter,
        inviter_name="Ben" + splitter,
    )
    (message,) = await sent(world)
    assert not set(message.subject) & set("\r\n\0\u2028\x85\x01")
    assert not any(line.lower().startswith("bcc:") for line in message.subject.splitlines())


@pytest.mark.security("K5")
@pytest.mark.parametrize("splitter", SPLITTERS)
async def test_no_address_splits_a_header(world, splitter):
    with pytest.raises(UnsafeHeader):
        await write(world, "password_changed", to="ann@example.com" + splitter, changed_at=NOW)
    assert await sent(world) == []


async def test_an_address_is_written_to_in_plain_letters(world):
    await write(world, "password_changed", to="\uff41\uff4e\uff4e@example.com", changed_at=NOW)
    assert [message.to_address for message in await sent(world)] == ["ann@example.com"]


async def test_the_outbox_tells_what_came_after_a_message(world):
    outbox = DatabaseOutbox(world.platform)

    def own(messages):
        # The outbox is the whole server's, and other tests may live in the future.
        return [each.id for each in messages if each.instance_id == world.instance_id]

    first = await write(world, "password_changed", changed_at=NOW)
    assert own(await outbox.wait_for_new(first, 0.01)) == []
    second = await write(world, "password_changed", changed_at=NOW)
    assert own(await outbox.wait_for_new(first, 1)) == [second]
    assert (await outbox.find(second)).instance_id == world.instance_id
    assert await outbox.find("eml_2aaaaaaaaaaaaaaaaaaaaaaaaaa") is None
    assert own(await outbox.recent(500))[:2] == [second, first]
