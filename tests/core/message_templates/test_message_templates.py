"""Templates are read, changed, tried and reverted."""

import pytest

from charter.core.mail.kinds import KINDS, TEXT_KINDS
from charter.core.mail.language import MAX_LENGTH, read
from charter.core.mail.render import TEXT_LENGTH
from charter.core.message_templates import operations
from charter.core.message_templates.catalog import OF_KIND, SAMPLE_FACTS, SLOTS, samples
from charter.core.message_templates.model import (
    MessageTemplateNotFound,
    MessageTemplateUnchanged,
    TemplateTextInvalid,
    TemplateTypeUnknown,
    TemplateVariableMissing,
)
from charter.core.message_templates.wording import MAX_ELEMENTS
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.core.message_templates.texts import (
    BODY,
    MAIL,
    MAILS,
    TEXT,
    get,
    preview,
    revert,
    toggle,
    update,
)
from tests.world import all_at_once


def test_every_kind_of_message_but_the_notice_has_a_template():
    assert OF_KIND.keys() == (KINDS.keys() - {"notice"}) | TEXT_KINDS.keys()
    assert len({slot.id for slot in SLOTS}) == len(SLOTS)


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.id)
def test_what_comes_with_the_server_is_a_template_that_could_be_given(slot):
    assert samples(slot).keys() == slot.facts.facts & SAMPLE_FACTS.keys() == slot.facts.facts
    known = set(slot.available)
    text = read(slot.body)
    assert set(text.names()) <= known
    for name in slot.required:
        assert text.shows(name, frozenset(slot.required))
    if slot.subject is not None:
        assert set(read(slot.subject).names()) <= known


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.id)
async def test_giving_a_template_its_own_texts_changes_nothing_of_the_message(world, slot):
    which = {"template_type": slot.template_type.value, "slug": slot.slug}
    before = await preview(world, which)
    template = await get(world, which)
    await update(world, which, subject=template.subject, body=template.body, name=template.name)
    after = await preview(world, which)
    assert (after.subject, after.body) == (before.subject, before.body)


async def test_a_template_that_was_never_changed_is_what_comes_with_the_server(world):
    found = await get(world)
    assert (found.slug, found.name, found.is_own) == (
        "verification_code",
        "Verification code",
        False,
    )
    assert (found.from_name, found.reply_to_name, found.markup) == (None, None, "")
    assert found.is_delivered_here
    assert found.required_variables == ("otp_code",)
    assert {"otp_code", "app.name", "ttl_minutes"} <= set(found.available_variables)
    assert "{{otp_code}}" in found.body
    assert "{{app.name}}" in found.subject


async def test_templates_are_listed_in_their_order_page_by_page(world):
    async def listed(template_type, **search):
        return await world.call(
            None, operations.search, template_type=template_type, search=Search(**search)
        )

    found = await listed("email", limit=500)
    assert tuple(each.slug for each in found.items) == MAILS
    assert [each.position for each in found.items] == list(range(len(MAILS)))
    assert found.total == len(MAILS)
    page = await listed("email", limit=2, offset=3)
    assert tuple(each.slug for each in page.items) == MAILS[3:5]
    after = await listed("email", limit=1, after=page.items[0].id, with_total=False)
    assert (after.items[0].slug, after.total) == (MAILS[4], None)
    assert (await listed("email", after="tmpl_x")).items == ()
    texts = await listed("sms")
    assert [each.slug for each in texts.items] == [
        "verification_code",
        "reset_password_code",
        "invitation",
    ]
    await update(world, name="Ours")
    assert (await listed("email")).items[0].name == "Ours"


