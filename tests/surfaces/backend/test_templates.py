"""Email and SMS templates on the wire of the Backend API."""

import pytest

from tests.core.message_templates.texts import BODY, MAILS, ask_for_code
from tests.sent import sent

ALL = "/templates/email"
ONE = ALL + "/verification_code"
TEXT = "/templates/sms/verification_code"


def error(answer):
    (found,) = answer.json()["errors"]
    return answer.status_code, found["code"], found["meta"].get("param_name")


async def test_a_template_is_read_changed_and_reverted(world):
    answer = await world.get(ONE)
    assert answer.status_code == 200
    original = answer.json()
    assert original | {"body": "", "available_variables": []} == {
        "object": "template",
        "id": "tmpl_email_verification_code",
        "instance_id": None,
        "resource_type": "system",
        "template_type": "email",
        "name": "Verification code",
        "slug": "verification_code",
        "position": 0,
        "can_revert": False,
        "can_delete": False,
        "can_edit_body": True,
        "can_toggle": False,
        "subject": "Your verification code for {{app.name}}",
        "markup": "",
        "body": "",
        "available_variables": [],
        "required_variables": ["otp_code"],
        "from_email_name": "",
        "reply_to_email_name": "",
        "delivered_by_clerk": True,
        "enabled": True,
        "flagged_as_suspicious": False,
        "updated_at": original["updated_at"],
        "created_at": original["created_at"],
    }
    body = {
        "name": "Our code",
        "subject": "{{otp_code}} is your code",
        "markup": "<re-html></re-html>",
        "body": BODY,
        "delivered_by_clerk": False,
        "from_email_name": "hello",
        "reply_to_email_name": "help",
    }
    changed = (await world.put(ONE, body)).json()
    assert {name: changed[name] for name in body} == body
    assert (changed["resource_type"], changed["can_revert"]) == ("user", True)
    assert changed["instance_id"] == world.instance_id
    assert (await world.get(ONE)).json() == changed
    assert (await world.post(ONE + "/revert")).json() == original
    assert (await world.get(ONE)).json() == original
    assert error(await world.post(ONE + "/revert")) == (400, "template_revert_error", None)


async def test_what_was_read_can_be_sent_back_as_it_is(world):
    for listed in ("/templates/email", "/templates/sms"):
        for found in (await world.get(listed, params={"limit": 500})).json():
            names = ("name", "subject", "markup", "body", "delivered_by_clerk")
            names += ("from_email_name", "reply_to_email_name")
            path = f"{listed}/{found['slug']}"
            answer = await world.put(path, {name: found[name] for name in names})
            assert answer.status_code == 200, answer.text
            assert {name: answer.json()[name] for name in names} == {n: found[n] for n in names}


async def test_the_list_is_an_array_or_a_page(world):
    assert [each["slug"] for each in (await world.get(ALL)).json()] == list(MAILS[:10])
    every = (await world.get(ALL, params={"limit": 500})).json()
    assert [each["slug"] for each in every] == list(MAILS)
    query = {"paginated": "true", "limit": 1, "offset": 1}
    page = (await world.get(ALL, params=query)).json()
    assert [each["slug"] for each in page["data"]] == ["reset_password_code"]
    assert page["total_count"] == len(MAILS)
    texts = (await world.get("/templates/sms")).json()
    assert {each["template_type"] for each in texts} == {"sms"}
    assert {each["subject"] for each in texts} == {None}


async def test_a_preview_shows_sample_data(world):
    answer = await world.post(
        ONE + "/preview", {"subject": "{{otp_code}}", "body": BODY, "from_email_name": "hello"}
    )
    assert answer.status_code == 200
    assert answer.json() == {
        "object": "template_preview",
        "template_type": "email",
        "slug": "verification_code",
        "subject": "123456",
        "body": "<p>Hi, 123456 it is, says Tests.</p>",
        "body_plain": "Hi, 123456 it is, says Tests.\n",
        "from_email_name": "hello",
        "reply_to_email_name": "",
    }
    bare = (await world.post(ONE + "/preview")).json()
    assert bare["subject"] == "Your verification code for Tests"
    assert "123456" in bare["body"]
    assert (await world.post(TEXT + "/preview", {"body": "{{otp_code}}!"})).json()[
        "body"
    ] == "123456!"


