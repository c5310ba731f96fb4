"""Email addresses on the wire of the Backend API."""

import pytest

from tests.sent import sent

UNKNOWN = "idn_2aaaaaaaaaaaaaaaaaaaaaaaaaa"


async def created(world, **fields):
    user = await world.user("ann")
    body = {"user_id": user.id, "email_address": "new@example.com", **fields}
    return await world.post("/email_addresses", body)


def code_of(answer):
    (error,) = answer.json()["errors"]
    return answer.status_code, error["code"], error["meta"].get("param_name")


async def test_an_address_is_created(world):
    answer = await created(world, verified=True, primary=True)
    assert answer.status_code == 200
    body = answer.json()
    assert body["verification"]["object"] == "verification_admin"
    user = (await world.get(f"/users/{world.people['ann']}")).json()
    assert user["primary_email_address_id"] == body["id"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email_address": "no"}, (422, "form_param_format_invalid", "email_address")),
        (
            {"email_address": "ann@example.com"},
            (422, "form_identifier_exists", "email_address"),
        ),
        ({"primary": True}, (422, "form_verification_needed", "primary")),
        ({"user_id": "user_x"}, (404, "resource_not_found", None)),
        ({"is_reserved": True}, (422, "form_param_unknown", "is_reserved")),
    ],
)
async def test_an_address_that_may_not_be_is_refused(world, fields, expected):
    assert code_of(await created(world, **fields)) == expected


async def test_an_address_is_read_and_an_unknown_one_is_not_found(world):
    row = (await created(world)).json()
    assert (await world.get(f"/email_addresses/{row['id']}")).json() == row
    assert code_of(await world.get(f"/email_addresses/{UNKNOWN}"))[0] == 404


async def test_an_address_is_updated(world):
    row = (await created(world)).json()
    path = f"/email_addresses/{row['id']}"
    fields = {"verified": True, "primary": True, "notify_primary_email_address_changed": True}
    answer = await world.patch(path, fields)
    assert answer.json()["verification"]["status"] == "verified"
    assert [each.kind for each in await sent(world)] == ["primary_email_address_changed"]
    assert code_of(await world.patch(path, {"verified": False}))[:2] == (
        422,
        "form_verification_needed",
    )


async def test_an_address_is_deleted_and_the_last_one_stays(world):
    row = (await created(world)).json()
    answer = await world.delete(f"/email_addresses/{row['id']}")
    assert answer.json() == {"object": "email_address", "id": row["id"], "deleted": True}
    last = (await world.user("ann")).email_addresses[0]
    answer = await world.delete(f"/email_addresses/{last.id}")
    assert code_of(answer)[:2] == (400, "last_required_identification_deletion_failed")


async def test_an_address_is_proven_by_a_code(world):
    row = (await created(world)).json()
    path = f"/email_addresses/{row['id']}"
    asked = (await world.post(path + "/prepare_verification")).json()
    assert (asked["object"], asked["status"]) == ("verification_otp", "unverified")
    (message,) = await sent(world)
    body = {"verification_id": asked["id"], "code": "x"}
    tried = (await world.post(path + "/attempt_verification", body)).json()
    assert (tried["status"], tried["attempts"]) == ("unverified", 1)
    body["code"] = message.code
    tried = (await world.post(path + "/attempt_verification", body)).json()
    assert tried["status"] == "verified"
    again = await world.post(path + "/attempt_verification", body)
    assert code_of(again)[:2] == (400, "verification_already_verified")
    unknown = await world.post(
        path + "/attempt_verification", {"verification_id": "gra_x", "code": "1"}
    )
    assert code_of(unknown)[:2] == (404, "resource_not_found")


async def test_more_codes_than_are_good_are_refused_with_a_time_to_come_back(world):
    row = (await created(world)).json()
    path = f"/email_addresses/{row['id']}/prepare_verification"
    answers = [await world.post(path) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert code_of(answers[-1])[1] == "verification_code_too_many_requests"
    assert answers[-1].headers["retry-after"] == "600"


@pytest.mark.parametrize(("status", "reserved"), [("reserved", True), ("unverified", False)])
async def test_an_address_takes_the_place_of_all(world, status, reserved):
    user = await world.user("ann")
    path = f"/users/{user.id}/email_address"
    body = {"email_address": "only@example.com", "identification_status": status}
    answer = (await world.put(path, body)).json()
    assert (answer["reserved"], answer["verification"]) == (reserved, None)
    body["identification_status"] = "other"
    assert code_of(await world.put(path, body))[:2] == (422, "form_param_value_invalid")


@pytest.mark.security("J1")
async def test_no_name_from_a_request_gets_into_mail(world):
    row = (await created(world)).json()
    forged = "evil.example"
    headers = {
        "host": forged,
        "x-forwarded-host": forged,
        "x-forwarded-proto": "https",
        "x-original-host": forged,
        "forwarded": f"host={forged};proto=https",
        "referer": f"https://{forged}/",
        "user-agent": f"https://{forged}/",
    }
    path = f"/email_addresses/{row['id']}"
    fields = {"verified": True, "primary": True, "notify_primary_email_address_changed": True}
    for answer in (
        await world.post(path + "/prepare_verification", headers=headers),
        await world.patch(path, fields, headers=headers),
        await world.post("/invitations", {"email_address": "cem@example.com"}, headers=headers),
    ):
        assert answer.status_code == 200, answer.text
    messages = await sent(world)
    assert len(messages) == 3
    links = [link for message in messages for link in message.links]
    assert [link.split("/")[2] for link in links] == ["app.test"]
    for message in messages:
        words = (message.subject, message.text, message.html, *message.links)
        assert not any(forged in each for each in words)
