"""What is remembered of where a session was used."""

import pytest

from charter.core.sessions.activity import activity, user_agent_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
EDGE = CHROME + " Edg/141.0.1.2"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "browser", "version", "device", "is_mobile"),
    [
        (CHROME, "Chrome", "141.0.0.0", "Linux", False),
        (EDGE, "Edge", "141.0.1.2", "Linux", False),
        (IPHONE, "Safari", "19.0", "iPhone", True),
    ],
)
def test_a_browser_is_told_by_its_own_name(agent, browser, version, device, is_mobile):
    found = activity("sess_activity_1", agent, "192.0.2.1")
    assert (found["browser_name"], found["browser_version"]) == (browser, version)
    assert (found["device_type"], found["is_mobile"]) == (device, is_mobile)
    assert found["ip_address"] == "192.0.2.1"


@pytest.mark.parametrize("agent", [None, "", "curl/8", "x" * 100_000])
def test_an_unknown_one_has_no_name(agent):
    found = activity("sess_activity_1", agent, None)
    assert set(found) == {"id", "object", "is_mobile"}


@pytest.mark.parametrize(
    ("headers", "agent"),
    [
        ({"User-Agent": "a"}, "a"),
        ({"user-agent": ["a", "b"]}, "a"),
        ({"user-agent": []}, None),
        ({"user-agent": 5}, None),
        ({"user-agent": "a\x00"}, None),
        ({"accept": "a"}, None),
        (None, None),
    ],
)
def test_the_user_agent_is_found_among_headers(headers, agent):
    assert user_agent_of(headers) == agent
