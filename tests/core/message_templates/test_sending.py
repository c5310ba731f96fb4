"""What an app wrote is what arrives, from the next message on; or the app delivers it itself."""

import email
import re
from email.policy import default

import pytest

from charter.core.invitations import operations as invitations
from charter.core.invitations.model import NewInvitation
from charter.core.phone_numbers import codes as phone_codes
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.users import operations as users
from charter.core.users.model import UserPatch
from tests.core.message_templates.texts import (
    BODY,
    MAIL,
    TEXT,
    ask_for_code,
    revert,
    toggle,
    update,
)
from tests.core.messages.test_delivery import over, work
from tests.core.messages.test_queueing import write
from tests.outside.test_mail import Post, plain
from tests.sent import sent, work_off

ADDRESS = "new@example.com"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
INVITING = {"template_type": "email", "slug": "invitation"}


async def arrived(world, *, address=ADDRESS, **texts):
    """The one mail that comes when a code is asked for with these texts, read by a program."""
    if texts:
        await update(world, **texts)
    post = Post()
    async with plain(post) as port:
        platform = over(world.platform, port)
        await work(world.platform)
        await ask_for_code(world, address, platform)
        await work(platform)
    (envelope,) = [each for each in post.taken if address in each.rcpt_tos]
    return envelope, email.message_from_bytes(envelope.content, policy=default)


def parts(mail):
    return [mail.get_body((kind,)).get_content().strip() for kind in ("plain", "html")]


async def test_a_changed_template_is_what_arrives(world):
    envelope, mail = await arrived(
        world,
        subject="{{app.name}} & you: come in",
        body='<p>Hi, <b>{{otp_code}}</b> it is.</p><a href="{{app.url}}">Open</a>',
        from_name="welcome",
        reply_to_name="help+codes",
    )
    text, page = parts(mail)
    code = re.search(r"\b\d{6}\b", text)[0]
    assert mail["Subject"] == "Tests & you: come in"
    assert page == f'<p>Hi, <b>{code}</b> it is.</p><a href="http://app.test">Open</a>'
    assert text.replace("\r\n", "\n") == f"Hi, {code} it is.\n\nOpen\nhttp://app.test"
    assert mail["From"] == "Acme <welcome@example.com>"
    assert mail["Reply-To"] == "help+codes@example.com"
    assert envelope.mail_from == "welcome@example.com"


async def test_a_reverted_template_is_not_what_arrives_any_more(world):
    await update(world, body=BODY, from_name="welcome")
    await revert(world)
    _, mail = await arrived(world)
    assert mail["Subject"] == "Your verification code for Tests"
    assert mail["From"] == "Acme <accounts@example.com>"
    assert "it is, says" not in parts(mail)[1]


async def test_the_very_next_message_says_what_was_changed(world):
    await ask_for_code(world, "a@example.com")
    await update(world, body=BODY)
    await ask_for_code(world, "b@example.com")
    await update(world, subject="Once more")
    await ask_for_code(world, "c@example.com")
    first, second, third = [
        (await sent(world, f"{name}@example.com"))[-1] for name in ("a", "b", "c")
    ]
    assert "it is, says" not in first.html
    assert second.html == f"<p>Hi, {second.code} it is, says Tests.</p>"
    assert second.subject == "Your verification code for Tests"
    assert (third.subject, "it is, says" in third.html) == ("Once more", True)


async def test_a_changed_template_holds_in_every_language(world):
    user = await world.user("ann")
    await world.call(None, users.update, user_id=user.id, patch=UserPatch(locale="de-DE"))
    await update(world, body=BODY)
    await ask_for_code(world)
    assert "it is, says" in (await sent(world, ADDRESS))[-1].html


async def test_a_changed_text_message_is_what_is_written(world):
    await update(world, TEXT, body="{{app.name}}: {{otp_code}} <3\nfor {{ttl_minutes}} minutes")
    await world.user("ann")
    row = await world.call(None, phone_numbers.create, user_id="ann", number="+14155550123")
    await world.call(None, phone_codes.prepare_verification, phone_number_id=row.id)
    (message,) = await sent(world, "+14155550123")
    assert message.text == f"Tests: {message.code} <3\nfor 10 minutes\n"


