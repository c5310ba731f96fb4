"""Machines and their tokens in the Backend API."""

import pytest

from charter.kernel.permission import Scope
from charter.surfaces import backend
from tests.addressing import routes
from tests.cast import make_cast
from tests.core.sessions.reading import claims_of
from tests.world import World


async def make_machine(world, name="Biller", reaching=(), **fields):
    scoped = [each["id"] for each in reaching]
    answer = await world.post("/machines", {"name": name, "scoped_machines": scoped, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def by(machine):
    """What a machine sends as itself."""
    return {"headers": {"authorization": f"Bearer {machine['secret_key']}"}}


async def make_token(world, machine, **fields):
    answer = await world.post("/m2m_tokens", fields, **by(machine))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_machine_is_made_listed_changed_and_deleted(world):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger], default_token_ttl=60)
    assert [each["id"] for each in biller["scoped_machines"]] == [ledger["id"]]
    assert biller["instance_id"] == world.instance_id
    path = f"/machines/{biller['id']}"
    listed = (await world.get("/machines", params={"query": "BILL", "order_by": "name"})).json()
    assert (listed["total_count"], listed["data"][0]["id"]) == (1, biller["id"])
    assert "secret_key" not in listed["data"][0]
    changed = (await world.patch(path, {"name": "Bills"})).json()
    assert (changed["name"], changed["default_token_ttl"]) == ("Bills", 60)
    assert (await world.get(path)).json() == changed
    assert (await world.delete(path)).json() == {
        "object": "machine",
        "id": biller["id"],
        "deleted": True,
    }
    assert (await world.get(path)).status_code == 404
    answer = await world.post("/m2m_tokens", {}, **by(biller))
    assert answer.status_code == 401


async def test_a_scope_is_made_and_taken_back(world):
    ledger, biller = await make_machine(world, "Ledger"), await make_machine(world)
    path, body = f"/machines/{biller['id']}/scopes", {"to_machine_id": ledger["id"]}
    made = await world.post(path, body)
    assert (made.status_code, made.json()["to_machine_id"]) == (200, ledger["id"])
    assert (await world.post(path, body)).status_code == 409
    gone = await world.delete(f"{path}/{ledger['id']}")
    assert (gone.json()["deleted"], gone.json()["from_machine_id"]) == (True, biller["id"])
    assert (await world.delete(f"{path}/{ledger['id']}")).status_code == 404
    assert (await world.post(path, {"to_machine_id": "mch_x"})).status_code == 404


async def test_a_rotated_secret_is_shown_and_both_work_during_the_overlap(world):
    biller = await make_machine(world)
    path = f"/machines/{biller['id']}/secret_key"
    assert (await world.get(path)).json()["secret"] == biller["secret_key"]
    rotated = (await world.post(path + "/rotate", {"previous_token_ttl": 60})).json()
    assert (await world.get(path)).json() == rotated
    await make_token(world, biller)
    await make_token(world, {"secret_key": rotated["secret"]})
    answer = await world.post(path + "/rotate", {"previous_token_ttl": 28_801})
    assert answer.status_code == 422


async def test_a_token_is_verified_under_both_mounts_and_both_names(world):
    ledger = await make_machine(world, "Ledger")
    biller, stranger = await make_machine(world, "B", [ledger]), await make_machine(world, "S")
    for token_format in ("opaque", "jwt"):
        made = await make_token(
            world, biller, token_format=token_format, claims={"a": 1}, seconds_until_expiration=60
        )
        for mount in ("/v1", ""):
            for name in ("token", "secret"):
                answer = await world.client.post(
                    mount + "/m2m_tokens/verify", json={name: made["token"]}, **by(ledger)
                )
                assert answer.status_code == 200, answer.text
                told = answer.json()
                assert (told["id"], told["subject"]) == (made["id"], biller["id"])
                assert (told["claims"], told["scopes"]) == ({"a": 1}, [ledger["id"]])
        body = {"token": made["token"]}
        assert (await world.post("/m2m_tokens/verify", body)).status_code == 200
        refused = await world.post("/m2m_tokens/verify", body, **by(stranger))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (
            404,
            "resource_not_found",
        )
    assert claims_of(made["token"])["scopes"] == ledger["id"]


async def test_a_token_is_listed_and_revoked(world):
    biller = await make_machine(world)
    made = await make_token(world, biller)
    listed = await world.get("/m2m_tokens", params={"subject": biller["id"]}, **by(biller))
    assert [each["id"] for each in listed.json()["m2m_tokens"]] == [made["id"]]
    path = f"/m2m_tokens/{made['id']}/revoke"
    revoked = await world.post(path, {"revocation_reason": "lost"}, **by(biller))
    assert (revoked.json()["revoked"], revoked.json()["revocation_reason"]) == (True, "lost")
    body = {"token": made["token"]}
    assert (await world.post("/m2m_tokens/verify", body)).status_code == 404
    asked = {"subject": biller["id"], "revoked": "true", "expired": "false"}
    listed = (await world.get("/m2m_tokens", params=asked)).json()
    assert (listed["total_count"], listed["m2m_tokens"][0]["revoked"]) == (1, True)
    other = await make_machine(world, "Other")
    refused = await world.get("/m2m_tokens", params={"subject": biller["id"]}, **by(other))
    assert refused.status_code == 403


