"""Actor tokens on the wire of the Backend API."""

import pytest

SUPPORT = {"sub": "user_support", "desk": {"name": "Zoë"}}


def error_of(answer):
    return answer.json()["errors"][0]


async def test_a_ticket_is_made_shown_once_and_revoked_once(world):
    ann = await world.user("ann")
    made = (await world.post("/actor_tokens", {"user_id": ann.id, "actor": SUPPORT})).json()
    assert (made["object"], made["status"]) == ("actor_token", "pending")
    assert (made["user_id"], made["actor"]) == (ann.id, SUPPORT)
    assert made["token"] in made["url"]
    path = f"/actor_tokens/{made['id']}/revoke"
    revoked = (await world.post(path)).json()
    assert (revoked["status"], revoked["actor"]) == ("revoked", SUPPORT)
    assert not {"token", "url"} & revoked.keys()
    again = await world.post(path)
    assert again.status_code == 400
    assert error_of(again)["code"] == "actor_token_cannot_be_revoked_code"


@pytest.mark.parametrize("seconds", [60.0, None])
async def test_a_ticket_and_its_session_may_be_given_a_life(world, seconds):
    ann = await world.user("ann")
    names = ("expires_in_seconds", "session_max_duration_in_seconds")
    body = {"user_id": ann.id, "actor": SUPPORT, **dict.fromkeys(names, seconds)}
    assert (await world.post("/actor_tokens", body)).status_code == 200
    [row] = await world.sql(
        "SELECT session_seconds, extract(epoch FROM expires_at - created_at)::int AS seconds"
        " FROM actor_tokens WHERE instance_id = $1",
        world.instance_id,
    )
    assert (row["seconds"], row["session_seconds"]) == ((60, 60) if seconds else (3600, 1800))


@pytest.mark.parametrize(
    ("change", "status", "parameter"),
    [
        ({"user_id": None}, 422, "user_id"),
        ({"user_id": "user_none"}, 404, None),
        ({"user_id": "a\0b"}, 422, "user_id"),
        ({"actor": None}, 422, "actor"),
        ({"actor": "user_support"}, 422, "actor"),
        ({"actor": ["user_support"]}, 422, "actor"),
        ({"actor": {}}, 422, "actor"),
        ({"actor": {"sub": ""}}, 422, "actor"),
        ({"actor": {"sub": 7}}, 422, "actor"),
        ({"actor": {"sub": "x", "note": "y" * 1024}}, 413, None),
        ({"expires_in_seconds": 0}, 422, "expires_in_seconds"),
        ({"session_max_duration_in_seconds": 0}, 422, "session_max_duration_in_seconds"),
        ({"session_max_duration_in_seconds": 10**30}, 422, "session_max_duration_in_seconds"),
        ({"role": "admin"}, 422, "role"),
    ],
)
async def test_a_ticket_that_cannot_be_is_refused(world, change, status, parameter):
    ann = await world.user("ann")
    answer = await world.post("/actor_tokens", {"user_id": ann.id, "actor": SUPPORT} | change)
    assert answer.status_code == status, answer.text
    assert error_of(answer)["meta"].get("param_name") == parameter


async def test_who_acts_and_as_whom_has_to_be_said(world):
    ann = await world.user("ann")
    for body, parameter in (({"user_id": ann.id}, "actor"), ({"actor": SUPPORT}, "user_id")):
        answer = await world.post("/actor_tokens", body)
        assert answer.status_code == 422
        assert error_of(answer)["meta"]["param_name"] == parameter


async def test_an_unknown_ticket_is_not_found(world, other_world):
    ann = await other_world.user("ann")
    made = await other_world.post("/actor_tokens", {"user_id": ann.id, "actor": SUPPORT})
    for token_id in ("act_none", made.json()["id"]):
        answer = await world.post(f"/actor_tokens/{token_id}/revoke")
        assert (answer.status_code, error_of(answer)["code"]) == (404, "resource_not_found")
