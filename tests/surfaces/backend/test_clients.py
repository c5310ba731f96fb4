"""Clients on the wire of the Backend API."""


async def test_a_client_is_read_listed_and_verified(world):
    session = await world.session("ann")
    client = (await world.get(f"/clients/{session.client_id}")).json()
    assert (client["object"], client["session_ids"]) == ("client", [session.id])
    assert client["sessions"][0]["status"] == "active"
    assert client["last_active_session_id"] == session.id
    assert (await world.get("/clients")).json() == [client]
    page = (await world.get("/clients", params={"paginated": "true"})).json()
    assert page == {"data": [client], "total_count": 1}
    token = (await world.post(f"/sessions/{session.id}/tokens")).json()["jwt"]
    assert (await world.post("/clients/verify", {"token": token})).json() == client


async def test_an_unknown_client_is_not_found(world):
    answer = await world.get("/clients/client_none")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "resource_not_found"


async def test_a_list_of_too_many_is_refused(world):
    assert (await world.get("/clients", params={"limit": 501})).status_code == 422


async def test_what_is_no_token_is_a_400_and_none_a_422(world):
    answer = await world.post("/clients/verify", {"token": "no.such.token"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_session_token"
    assert (await world.post("/clients/verify", {})).status_code == 422
    assert (await world.post("/clients/verify", {"token": ""})).status_code == 400
