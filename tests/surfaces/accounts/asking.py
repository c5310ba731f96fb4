"""Asks the Accounts door as somebody."""

import httpx

from charter.surfaces.accounts import ids
from tests.surfaces.asking import Door

ROOT = "/accounts/api"
PROBLEM = "application/problem+json"


class Asking(Door):
    """The Accounts door for one person: by a connector that acts for them, or the app's server."""

    root = ROOT

    async def account(self, name: str = "Acme") -> str:
        """The path of an account whose owner is who asks; without anybody, of an empty one."""
        fields = {} if self.who is None else {"created_by": self.world.people[self.who]}
        made = await self.world.post("/organizations", {"name": name, **fields})
        assert made.is_success, made.text
        return f"/accounts/{ids.account_id(made.json()['id'])}"

    @property
    def application(self) -> str:
        """The path of the application."""
        return f"/applications/{ids.application_id(self.world.instance_id)}"


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of an error, which has the one form that errors have."""
    body = answer.json()
    assert answer.headers["content-type"] == PROBLEM, answer.text
    assert body["status"] == answer.status_code
    assert body["type"].rpartition("/")[2] == body["code"]
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("urn:")
    return answer.status_code, body["code"]
