"""Invitations, join codes and tokens on the wire of the Organizations RPC."""

import httpx
import pytest

from charter.kernel.secrets import well_formed


@pytest.fixture
async def acme(world):
    for name in ("ann", "ben", "eve"):
        await world.user(name)
    return await world.organization(owner="ann")


@pytest.fixture
def call(world, acme):
    """Call as a person; the organization is named unless the call has none."""

    async def called(who, path, **body):
        if not path.endswith(("/accept", "/join")):
            body.setdefault("organizationId", acme.id)
        return await world.rpc(who, path, body)

    return called


def refusal(answer):
    return answer.status_code, answer.json()["error"]


async def test_an_invitation_is_made_listed_and_accepted(world, acme, call):
    made = await call("ann", "/invitations/create", email="ben@example.com")
    assert made.status_code == 200
    body = made.json()
    assert body.keys() == {"token", "invitation"}
    shown = body["invitation"]
    assert shown.keys() == {
        "id",
        "organizationId",
        "email",
        "role",
        "status",
        "invitedBy",
        "createdAt",
        "expiresAt",
    }
    assert (shown["role"], shown["status"]) == ("member", "pending")
    assert shown["invitedBy"] == world.people["ann"]
    assert shown["createdAt"].endswith("Z")
    listed = await call("ann", "/invitations/list")
    assert listed.json() == {"invitations": [shown]}
    mail = await world.sql("SELECT 1 FROM messages WHERE instance_id = $1", world.instance_id)
    assert not mail
    accepted = await call("ben", "/invitations/accept", token=body["token"])
    assert accepted.json() == {"organizationId": acme.id, "role": "member"}
    assert (await call("ann", "/invitations/list")).json() == {"invitations": []}
    again = await call("ben", "/invitations/accept", token=body["token"])
    assert refusal(again) == (409, "invitation_used")


async def test_each_refusal_of_an_invitation_has_its_code(world, acme, call):
    made = (await call("ann", "/invitations/create", email="ben@example.com")).json()
    expected = {
        (409, "invitation_pending"): await call(
            "ann", "/invitations/create", email="BEN@example.com"
        ),
        (409, "already_member"): await call("ann", "/invitations/create", email="ann@example.com"),
        (400, "email_address_invalid"): await call("ann", "/invitations/create", email="nobody"),
        (400, "invalid_input"): await call(
            "ann", "/invitations/create", email="x@example.com", role="king"
        ),
        (404, "organization_not_found"): await call("eve", "/invitations/list"),
        (403, "email_mismatch"): await call("eve", "/invitations/accept", token=made["token"]),
        (404, "invitation_invalid"): await call("ben", "/invitations/accept", token="nothing"),
        (404, "invitation_not_found"): await call("ann", "/invitations/revoke", id="orginv_no"),
    }
    for answer, refused in expected.items():
        assert refusal(refused) == answer
    await world.sql(
        "UPDATE grants SET expires_at = now() - interval '1 hour' WHERE instance_id = $1",
        world.instance_id,
    )
    expired = await call("ben", "/invitations/accept", token=made["token"])
    assert refusal(expired) == (410, "invitation_expired")


async def test_revoking_an_invitation_again_succeeds(call):
    made = (await call("ann", "/invitations/create", email="ben@example.com")).json()
    for _ in range(2):
        revoked = await call("ann", "/invitations/revoke", id=made["invitation"]["id"])
        assert (revoked.status_code, revoked.json()) == (200, {"ok": True})
    refused = await call("ben", "/invitations/accept", token=made["token"])
    assert refusal(refused) == (404, "invitation_invalid")


async def test_invitations_of_one_door_are_seen_and_accepted_through_the_other(world, acme, call):
    path = f"/organizations/{acme.id}/invitations"
    made = await world.post(path, {"email_address": "ben@example.com", "role": "org:manager"})
    listed = (await call("ann", "/invitations/list")).json()["invitations"]
    assert [(each["id"], each["role"]) for each in listed] == [(made.json()["id"], "admin")]
    ticket = made.json()["url"].partition("__clerk_ticket=")[2].partition("&")[0]
    accepted = await call("ben", "/invitations/accept", token=ticket)
    assert accepted.json() == {"organizationId": acme.id, "role": "admin"}
    mine = (await call("ann", "/invitations/create", email="cid@example.com")).json()["invitation"]
    found = (await world.get(path, params={"status": "pending"})).json()["data"]
    assert [(each["id"], each["role"], each["url"]) for each in found] == [
        (mine["id"], "org:member", None)
    ]


