"""Agent tasks, from an app's server to the agent's browser."""

from urllib.parse import parse_qs, urlsplit

import pytest

BODY = {
    "permissions": "*",
    "agent_name": "Tester",
    "task_description": "Try it",
    "redirect_url": "http://localhost:3000/",
}


async def make(world, **fields):
    user = await world.user("ann")
    body = {**BODY, "on_behalf_of": {"user_id": user.id}, **fields}
    answer = await world.post("/agents/tasks", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_agent_follows_its_address_to_the_app_and_is_signed_in(world):
    made = await make(world, session_max_duration_in_seconds=60)
    assert made["task_id"] == made["agent_task_id"]
    browser = world.browser(origin=None)
    answer = await browser.http.get(made["url"])
    assert answer.status_code == 307, answer.text
    answer = await browser.http.get(answer.headers["location"])
    assert answer.headers["location"].startswith("http://localhost:3000/?")
    (session,) = (await browser.state())["sessions"]
    assert session["actor"] == {"sub": made["agent_id"], "type": "agent"}
    again = await world.browser(origin=None).http.get(made["url"])
    assert (again.status_code, again.json()["errors"][0]["code"]) == (
        400,
        "agent_task_already_used",
    )
    refused = await world.post(f"/agents/tasks/{made['agent_task_id']}/revoke")
    assert refused.json()["errors"][0]["code"] == "agent_task_cannot_be_revoked"


async def test_a_revoked_task_leads_nowhere(world):
    made = await make(world)
    answer = await world.post(f"/agents/tasks/{made['agent_task_id']}/revoke")
    assert (answer.status_code, "url" in answer.json()) == (200, False)
    answer = await world.browser().http.get(made["url"])
    assert answer.json()["errors"][0]["code"] == "agent_task_revoked"
    assert (await world.post("/agents/tasks/agt_none/revoke")).status_code == 404


async def test_an_agent_does_not_sign_up_with_its_ticket(world):
    made = await make(world)
    ticket = parse_qs(urlsplit(made["url"]).query)["ticket"][0]
    answer = await world.browser().post(
        "/client/sign_ups", {"strategy": "ticket", "ticket": ticket}
    )
    assert answer.json()["errors"][0]["code"] == "agent_task_not_in_sign_in"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"permissions": "read"}, 422),
        ({"on_behalf_of": {}}, 422),
        ({"on_behalf_of": {"user_id": "user_x"}}, 404),
        ({"on_behalf_of": "ann"}, 422),
        ({"redirect_url": "app"}, 422),
        ({"agent_name": None}, 422),
        ({"session_max_duration_in_seconds": -1}, 422),
    ],
)
async def test_what_makes_no_task_is_refused(world, fields, status):
    body = {**BODY, "on_behalf_of": {"user_id": "user_x"}, **fields}
    answer = await world.post("/agents/tasks", body)
    assert answer.status_code == status, answer.text
