"""A SCIM client that others wrote finds what the standard asks for."""

from typing import Any

import httpx
from scim2_client.client import BaseSyncSCIMClient
from scim2_tester import Status, check_server

KNOWN = ("for 'emails'", "remove attribute 'active'")
"""Of some addresses one is always the primary one, and whoever is there may sign in or not."""


class OverHttp(BaseSyncSCIMClient):
    """Their client over our HTTP library."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self.client = client

    def _stays_under_base_url(self, _endpoint: str) -> bool:
        return True

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self.client.request(method, url, **options)


def test_the_checks_of_another_implementation_pass(live_server):
    headers = {"authorization": f"Bearer {live_server.secret_key}"}
    base = f"{live_server.url}/accounts/scim/v2"
    with httpx.Client(base_url=base, headers=headers) as client:
        results = check_server(OverHttp(client))
    wrong = [
        f"{each.status} {each.title}: {each.reason} {each.data}"
        for each in results
        if each.status not in (Status.SUCCESS, Status.SKIPPED)
        and not any(known in each.reason for known in KNOWN)
    ]
    assert not wrong, "\n".join(wrong)
    assert len(results) > 20
