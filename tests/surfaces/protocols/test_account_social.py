"""Where providers send people back to, for clients of the Accounts API."""

import pytest


@pytest.mark.security("K5", "K9")
@pytest.mark.parametrize(
    "provider", ["%F0%9F%98%80", "%ff", "%C4%B0", "%0d%0aX-Evil:1", "%2F%2Fevil"]
)
async def test_whatever_is_named_as_a_provider_stays_within_its_place(world, provider):
    url = f"http://api.test/accounts/auth/{provider}/callback?code=x"
    answer = await world.client.get(url, follow_redirects=False)
    assert answer.status_code in {302, 303, 307, 404}
    assert "x-evil" not in answer.headers
    location = answer.headers.get("location", "")
    assert location.isascii()
    assert not location or location.startswith("/accounts/")
