"""Webhooks on the wire of the Backend API: the documented calls, and our own."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.hooks import deliver, make_endpoint, sinking, tell
from tests.world import later

URL = "https://app.example/hooks"


def refusal(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def made(world, **fields):
    answer = await world.post("/webhooks/endpoints", {"url": URL, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_app_is_made_once_shown_and_deleted(world):
    assert refusal(await world.post("/webhooks/svix_url")) == (400, "svix_app_missing")
    assert refusal(await world.delete("/webhooks/svix")) == (400, "svix_app_missing")
    answer = await world.post("/webhooks/svix")
    assert list(answer.json()) == ["svix_url"]
    assert refusal(await world.post("/webhooks/svix")) == (400, "svix_app_exists")
    again = await world.post("/webhooks/svix_url")
    assert again.json()["svix_url"].startswith("http://api.test/webhooks?instance=")
    await made(world)
    gone = await world.delete("/webhooks/svix")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await world.get("/webhooks/endpoints")).json() == {"data": [], "total_count": 0}


async def test_an_endpoint_is_made_read_listed_changed_and_deleted(world):
    row = await made(world, description="Billing", event_types=["user.created"])
    secret = row.pop("secret")
    assert (row["object"], row["url"], row["enabled"]) == ("webhook_endpoint", URL, True)
    path = f"/webhooks/endpoints/{row['id']}"
    assert (await world.get(path)).json() == row
    listed = (await world.get("/webhooks/endpoints", params={"order_by": "-created_at"})).json()
    assert listed == {"data": [row], "total_count": 1}
    changed = (await world.patch(path, {"enabled": False, "event_types": None})).json()
    assert (changed["enabled"], changed["disabled_reason"]) == (False, "requested")
    assert changed["event_types"] is None
    assert (await world.get(f"{path}/secret")).json()["secret"] == secret
    rotated = (await world.post(f"{path}/secret/rotate", {"overlap_seconds": 0})).json()
    assert rotated["object"] == "webhook_secret"
    assert rotated["secret"] != secret
    again = (await world.post(f"{path}/secret/rotate")).json()
    assert again["secret"] not in (secret, rotated["secret"])
    gone = {"object": "webhook_endpoint", "id": row["id"], "deleted": True}
    assert (await world.delete(path)).json() == gone
    for answer in (
        await world.get(path),
        await world.patch(path, {}),
        await world.delete(path),
        await world.get(f"{path}/secret"),
        await world.post(f"{path}/secret/rotate"),
        await world.post(f"{path}/test"),
        await world.post(f"{path}/replay", {"since": 0}),
    ):
        assert refusal(answer) == (404, "resource_not_found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "form_param_missing")),
        ({"url": "app"}, (422, "form_param_value_invalid")),
        ({"url": URL, "event_types": ["x"]}, (422, "form_param_value_invalid")),
        ({"url": URL, "description": "x" * 2000}, (422, "form_param_value_invalid")),
        ({"url": URL, "secret": "x"}, (422, "form_param_unknown")),
    ],
)
async def test_what_makes_no_sense_is_refused(world, body, expected):
    assert refusal(await world.post("/webhooks/endpoints", body)) == expected


async def test_more_endpoints_than_an_instance_may_have_are_refused(world, monkeypatch):
    monkeypatch.setattr("charter.core.webhooks.operations.MOST_ENDPOINTS", 1)
    await made(world)
    answer = await world.post("/webhooks/endpoints", {"url": URL})
    assert refusal(answer) == (403, "quota_exceeded")


async def test_what_was_sent_is_listed_and_sent_once_more(world):
    async with sinking() as sink:
        endpoint = await made(world, url=sink.url)
        ann = await world.user("ann")
        await tell(world)
        listed = (await world.get("/webhooks/messages", params={"subject_id": ann.id})).json()
        (message,) = listed["data"]
        assert (message["event_type"], message["subject_id"]) == ("user.created", ann.id)
        assert message["payload"] == sink.taken[0].message
        assert message["sequence"] == message["payload"]["event_attributes"]["sequence"]
        path = f"/webhooks/messages/{message['id']}"
        assert (await world.get(path)).json() == message
        narrowed = {"endpoint_id": endpoint["id"], "message_id": message["id"]}
        (attempt,) = (await world.get("/webhooks/attempts", params=narrowed)).json()["data"]
        assert (attempt["succeeded"], attempt["status"]) == (True, 200)
        assert attempt["response_head"] == "ok"
        once = await world.post(f"{path}/replay", {"endpoint_id": endpoint["id"]})
        assert once.json() == {"object": "webhook_replay", "count": 1}
        await deliver(world)
        here = f"/webhooks/endpoints/{endpoint['id']}"
        span = {"since": message["created_at"], "until": message["created_at"] + 1}
        assert (await world.post(f"{here}/replay", span)).json()["count"] == 0
        every = {**span, "with_delivered": True}
        assert (await world.post(f"{here}/replay", every)).json()["count"] == 1
        await deliver(world)
        assert [each.id for each in sink.taken] == [message["id"]] * 3
        asked = (await world.post(f"{here}/test", {"event_type": "role.created"})).json()
        await tell(world)
        assert sink.taken[-1].id == asked["message_id"]
        assert sink.types[-1] == "role.created"
        wrong = {"since": 10**18}
        assert refusal(await world.post(f"{here}/replay", wrong))[0] == 422
        unknown = await world.post(f"{here}/test", {"event_type": "user.waved"})
        assert refusal(unknown) == (422, "form_param_value_invalid")
        lost = await world.get("/webhooks/messages/msg_x")
        assert refusal(lost) == (404, "resource_not_found")


async def test_lists_are_narrowed_by_time_and_type(world):
    async with sinking() as sink:
        await made(world, url=sink.url)
        await world.organization(owner="ann")
        await tell(world)
        everything = (await world.get("/webhooks/messages")).json()
        assert everything["total_count"] == 3
        only = {"event_type": "organization.created"}
        assert (await world.get("/webhooks/messages", params=only)).json()["total_count"] == 1
        for name in ("messages", "attempts"):
            field = "created_at" if name == "messages" else "attempted_at"
            future = {f"{field}_after": 4_000_000_000_000}
            found = (await world.get(f"/webhooks/{name}", params=future)).json()
            assert found["total_count"] == 0
            past = {f"{field}_before": 4_000_000_000_000}
            found = (await world.get(f"/webhooks/{name}", params=past)).json()
            assert found["total_count"] == 3


async def test_the_link_leads_to_a_page_for_an_hour_and_for_nobody_else(world, http, app):
    async with sinking() as sink:
        endpoint = await make_endpoint(world, sink.url, description="<b>Billing</b>")
        await world.user("ann")
        await tell(world)
    url = (await world.post("/webhooks/svix_url")).json()["svix_url"]
    page = await http.get(url)
    assert page.status_code == 200
    assert endpoint.endpoint.id in page.text
    assert "user.created" in page.text
    assert "<b>Billing" not in page.text
    assert endpoint.secret not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    parts = dict(parse_qsl(urlsplit(url).query))
    for wrong in (
        {},
        {**parts, "until": str(int(parts["until"]) + 1)},
        {**parts, "instance": "ins_other"},
        {**parts, "mark": "x"},
        {**parts, "until": "soon"},
    ):
        answer = await http.get("/webhooks", params=wrong)
        assert answer.status_code == 404
        assert endpoint.endpoint.id not in answer.text


async def test_a_link_ends_after_an_hour(world):
    from charter.core.webhooks.links import is_open, portal_url

    now = world.platform.clock()
    parts = dict(parse_qsl(urlsplit(portal_url(world.platform, world.instance_id, now)).query))
    given = (parts["instance"], parts["until"], parts["mark"])
    for minutes, is_good in ((59, True), (61, False)):
        at = later(world.platform, minutes=minutes).clock()
        assert is_open(world.platform, *given, at) is is_good