async def test_a_join_code_is_made_listed_used_and_revoked(world, acme, call):
    made = (await call("ann", "/join-codes/create", role="viewer", maxUses=1)).json()
    shown = made["joinCode"]
    assert well_formed("join_", made["code"])
    assert shown.keys() == {
        "id",
        "organizationId",
        "role",
        "maxUses",
        "uses",
        "lastFour",
        "createdBy",
        "createdAt",
        "revokedAt",
    }
    assert (shown["role"], shown["maxUses"], shown["uses"]) == ("viewer", 1, 0)
    joined = await call("ben", "/join-codes/join", code=made["code"])
    expected = {"organizationId": acme.id, "role": "viewer", "alreadyMember": False}
    assert joined.json() == expected
    again = await call("ben", "/join-codes/join", code=made["code"])
    assert again.json() == expected | {"alreadyMember": True}
    used_up = await call("eve", "/join-codes/join", code=made["code"])
    assert refusal(used_up) == (409, "join_code_exhausted")
    listed = (await call("ann", "/join-codes/list")).json()["joinCodes"]
    assert listed == [shown | {"uses": 1}]
    for _ in range(2):
        assert (await call("ann", "/join-codes/revoke", id=shown["id"])).json() == {"ok": True}
    revoked = await call("eve", "/join-codes/join", code=made["code"])
    assert refusal(revoked) == (404, "join_code_invalid")


async def test_a_join_code_has_no_limit_unless_one_is_given(call):
    for body in ({}, {"maxUses": None}):
        made = (await call("ann", "/join-codes/create", **body)).json()
        assert (made["joinCode"]["maxUses"], made["joinCode"]["role"]) == (None, "member")


async def test_each_refusal_of_a_join_code_has_its_code(call):
    expected = {
        (400, "invalid_input"): await call("ann", "/join-codes/create", maxUses=0),
        (403, "join_code_for_owner"): await call("ann", "/join-codes/create", role="owner"),
        (404, "join_code_not_found"): await call("ann", "/join-codes/revoke", id="jc_none"),
        (404, "join_code_invalid"): await call("ben", "/join-codes/join", code="none"),
        (404, "organization_not_found"): await call("eve", "/join-codes/create"),
    }
    for answer, refused in expected.items():
        assert refusal(refused) == answer


@pytest.fixture
async def bearer(world, acme, app, call):
    """A client that holds a token of the organization, and nothing else."""
    made = (await call("ann", "/tokens/create", name="Deploys", env="test")).json()["apiToken"]
    assert made.keys() == {"key", "secret", "lastFour", "bearer"}
    assert made["bearer"] == f"{made['key']}:{made['secret']}"
    assert made["secret"].endswith(made["lastFour"])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://api.test/rpc/v1/organizations",
        headers={"authorization": f"Bearer {made['bearer']}"},
    ) as client:
        yield client


@pytest.mark.security("I2")
async def test_a_token_acts_for_its_organization_without_naming_it(world, acme, bearer):
    made = await bearer.post("/invitations/create", json={"email": "new@example.com"})
    assert made.status_code == 200
    assert made.json()["invitation"]["invitedBy"] is None
    assert made.json()["invitation"]["organizationId"] == acme.id
    assert len((await bearer.post("/invitations/list", json={})).json()["invitations"]) == 1
    other = await world.organization(owner="ben")
    foreign = await bearer.post("/invitations/list", json={"organizationId": other.id})
    assert refusal(foreign) == (404, "organization_not_found")


@pytest.mark.security("I2")
async def test_a_token_makes_no_tokens_joins_nothing_and_rises_nowhere(bearer):
    expected = {
        (403, "forbidden"): await bearer.post("/tokens/create", json={}),
        (401, "unauthorized"): await bearer.post("/join-codes/join", json={"code": "x"}),
    }
    for answer, refused in expected.items():
        assert refusal(refused) == answer
    for role in ("owner", "admin"):
        body = {"email": "new@example.com", "role": role}
        assert refusal(await bearer.post("/invitations/create", json=body)) == (403, "forbidden")


@pytest.mark.security("I4")
async def test_a_token_counts_in_no_query_string(bearer, http):
    credential = bearer.headers["authorization"].removeprefix("Bearer ")
    answer = await http.post(
        "/rpc/v1/organizations/invitations/list",
        params={"token": credential, "access_token": credential, "authorization": credential},
        json={},
    )
    assert answer.status_code == 401


async def test_each_refusal_of_a_token_has_its_code(world, acme, call):
    await world.member(acme, "ben", "org:member")
    expected = {
        (400, "invalid_input"): await call("ann", "/tokens/create", env="staging"),
        (403, "forbidden"): await call("ben", "/tokens/create"),
        (404, "organization_not_found"): await call("eve", "/tokens/create"),
    }
    for answer, refused in expected.items():
        assert refusal(refused) == answer
    nobody = await world.client.post(
        "/rpc/v1/organizations/tokens/create", json={"organizationId": acme.id}
    )
    assert refusal(nobody) == (401, "unauthorized")
    unnamed = await world.rpc("ann", "/tokens/create", {})
    assert refusal(unnamed) == (400, "invalid_input")
