"""Phone numbers on the wire of the Backend API."""

import pytest

from tests.sent import sent
from tests.surfaces.backend.test_email_addresses import UNKNOWN, code_of

NUMBER = "+15555550100"


async def created(world, **fields):
    user = await world.user("ann")
    return await world.post(
        "/phone_numbers", {"user_id": user.id, "phone_number": NUMBER, **fields}
    )


async def test_a_number_is_created(world):
    answer = await created(world, verified=True, reserved_for_second_factor=True)
    body = answer.json()
    assert (body["phone_number"], body["default_second_factor"]) == (NUMBER, True)
    user = (await world.get(f"/users/{world.people['ann']}")).json()
    assert user["two_factor_enabled"] is True
    assert user["mfa_enabled_at"] > 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone_number": "no"}, (422, "form_param_format_invalid", "phone_number")),
        ({"primary": True}, (422, "form_verification_needed", "primary")),
        (
            {"reserved_for_second_factor": True},
            (400, "identification_create_second_factor_unverified", None),
        ),
        ({"user_id": "user_x"}, (404, "resource_not_found", None)),
    ],
)
async def test_a_number_that_may_not_be_is_refused(world, fields, expected):
    assert code_of(await created(world, **fields)) == expected


async def test_a_number_that_another_user_has_is_refused(world):
    await created(world, verified=True)
    ben = await world.user("ben")
    answer = await world.post("/phone_numbers", {"user_id": ben.id, "phone_number": NUMBER})
    assert code_of(answer) == (422, "form_identifier_exists", "phone_number")


async def test_a_number_is_read_updated_and_deleted(world):
    row = (await created(world)).json()
    path = f"/phone_numbers/{row['id']}"
    assert (await world.get(path)).json() == row
    refused = await world.patch(path, {"reserved_for_second_factor": True})
    assert code_of(refused)[:2] == (400, "identification_update_second_factor_unverified")
    answer = (await world.patch(path, {"verified": True, "primary": True})).json()
    assert answer["verification"]["status"] == "verified"
    assert (await world.delete(path)).json()["deleted"] is True
    assert code_of(await world.delete(path))[0] == 404
    assert code_of(await world.get(f"/phone_numbers/{UNKNOWN}"))[0] == 404


async def test_a_number_is_proven_by_a_code(world):
    row = (await created(world)).json()
    path = f"/phone_numbers/{row['id']}"
    asked = (await world.post(path + "/prepare_verification")).json()
    assert (asked["strategy"], asked["channel"]) == ("phone_code", "sms")
    (message,) = await sent(world)
    body = {"verification_id": asked["id"], "code": message.code}
    tried = await world.post(path + "/attempt_verification", body)
    assert tried.json()["status"] == "verified"
    again = await world.post(path + "/attempt_verification", body)
    assert code_of(again)[:2] == (400, "verification_already_verified")


async def test_a_number_takes_the_place_of_all(world):
    await created(world, verified=True)
    path = f"/users/{world.people['ann']}/phone_number"
    body = {"phone_number": "+15555550199", "identification_status": "reserved"}
    answer = (await world.put(path, body)).json()
    assert (answer["reserved"], answer["verification"]) == (True, None)
    assert len((await world.user("ann")).phone_numbers) == 1
    assert code_of(await world.put(path, {"phone_number": "1"}))[0] == 422
