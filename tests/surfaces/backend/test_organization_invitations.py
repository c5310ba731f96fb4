"""Invitations to organizations on the wire of the Backend API."""

from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture
async def acme(world):
    await world.user("ann", first_name="Ann")
    return await world.organization(owner="ann")


@pytest.fixture
def path(acme):
    return f"/organizations/{acme.id}/invitations"


def invitation(address="new@example.com", **fields):
    return {"email_address": address, "role": "org:member", **fields}


def code(answer):
    return answer.json()["errors"][0]["code"]


async def test_an_invitation_has_a_link_once(world, acme, path):
    made = await world.post(
        path,
        invitation(
            inviter_user_id=world.people["ann"],
            public_metadata={"a": 1},
            private_metadata={"b": 2},
            redirect_url="https://acme.example/join",
            expires_in_days=1,
        ),
    )
    assert made.status_code == 200
    body = made.json()
    link = urlsplit(body["url"])
    assert link.netloc == "acme.example"
    assert parse_qs(link.query)["__clerk_status"] == ["sign_up"]
    assert body["public_inviter_data"]["first_name"] == "Ann"
    assert (body["role"], body["role_name"]) == ("org:member", "Member")
    read = await world.get(f"{path}/{body['id']}")
    assert read.json() == body | {"url": None}


async def test_who_has_an_account_is_asked_to_sign_in(world, path):
    await world.user("ben")
    made = await world.post(path, invitation("ben@example.com"))
    assert parse_qs(urlsplit(made.json()["url"]).query)["__clerk_status"] == ["sign_in"]


async def test_the_mail_carries_the_link_unless_it_is_not_wanted(world, path):
    await world.post(path, invitation("ben@example.com"))
    await world.post(path, invitation("cid@example.com", notify=False))
    rows = await world.sql(
        "SELECT kind, to_address FROM messages WHERE instance_id = $1", world.instance_id
    )
    assert [tuple(row) for row in rows] == [("organization_invitation", "ben@example.com")]


async def test_each_refusal_has_its_code(world, acme, path):
    await world.user("eve")
    await world.post(path, invitation())
    expected = {
        (400, "organization_invitation_not_unique"): invitation(),
        (400, "already_a_member_in_organization"): invitation("ann@example.com"),
        (404, "resource_not_found"): invitation("b@example.com", role="org:none"),
        (403, "not_a_member_in_organization"): invitation(
            "b@example.com", inviter_user_id=world.people["eve"]
        ),
        (422, "form_param_format_invalid"): invitation("nobody"),
        (422, "form_param_missing"): {"email_address": "b@example.com"},
        (422, "form_param_value_invalid"): invitation("b@example.com", expires_in_days=400),
    }
    for answer, body in expected.items():
        refused = await world.post(path, body)
        assert (refused.status_code, code(refused)) == answer
    missing = await world.post("/organizations/org_none/invitations", invitation())
    assert missing.status_code == 404


async def test_the_limit_of_memberships_counts_open_invitations(world, acme, path):
    await world.patch(f"/organizations/{acme.id}", {"max_allowed_memberships": 2})
    assert (await world.post(path, invitation())).status_code == 200
    refused = await world.post(path, invitation("more@example.com"))
    assert (refused.status_code, code(refused)) == (403, "organization_membership_quota_exceeded")


async def test_of_several_all_are_made_or_none(world, path):
    refused = await world.post(f"{path}/bulk", [invitation(), invitation("ann@example.com")])
    assert refused.status_code == 400
    assert (await world.get(path)).json() == {"data": [], "total_count": 0}
    made = await world.post(f"{path}/bulk", [invitation(f"n{n}@example.com") for n in range(10)])
    assert made.json()["total_count"] == 10
    assert len({each["url"] for each in made.json()["data"]}) == 10
    for several in ([], [invitation(f"m{n}@example.com") for n in range(11)]):
        assert (await world.post(f"{path}/bulk", several)).status_code == 422


async def test_lists_are_filtered_ordered_and_paged(world, acme, path):
    made = {}
    for name in ("ben", "cid", "dan"):
        made[name] = (await world.post(path, invitation(f"{name}@example.com"))).json()["id"]
    await world.post(f"{path}/{made['cid']}/revoke", {"requesting_user_id": world.people["ann"]})
    await world.user("ben")

    async def found(where=path, **query):
        page = (await world.get(where, params=query)).json()
        return [row["email_address"].partition("@")[0] for row in page["data"]]

    assert await found() == ["dan", "cid", "ben"]
    assert await found(status="revoked") == ["cid"]
    assert await found(status=["revoked", "pending"], order_by="email_address", limit=2) == [
        "ben",
        "cid",
    ]
    assert await found(email_address="BEN@example.com") == ["ben"]
    assert await found(email_address="ben") == []
    assert await found(f"{path}/pending") == ["dan", "ben"]
    assert await found(f"{path}/pending", offset=1) == ["ben"]
    assert await found("/organization_invitations", query="an@ex") == ["dan"]
    assert await found("/organization_invitations", status="pending", order_by="+created_at") == [
        "ben",
        "dan",
    ]
    mine = f"/users/{world.people['ben']}/organization_invitations"
    assert await found(mine) == ["ben"]
    assert await found(mine, status="accepted") == []
    page = (await world.get(mine)).json()
    assert page["data"][0]["public_organization_data"]["id"] == acme.id
    for where in (path, "/organization_invitations", mine):
        assert (await world.get(where, params={"status": "open"})).status_code == 422


async def test_what_does_not_exist_is_not_found(world, other_world, acme, path):
    made = (await world.post(path, invitation())).json()["id"]
    for answer in (
        await world.get("/organizations/org_none/invitations"),
        await world.get("/organizations/org_none/invitations/pending"),
        await world.get("/users/user_none/organization_invitations"),
        await world.get(f"{path}/orginv_none"),
        await world.post(f"{path}/orginv_none/revoke"),
        await other_world.get(path),
        await other_world.get(f"{path}/{made}"),
        await other_world.post(f"{path}/{made}/revoke"),
    ):
        assert answer.status_code == 404
    assert (await other_world.get("/organization_invitations")).json()["data"] == []


async def test_only_a_pending_invitation_is_revoked(world, path):
    await world.user("eve")
    made = (await world.post(path, invitation())).json()["id"]
    refused = await world.post(f"{path}/{made}/revoke", {"requesting_user_id": world.people["eve"]})
    assert (refused.status_code, code(refused)) == (403, "not_a_member_in_organization")
    revoked = await world.post(f"{path}/{made}/revoke")
    assert revoked.json()["status"] == "revoked"
    again = await world.post(f"{path}/{made}/revoke")
    assert (again.status_code, code(again)) == (404, "organization_invitation_not_pending")
    assert (await world.post(path, invitation())).status_code == 200


@pytest.mark.security("J1")
async def test_no_header_of_a_request_reaches_a_link(world, path):
    forged = {
        "host": "evil.example",
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example",
        "x-forwarded-proto": "gopher",
    }
    made = await world.post(path, invitation(), headers=forged)
    assert made.status_code == 200
    assert urlsplit(made.json()["url"]).netloc == "app.test"
    assert "evil" not in made.text
