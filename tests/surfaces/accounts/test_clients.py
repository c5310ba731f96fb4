"""Clients and their keys through the Accounts door."""

from charter.core.oauth_authorizations.account_ids import shown
from tests.surfaces.accounts.asking import refused


async def test_an_owner_registers_configures_and_removes_a_client(ann):
    one = await ann.account()
    made = await ann.post(
        f"{one}/clients", name="Web", redirect_uris=["https://a.example/back"], audience="api"
    )
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["id"].startswith("cid_")
    assert body["client_secret"]
    assert body["resource_id"] == body["account_id"] == one.rpartition("/")[2]
    here = f"/clients/{body['id']}"
    assert made.headers["location"].endswith(here)
    read = (await ann.get(here)).json()
    assert "client_secret" not in read
    assert read["issuer"].endswith("/accounts")
    config = {"expires_in": 60, "cookie_options": {"same_site": "strict"}}
    changed = await ann.patch(here, access_token_config=config, audience=None)
    assert changed.json()["audience"] is None
    # A merge patch merges what is within, too.
    merged = await ann.patch(here, access_token_config={"expires_in": 90})
    assert merged.json()["access_token_config"] == {**config, "expires_in": 90}
    (listed,) = (await ann.get(f"{one}/clients")).json()["items"]
    assert listed == merged.json()
    assert (await ann.delete(here)).status_code == 204
    assert refused(await ann.get(here)) == (404, "not_found")


async def test_acceptance_07_a_patch_of_a_client_clears_changes_nothing_or_fails(ann):
    made = (await ann.post(f"{await ann.account()}/clients", audience="api")).json()
    here = f"/clients/{made['id']}"
    before = (await ann.get(here)).json()
    assert (await ann.patch(here)).json() == before
    assert (await ann.patch(here, audience=None)).json()["audience"] is None
    assert refused(await ann.patch(here, id="cid_x")) == (400, "validation_error")
    assert refused(await ann.patch(here, colour="red")) == (400, "unknown_field")
    assert refused(await ann.patch(here, name=None))[0] == 400


async def test_clients_of_an_application_are_for_its_server(ann, server):
    path = f"{server.application}/clients"
    made = await server.post(path, name="Server", grant_types=["client_credentials"])
    assert made.status_code == 201, made.text
    assert made.json()["resource_id"] == shown(server.world.instance_id)
    assert [each["id"] for each in (await server.get(path)).json()["items"]] == [made.json()["id"]]
    assert refused(await ann.post(path, name="Mine")) == (403, "insufficient_role")
    assert refused(await ann.get(f"/clients/{made.json()['id']}")) == (403, "insufficient_role")


async def test_strangers_find_no_client_and_members_may_not_manage_one(ann, zoe, world):
    one = await ann.account()
    made = (await ann.post(f"{one}/clients", name="Web")).json()
    here = f"/clients/{made['id']}"
    for answer in (await zoe.get(here), await zoe.delete(here), await zoe.get(f"{here}/keys")):
        assert refused(answer) == (404, "not_found")
    await ann.post(f"{one}/members", user_id=shown(world.people["zoe"]), role="member")
    assert (await zoe.get(here)).status_code == 200
    assert refused(await zoe.patch(here, name="Mine")) == (403, "insufficient_role")
    assert refused(await zoe.post(f"{one}/clients", name="Mine")) == (403, "insufficient_role")


async def test_what_a_client_cannot_be_is_told_with_where(ann):
    answer = await ann.post(f"{await ann.account()}/clients", issuer="http://a.example")
    assert refused(answer) == (400, "validation_error")
    assert answer.json()["invalid_params"][0]["path"] == "issuer"
    wrong = {"access_token_config": {"expires_in": 1}}
    answer = await ann.post(f"{await ann.account()}/clients", **wrong)
    assert answer.json()["invalid_params"][0]["path"] == "access_token_config"


async def test_keys_are_added_rotated_and_taken_away(ann):
    made = (await ann.post(f"{await ann.account()}/clients", name="Web")).json()
    here = f"/clients/{made['id']}"
    (first,) = (await ann.get(f"{here}/keys")).json()["items"]
    assert first["kid"].startswith("key_")
    assert first["credential_id"] == made["id"]
    assert first["jwk"]["alg"] == "RS256"
    assert first["public_key"].startswith("-----BEGIN PUBLIC KEY")
    assert "PRIVATE" not in str(first)
    added = await ann.post(f"{here}/keys")
    assert added.status_code == 201, added.text
    rotated = (await ann.post(f"{here}/jwks/rotate", keep=3)).json()
    assert rotated["signing_kid"] == added.json()["kid"]
    assert {each["kid"] for each in rotated["keys"]} == {first["kid"], added.json()["kid"]}
    in_use = await ann.delete(f"/client-keys/{first['kid']}")
    assert refused(in_use) == (409, "key_in_use")
    waiting = (await ann.post(f"{here}/keys")).json()
    assert (await ann.delete(f"/client-keys/{waiting['kid']}")).status_code == 204
    assert refused(await ann.delete(f"/client-keys/{waiting['kid']}")) == (404, "not_found")
    assert refused(await ann.post(f"{here}/jwks/rotate", keep=9)) == (400, "validation_error")
    for _ in range(2):
        await ann.post(f"{here}/keys")
    assert refused(await ann.post(f"{here}/keys")) == (409, "too_many_client_keys")