async def test_what_is_left_out_stays_and_a_null_is_as_it_comes_with_the_server(world):
    original = await get(world)
    made = await update(world, body=BODY, subject="Code for {{app.name}}", from_name="hi")
    assert (made.body, made.subject, made.from_name) == (BODY, "Code for {{app.name}}", "hi")
    made = await update(world, markup="<re-html></re-html>", is_delivered_here=False)
    assert (made.body, made.from_name, made.markup) == (BODY, "hi", "<re-html></re-html>")
    assert not made.is_delivered_here
    made = await update(world, body=None, subject=None, from_name="", is_delivered_here=None)
    assert (made.body, made.subject) == (original.body, original.subject)
    assert (made.from_name, made.is_delivered_here, made.is_own) == (None, True, True)
    assert await get(world) == made


async def test_a_template_is_reverted_whole_and_only_once(world):
    original = await get(world)
    await update(world, body=BODY, is_delivered_here=False)
    assert await revert(world) == original
    assert await get(world) == original
    with pytest.raises(MessageTemplateUnchanged):
        await revert(world)


async def test_who_delivers_is_said_or_turned(world):
    assert not (await toggle(world)).is_delivered_here
    assert (await toggle(world)).is_delivered_here
    assert not (await toggle(world, is_delivered_here=False)).is_delivered_here
    made = await toggle(world, is_delivered_here=False)
    assert not made.is_delivered_here
    assert made.body == (await get(world, MAIL)).body
    assert (await get(world, TEXT)).is_delivered_here


async def test_what_is_changed_is_announced_without_the_long_texts(world):
    await update(world, body=BODY, markup="<re-html></re-html>")
    await toggle(world, is_delivered_here=False)
    await revert(world)
    events = [each for each in await world.events() if "messageTemplate" in each["name"]]
    assert [each["name"].partition(".")[2] for each in events] == ["updated"] * 2 + ["reverted"]
    assert "otp_code" not in repr([dict(each) for each in events])
    assert {each["subject_id"] for each in events} == {"tmpl_email_verification_code"}


@pytest.mark.parametrize(
    ("which", "fields", "error"),
    [
        (MAIL, {"body": "<p>Hi</p>"}, TemplateVariableMissing),
        (MAIL, {"body": "{{#if greeting_name}}{{otp_code}}{{/if}}"}, TemplateVariableMissing),
        (MAIL, {"body": "<!-- {{! otp_code }} -->"}, TemplateVariableMissing),
        (TEXT, {"body": "Your code"}, TemplateVariableMissing),
        (MAIL, {"body": "{{otp_code}} {{secret_key}}"}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}} {{magic_link}}"}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}} {{app}}"}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code"}, TemplateTextInvalid),
        (MAIL, {"body": ""}, TemplateTextInvalid),
        (MAIL, {"body": "   "}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}}\0"}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}}\ud800"}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}}" + "x" * MAX_LENGTH}, TemplateTextInvalid),
        (MAIL, {"body": "{{otp_code}}" + "<b>" * (MAX_ELEMENTS + 1)}, TemplateTextInvalid),
        (MAIL, {"body": "<re-html>{{otp_code}}</re-html>"}, TemplateTextInvalid),
        (TEXT, {"body": "{{otp_code}}" + "x" * TEXT_LENGTH}, TemplateTextInvalid),
        (TEXT, {"body": "{{otp_code}} " + "{{app.name}} " * 120 + "x" * 1000}, TemplateTextInvalid),
        (MAIL, {"subject": ""}, TemplateTextInvalid),
        (MAIL, {"subject": "{{nobody}}"}, TemplateTextInvalid),
        (MAIL, {"subject": "x" * 501}, TemplateTextInvalid),
        (MAIL, {"name": "x" * 101}, TemplateTextInvalid),
        (MAIL, {"name": "a\0"}, TemplateTextInvalid),
        (MAIL, {"markup": "x" * 200_001}, TemplateTextInvalid),
        (MAIL, {"markup": "a\0"}, TemplateTextInvalid),
        (TEXT, {"subject": "x"}, InvalidInput),
        (TEXT, {"from_name": "x"}, InvalidInput),
        (TEXT, {"markup": "x"}, InvalidInput),
    ],
)
async def test_texts_that_could_not_be_sent_are_refused_and_nothing_is_kept(
    world, which, fields, error
):
    with pytest.raises(error):
        await update(world, which, **fields)
    if fields.keys() <= {"subject", "body"}:
        with pytest.raises(error):
            await preview(world, which, **fields)
    assert not (await get(world, which)).is_own