async def test_a_secret_key_makes_no_token_of_a_machine(world):
    answer = await world.post("/m2m_tokens", {})
    assert answer.status_code == 401
    assert "ak_" in answer.json()["errors"][0]["long_message"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"token_format": "jwt", "claims": {"sub": "x"}}, 400, "machine_token_reserved_claim"),
        ({"min_remaining_ttl_seconds": 3600}, 400, "form_param_value_invalid"),
        ({"token_format": "paper"}, 422, "form_param_value_invalid"),
        ({"seconds_until_expiration": 0}, 422, "form_param_value_invalid"),
        ({"seconds_until_expiration": 10**30}, 422, "form_param_value_invalid"),
        ({"claims": {"a": "\x00"}}, 422, "form_param_value_invalid"),
        ({"scopes": []}, 422, "form_param_unknown"),
    ],
)
async def test_what_makes_no_token_is_refused(world, fields, status, code):
    answer = await world.post("/m2m_tokens", fields, **by(await make_machine(world)))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


@pytest.mark.parametrize("body", [{}, {"token": "x", "secret": "x"}, {"token": 1}])
async def test_what_shows_no_one_token_is_refused(world, body):
    answer = await world.post("/m2m_tokens/verify", body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("token", ["", "mt_", "a.b.c", "mt_é", "...", "x" * 20_000, "\x7f"])
async def test_what_is_no_token_is_not_found(world, token):
    answer = await world.post("/m2m_tokens/verify", {"token": token})
    assert answer.status_code in (400, 404, 422), answer.text


@pytest.mark.security("G1")
async def test_a_machine_of_another_instance_learns_nothing(world, other_world):
    ledger = await make_machine(world, "Ledger")
    made = await make_token(world, await make_machine(world, "Biller", [ledger]))
    foreign = await make_machine(other_world)
    for answer in (
        await other_world.post("/m2m_tokens/verify", {"token": made["token"]}),
        await other_world.post("/m2m_tokens/verify", {"token": made["token"]}, **by(foreign)),
        await other_world.post(f"/m2m_tokens/{made['id']}/revoke", {}, **by(foreign)),
        await other_world.post("/machines", {"name": "x", "scoped_machines": [ledger["id"]]}),
    ):
        assert answer.status_code in (404, 422)
    assert (await world.post("/m2m_tokens/verify", {"token": made["token"]})).status_code == 200


@pytest.mark.security("I3")
async def test_a_machine_opens_no_route_but_those_of_its_tokens(world: World):
    cast = await make_cast(world)
    machine = await make_machine(world)
    opened, wrong = set(), {}
    for route in routes():
        scope = route.call.operation.permission.scope
        if route.door != backend.DIALECT.name or scope is Scope.PUBLIC:
            continue
        asked = route.request(cast, {})
        answer = await world.client.request(**asked, **by(machine))
        if route.call.operation.name.startswith("m2m_tokens."):
            opened.add(route.call.operation.name)
        elif answer.status_code != 401:
            wrong[str(route)] = (answer.status_code, answer.text)
    assert wrong == {}
    assert len(opened) == 4


@pytest.mark.security("I4")
async def test_a_machines_secret_is_no_key_of_another_door_and_no_browsers(world):
    machine = await make_machine(world)
    headers = {**by(machine)["headers"], "origin": "https://app.test"}
    assert (await world.client.post("/v1/m2m_tokens", json={}, headers=headers)).status_code == 401
    headers = {**by(machine)["headers"], "charter-acting-user": (await world.user("ann")).id}
    answer = await world.client.post("/rpc/v1/organizations/list", json={}, headers=headers)
    assert answer.status_code == 401


async def test_an_api_key_is_no_secret_of_a_machine(world):
    ann = await world.user("ann")
    key = (await world.post("/api_keys", {"name": "Deploy", "subject": ann.id})).json()
    answer = await world.post("/m2m_tokens", {}, **by({"secret_key": key["secret"]}))
    assert answer.status_code == 401


async def test_a_repeated_request_of_one_machine_is_not_answered_with_anothers_token(world):
    tokens = set()
    for name in ("one", "two"):
        machine = await make_machine(world, name)
        for _ in range(2):
            headers = {**by(machine)["headers"], "idempotency-key": "same"}
            answer = await world.client.post("/v1/m2m_tokens", json={}, headers=headers)
            tokens.add((answer.json()["subject"], answer.json()["token"]))
    assert len(tokens) == 2
