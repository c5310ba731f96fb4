"""Programs that register themselves, as they do it over the wire."""

import pytest

from tests.consenting import CALLBACK
from tests.surfaces.protocols.test_oauth import at


@pytest.mark.security("E10")
async def test_programs_register_themselves_where_that_is_wanted(world, http):
    url, wanted = at(world, "register"), {"redirect_uris": [CALLBACK], "client_name": "Robot"}
    assert (await http.post(url, json=wanted)).status_code == 422
    await world.configure(oauth_dynamic_client_registration=True)
    made = await http.post(url, json={**wanted, "unknown": 1})
    assert made.status_code == 201
    assert made.json()["client_secret"]
    public = {**wanted, "token_endpoint_auth_method": "none"}
    assert "client_secret" not in (await http.post(url, json=public)).json()
    for bad, error in (
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://evil.test/"]}, "invalid_redirect_uri"),
        ({**wanted, "redirect_uris": ["javascript://x"]}, "invalid_redirect_uri"),
        ({**wanted, "client_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({**wanted, "client_uri": "https://a.test/" + "x" * 1024}, "invalid_client_metadata"),
        ({**wanted, "scope": "admin"}, "invalid_client_metadata"),
        ({**wanted, "token_endpoint_auth_method": "tls"}, "invalid_client_metadata"),
        ({**wanted, "client_name": 7}, "invalid_client_metadata"),
    ):
        answer = await http.post(url, json=bad)
        assert (answer.status_code, answer.json()["error"]) == (400, error), bad
    listed = await world.get("/oauth_applications")
    found = [each for each in listed.json()["data"] if each["name"] == "Robot"]
    assert all(each["dynamically_registered"] for each in found)
    path = f"/oauth_applications/{found[0]['id']}"
    answer = await world.patch(path, {"consent_screen_enabled": False})
    assert answer.status_code == 422


@pytest.mark.security("M1")
async def test_who_registers_program_after_program_waits(world, http):
    await world.configure(oauth_dynamic_client_registration=True, limits_addresses=True)
    url, wanted = at(world, "register"), {"redirect_uris": [CALLBACK]}
    answers = [(await http.post(url, json=wanted)).status_code for _ in range(31)]
    assert answers == [201] * 30 + [429]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_what_is_no_registration_is_refused(world, http, body):
    answer = await http.post(at(world, "register"), content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
