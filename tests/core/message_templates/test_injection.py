"""What somebody with an app's key may try with its templates: all of it is refused or harmless."""

import asyncio
import time

import pytest

from charter.core.mail.model import Message, Sender, UnsafeHeader
from charter.core.message_templates.model import TemplateTextInvalid
from charter.outside.mail import compose
from tests.core.mail.test_language import CORPUS
from tests.core.message_templates.texts import MAIL, TEXT, get, preview, update
from tests.world import all_at_once

SPLITTERS = ["\r\nBcc: eve@example.com", "\nX: 1", "\rx", "\0x", "\x85x", "\u2028x", "\u202ex"]
LOCAL_PARTS = [
    *("a b", "a@b", "a@evil.example", "a,b", "<a>", 'a"b', "a\\b", "(a)", "a;b", "a:b", "[a]"),
    *(".a", "a.", "a..b", "é", "{{app.name}}", "x" * 65, "a\r\nBcc: eve@example.com", "a\0", "a\n"),
]


@pytest.mark.security("K4")
@pytest.mark.parametrize("which", [MAIL, TEXT], ids=["mail", "text"])
@pytest.mark.parametrize("text", CORPUS)
async def test_no_body_reaches_further_than_its_variables(world, text, which):
    for given in (text + " {{otp_code}}", "{{otp_code}} " + text):
        with pytest.raises(TemplateTextInvalid):
            await update(world, which, body=given)
        with pytest.raises(TemplateTextInvalid):
            await preview(world, which, body=given)
    assert not (await get(world, which)).is_own


@pytest.mark.security("K4")
@pytest.mark.parametrize("text", CORPUS)
async def test_no_subject_does_either(world, text):
    with pytest.raises(TemplateTextInvalid):
        await update(world, subject=text)


@pytest.mark.security("K5")
@pytest.mark.parametrize("splitter", SPLITTERS)
async def test_no_subject_splits_a_header(world, splitter):
    with pytest.raises(TemplateTextInvalid):
        await update(world, subject="Code" + splitter)
    with pytest.raises(TemplateTextInvalid):
        await preview(world, subject="Code" + splitter)


@pytest.mark.security("K5")
@pytest.mark.parametrize("name", LOCAL_PARTS)
@pytest.mark.parametrize("field", ["from_name", "reply_to_name"])
async def test_no_name_of_a_sender_is_more_than_the_part_before_the_at(world, name, field):
    for call in (update, preview):
        with pytest.raises(TemplateTextInvalid):
            await call(world, **{field: name})


@pytest.mark.security("K5")
def test_a_sender_whose_name_was_not_checked_is_still_no_second_header():
    with pytest.raises(UnsafeHeader):
        Message("x", "a@example.com", "s", "t", "h", from_name="a\r\nBcc: eve@example.com")
    message = Message("x", "a@example.com", "s", "t", "h", reply_to_name="a@evil.example,b")
    sender = Sender("accounts@example.com").named(message.from_name, message.reply_to_name)
    with pytest.raises(ValueError, match="one local part"):
        compose(message, sender)


@pytest.mark.security("K4")
async def test_a_body_that_grows_beyond_a_message_is_refused_before_it_is_kept(world):
    body = "{{otp_code}}" + "{{app.name}}" * 1900
    await world.sql(
        "UPDATE applications SET name = $1 FROM instances WHERE instances.id = $2"
        " AND applications.id = instances.application_id",
        "x" * 5000,
        world.instance_id,
    )
    with pytest.raises(TemplateTextInvalid):
        await update(world, body=body)
    with pytest.raises(TemplateTextInvalid):
        await preview(world, body=body)


@pytest.mark.security("M3")
async def test_long_previews_of_one_instance_hold_up_nobody_else(world, other_world):
    body = "<p>{{otp_code}}</p>" + "<b>{{app.name}}</b> " * 1900
    await preview(other_world)

    async def quick():
        began = time.perf_counter()
        await get(other_world)
        return time.perf_counter() - began

    alone = sorted([await quick() for _ in range(50)])[-3]
    async with asyncio.TaskGroup() as group:
        group.create_task(all_at_once(*(preview(world, body=body) for _ in range(40))))
        beside = sorted([await quick() for _ in range(50)])[-3]
    assert beside < max(2 * alone, 0.25)
