"""Second factors and passkeys of users on the wire of the Backend API."""

from tests.factors import backup_codes, code_at, with_totp
from tests.passkeys import registered


def error(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def verify(world, code):
    return await world.post(f"/users/{world.people['ann']}/verify_totp", {"code": code})


async def test_a_code_of_the_app_and_a_recovery_code_are_verified(world):
    await with_totp(world, "ann")
    recovery, *_ = await backup_codes(world, "ann")
    answer = await verify(world, code_at(world.platform))
    assert (answer.status_code, answer.json()) == (200, {"verified": True, "code_type": "totp"})
    answer = await verify(world, recovery)
    assert answer.json() == {"verified": True, "code_type": "backup_code"}
    assert error(await verify(world, recovery)) == (422, "totp_incorrect_code")


async def test_what_cannot_be_verified_says_why(world):
    await world.user("ann")
    assert error(await verify(world, "000000")) == (400, "totp_disabled")
    answer = await world.post("/users/user_x/verify_totp", {"code": "000000"})
    assert error(answer) == (404, "resource_not_found")
    answer = await world.post(f"/users/{world.people['ann']}/verify_totp", {})
    assert error(answer) == (422, "form_param_missing")


async def test_factors_are_taken_and_the_answer_names_the_user(world):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    path = f"/users/{world.people['ann']}"
    for what, left in (("backup_code", "totp_enabled"), ("totp", None), ("mfa", None)):
        answer = await world.delete(f"{path}/{what}")
        assert (answer.status_code, answer.json()) == (200, {"user_id": world.people["ann"]})
        user = (await world.get(path)).json()
        assert user["backup_code_enabled"] is False
        assert left is None or user[left]
    assert (user["totp_enabled"], user["two_factor_enabled"]) == (False, False)
    for what in ("backup_code", "totp", "mfa"):
        assert error(await world.delete(f"/users/user_x/{what}")) == (404, "resource_not_found")


async def test_a_passkey_is_deleted(world):
    _, passkey = await registered(world, "ann")
    path = f"/users/{world.people['ann']}/passkeys/{passkey.id}"
    answer = await world.delete(path)
    assert answer.json() == {"object": "passkey", "id": passkey.id, "deleted": True}
    assert error(await world.delete(path)) == (404, "resource_not_found")