async def test_who_delivers_is_said_or_turned(world):
    off = {"delivered_by_clerk": False}
    assert not (await world.post(ONE + "/toggle_delivery", off)).json()["delivered_by_clerk"]
    await ask_for_code(world)
    assert [each.status for each in await sent(world, "new@example.com")] == ["handed_over"]
    assert (await world.post(ONE + "/toggle_delivery")).json()["delivered_by_clerk"]
    assert not (await world.post(ONE + "/toggle_delivery", {})).json()["delivered_by_clerk"]


@pytest.mark.parametrize(
    ("body", "code", "parameter"),
    [
        ({"body": "Hi"}, "required_variable_missing", "body"),
        ({"body": "{{otp_code}} {{nobody}}"}, "invalid_template_body", "body"),
        ({"body": "{{#each app}}{{otp_code}}{{/each}}"}, "invalid_template_body", "body"),
        ({"body": "{{otp_code}} {{#if"}, "invalid_template_body", "body"),
        ({"subject": "a\r\nBcc: b"}, "invalid_template_body", "subject"),
        ({"subject": "{{magic_link}}"}, "invalid_template_body", "subject"),
        ({"from_email_name": "a@b"}, "invalid_template_body", "from_email_name"),
        ({"reply_to_email_name": "a b"}, "invalid_template_body", "reply_to_email_name"),
        ({"body": 1}, "form_param_value_invalid", "body"),
        ({"delivered_by_clerk": "yes"}, "form_param_value_invalid", "delivered_by_clerk"),
        ({"colour": "red"}, "form_param_unknown", "colour"),
    ],
)
async def test_what_cannot_be_sent_is_refused_and_changes_nothing(world, body, code, parameter):
    before = (await world.get(ONE)).json()
    assert error(await world.put(ONE, body)) == (422, code, parameter)
    if "delivered_by_clerk" not in body:
        assert error(await world.post(ONE + "/preview", body)) == (422, code, parameter)
    assert (await world.get(ONE)).json() == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/templates/post", 400, "template_type_unsupported"),
        ("/templates/post/verification_code", 400, "template_type_unsupported"),
        ("/templates/email/nothing", 404, "resource_not_found"),
        ("/templates/sms/magic_link_sign_in", 404, "resource_not_found"),
        ("/templates/email/%00", 404, "resource_not_found"),
        ("/templates/email/%E2%82%AC", 404, "resource_not_found"),
    ],
)
async def test_what_there_is_not_is_told(world, path, status, code):
    answers = [await world.get(path)]
    if path.count("/") == 3:
        answers.append(await world.put(path, {}))
        answers += [
            await world.post(f"{path}/{verb}") for verb in ("revert", "preview", "toggle_delivery")
        ]
    for answer in answers:
        assert error(answer)[:2] == (status, code)


async def test_a_template_that_changed_meanwhile_is_not_overwritten(world):
    for ask in (world.get(ONE), world.put(ONE, {"name": "First"})):
        first = await ask
        version = {"headers": {"if-match": first.headers["etag"]}}
        again = await world.put(ONE, {"name": "Second"}, **version)
        assert again.status_code == 200
        stale = await world.put(ONE, {"name": "Third"}, **version)
        assert stale.status_code == 412
        assert (await world.get(ONE)).json()["name"] == "Second"
        toggled = await world.post(ONE + "/toggle_delivery", {}, **version)
        assert toggled.status_code == 412


async def test_nobody_without_a_key_reads_or_changes_templates(world, http):
    for method, path in (("GET", ALL), ("GET", ONE), ("PUT", ONE), ("POST", ONE + "/preview")):
        answer = await http.request(method, "/v1" + path, json={} if method != "GET" else None)
        assert answer.status_code == 401
