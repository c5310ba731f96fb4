"""API keys in the Backend API."""


async def test_a_key_is_made_verified_and_revoked_under_both_mounts(world):
    ann = await world.user("ann")
    made = await world.post("/api_keys", {"name": "Deploy", "subject": ann.id})
    assert made.status_code == 201, made.text
    key = made.json()
    for mount in ("/v1", ""):
        answer = await world.client.post(mount + "/api_keys/verify", json={"secret": key["secret"]})
        assert answer.status_code == 200, answer.text
        assert answer.json()["subject"] == ann.id
    shown = await world.get(f"/api_keys/{key['id']}/secret")
    assert shown.json()["secret"] == key["secret"]
    await world.post(f"/api_keys/{key['id']}/revoke", {"revocation_reason": "lost"})
    answer = await world.post("/api_keys/verify", {"secret": key["secret"]})
    assert answer.status_code == 404
    listed = await world.get("/api_keys", params={"subject": ann.id, "include_invalid": "true"})
    assert listed.json()["data"][0]["revocation_reason"] == "lost"


async def test_an_unknown_key_is_not_found(world):
    answer = await world.patch("/api_keys/ak_" + "0" * 32, {"description": "x"})
    assert answer.status_code == 404


async def test_a_key_is_read_changed_and_deleted(world):
    ann = await world.user("ann")
    key = (await world.post("/api_keys", {"name": "Deploy", "subject": ann.id})).json()
    path = f"/api_keys/{key['id']}"
    changed = await world.patch(path, {"scopes": ["read"], "claims": {"a": 1}})
    assert (changed.json()["scopes"], changed.json()["claims"]) == (["read"], {"a": 1})
    assert (await world.get(path)).json()["scopes"] == ["read"]
    assert (await world.delete(path)).json()["deleted"] is True
    assert (await world.get(path)).status_code == 404