@pytest.mark.parametrize(
    ("template_type", "slug", "error"),
    [
        ("post", "verification_code", TemplateTypeUnknown),
        ("email", "no_such", MessageTemplateNotFound),
        ("email", "notice", MessageTemplateNotFound),
        ("sms", "magic_link_sign_in", MessageTemplateNotFound),
    ],
)
async def test_a_template_that_there_is_not_is_told_by_every_operation(
    world, template_type, slug, error
):
    which = {"template_type": template_type, "slug": slug}
    for call in (get, update, revert, preview, toggle):
        with pytest.raises(error):
            await call(world, which)


async def test_a_preview_says_the_same_each_time_and_keeps_nothing(world):
    tried = {"body": BODY, "subject": "{{otp_code}} for {{app.name}}", "from_name": "hello"}
    made = await preview(world, **tried)
    assert made.subject == "123456 for Tests"
    assert made.body == "<p>Hi, 123456 it is, says Tests.</p>"
    assert made.body_plain == "Hi, 123456 it is, says Tests.\n"
    assert (made.from_name, made.reply_to_name) == ("hello", None)
    assert await preview(world, **tried) == made
    assert not (await get(world)).is_own
    text = await preview(world, TEXT, body="{{otp_code}} & {{app.name}}")
    assert (text.body, text.subject, text.body_plain) == ("123456 & Tests", None, None)


async def test_a_preview_without_texts_is_of_the_template_as_it_is(world):
    await update(world, body=BODY, reply_to_name="help")
    made = await preview(world)
    assert made.body == "<p>Hi, 123456 it is, says Tests.</p>"
    assert made.subject == "Your verification code for Tests"
    assert made.reply_to_name == "help"
    await world.configure(branding={"primary_color": "#102030", "support_email": "a@b.test"})
    body = "{{otp_code}} {{theme.primary_color}} {{support_email}} {{app.url}} {{current_year}}"
    made = await preview(world, body=body)
    assert made.body == "123456 #102030 a@b.test http://app.test 2026"


async def test_changes_at_the_same_moment_are_all_there_in_the_end(world):
    calls = [update(world, from_name="hi"), update(world, reply_to_name="help")]
    calls += [update(world, name="Ours"), update(world, body=BODY), toggle(world)]
    for outcome in await all_at_once(*calls):
        assert not isinstance(outcome, Exception), outcome
    found = await get(world)
    assert (found.from_name, found.reply_to_name, found.name) == ("hi", "help", "Ours")
    assert (found.body, found.is_delivered_here) == (BODY, False)
    rows = await world.sql(
        "SELECT id FROM message_templates WHERE instance_id = $1", world.instance_id
    )
    assert len(rows) == 1


async def test_turns_at_the_same_moment_are_each_counted(world):
    await update(world, name="Ours")
    await all_at_once(*(toggle(world) for _ in range(6)))
    assert (await get(world)).is_delivered_here
    await all_at_once(*(toggle(world) for _ in range(5)))
    assert not (await get(world)).is_delivered_here


async def test_one_of_several_reverts_at_the_same_moment_succeeds(world):
    await update(world, body=BODY)
    outcomes = await all_at_once(*(revert(world) for _ in range(4)))
    assert sum(isinstance(each, MessageTemplateUnchanged) for each in outcomes) == 3


async def test_what_an_instance_changes_is_its_own(world, other_world):
    await update(world, body=BODY)
    assert not (await get(other_world)).is_own
    await update(other_world, body=BODY + "!")
    await revert(world)
    assert (await get(other_world)).body == BODY + "!"