@pytest.mark.security("K3")
async def test_what_people_are_called_is_escaped_in_an_app_s_own_texts(world):
    await update(
        world,
        INVITING,
        subject="{{{app.name}}} {{invitation.public_metadata.team}}",
        body='<a href="{{action_url}}">{{{invitation.public_metadata.team}}}</a>',
    )
    team = '<img src=x onerror="alert(1)">{{otp_code}}\r\nBcc: eve@example.com'
    new = NewInvitation("guest@example.com", public_metadata={"team": team})
    await world.call(None, invitations.create, invitation=new)
    (message,) = await sent(world, "guest@example.com")
    assert "<img" not in message.html
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;{{otp_code}}" in message.html
    assert message.subject.isprintable()
    assert message.links[0].replace("&", "&amp;") in message.html


@pytest.mark.security("K4")
async def test_values_that_make_a_text_too_long_bring_back_the_server_s_own(world):
    body = '<a href="{{action_url}}">' + "{{invitation.public_metadata.team}}" * 1900 + "</a>"
    await update(world, INVITING, body=body)
    new = NewInvitation("guest@example.com", public_metadata={"team": "x" * 5000})
    await world.call(None, invitations.create, invitation=new)
    (message,) = await sent(world, "guest@example.com")
    assert len(message.html) < 20_000
    assert message.links[0] in message.text


async def test_a_person_s_own_request_is_told_and_an_app_s_is_not(world):
    await update(world, body="{{otp_code}} [{{requested_from}}] [{{requested_by}}]")
    await ask_for_code(world)
    by_app = (await sent(world, ADDRESS))[-1]
    assert by_app.html == f"{by_app.code} [] []"
    browser = world.browser()
    browser.http.headers["user-agent"] = FIREFOX
    await world.user("ben")
    form = {"identifier": "ben@example.com", "strategy": "email_code"}
    await browser.post("/client/sign_ins", form)
    themselves = (await sent(world, "ben@example.com"))[-1]
    told = themselves.html.removeprefix(themselves.code)
    assert told == " [127.0.0.1] [Firefox on Linux]"
    await browser.close()


async def test_a_code_for_a_new_password_has_a_template_of_its_own(world):
    which = {"template_type": "email", "slug": "reset_password_code"}
    await update(world, which, subject="New password", body="Reset with {{otp_code}}")
    await world.user("ann", password="a long enough passphrase")
    browser = world.browser()
    begun = await browser.post("/client/sign_ins", {"identifier": "ann@example.com"})
    sign_in = begun.json()["response"]["id"]
    form = {"strategy": "reset_password_email_code"}
    answer = await browser.post(f"/client/sign_ins/{sign_in}/prepare_first_factor", form)
    assert answer.status_code == 200
    message = (await sent(world, "ann@example.com"))[-1]
    assert (message.subject, message.html) == ("New password", f"Reset with {message.code}")
    await browser.close()
    await work_off(world)


async def test_mails_bear_the_logo_and_the_colour_of_the_instance(world):
    branding = {"logo_url": "https://cdn.test/logo.png", "primary_color": "#102030"}
    await world.configure(branding=branding)
    await write(world, "invitation", action_url="https://app.test/accept")
    (message,) = await sent(world)
    assert '<img src="https://cdn.test/logo.png" alt="Tests"' in message.html
    assert "background:#102030;" in message.html


async def test_a_message_that_no_template_is_for_stays_the_server_s(world):
    for which in (MAIL, INVITING):
        await toggle(world, which)
    await write(world, "notice", subject="Look", paragraphs=["Something happened."])
    (message,) = await sent(world)
    assert (message.status, message.subject) == ("captured", "Look")
    (event,) = await world.events("email.created")
    assert (event["after"]["slug"], event["after"]["is_delivered_here"]) == ("notice", True)


async def test_texts_from_elsewhere_work_as_they_are(world):
    which = {"template_type": "email", "slug": "new_device_sign_in"}
    body = (
        "{{> app_logo}}{{#if sign_in_method}}<p>{{sign_in_method}}</p>{{/if}}"
        "<p>{{browser_name}} on {{operating_system}}, {{ip_address}}, {{location}}</p>"
        '{{#if revoke_session_url}}<a href="{{revoke_session_url}}">Out</a>{{/if}}'
    )
    await update(world, which, body=body)
    facts = {"browser_name": "Firefox", "system_name": "Linux", "ip_address": "203.0.113.7"}
    await write(world, "new_device_sign_in", **facts)
    (message,) = await sent(world)
    assert message.html == "Tests<p>Firefox on Linux, 203.0.113.7, </p>"
