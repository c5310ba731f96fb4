"""The same story through every door leaves the same rows and the same events."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from charter.core.organization_invitations import accepting
from charter.surfaces.accounts import ids
from tests.world import World

ORGANIZATION_TABLES = ("organizations", "memberships")
VOLATILE = {"id", "instance_id", "number", "created_at", "updated_at"}
"""What differs from one telling to the next."""
OF_ONE_DOOR = {"claimed_name"}
"""What one door alone keeps: that nobody else there has this name."""
CONFLICTS = {409, 422}
"""What doors answer where the last owner would go."""


@dataclass
class Backend:
    """An app's server tells the story."""

    world: World
    one: str = ""

    async def create(self, name: str) -> None:
        made = await self.world.post(
            "/organizations", {"name": name, "created_by": self.world.people["ann"]}
        )
        self.one = f"/organizations/{made.json()['id']}"

    async def invite(self, email: str) -> httpx.Response:
        ann = self.world.people["ann"]
        body = {"email_address": email, "role": "org:member", "inviter_user_id": ann}
        return await self.world.post(f"{self.one}/invitations", body)

    async def promote(self, name: str) -> httpx.Response:
        path = f"{self.one}/memberships/{self.world.people[name]}"
        return await self.world.patch(path, {"role": "org:manager"})

    async def remove(self, name: str) -> httpx.Response:
        return await self.world.delete(f"{self.one}/memberships/{self.world.people[name]}")

    async def rename(self, name: str) -> httpx.Response:
        return await self.world.patch(self.one, {"name": name})

    async def delete(self) -> httpx.Response:
        return await self.world.delete(self.one)


@dataclass
class Rpc:
    """Ann tells the story, through a connector."""

    world: World
    one: str = ""

    async def ask(self, path: str, **body: Any) -> httpx.Response:
        return await self.world.rpc("ann", path, {"organizationId": self.one, **body})

    async def create(self, name: str) -> None:
        made = await self.world.rpc("ann", "/create", {"name": name})
        self.one = made.json()["organization"]["id"]

    async def invite(self, email: str) -> httpx.Response:
        return await self.ask("/invitations/create", email=email, role="member")

    async def promote(self, name: str) -> httpx.Response:
        return await self.ask("/members/set-role", userId=self.world.people[name], role="admin")

    async def remove(self, name: str) -> httpx.Response:
        return await self.ask("/members/remove", userId=self.world.people[name])

    async def rename(self, name: str) -> httpx.Response:
        return await self.ask("/update", name=name)

    async def delete(self) -> httpx.Response:
        # There is no deletion at this door; the app's server does it.
        return await self.world.delete(f"/organizations/{self.one}")


@dataclass
class OData:
    """Ann tells the story in numbers."""

    world: World
    one: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"charter-acting-user": self.world.people["ann"]}
        url = "/odata/api/accounts" + path
        return await self.world.client.request(method, url, json=body, headers=headers)

    async def member(self, name: str) -> str:
        return f"{self.one}/users/{(await self.world.user(name)).number}"

    async def create(self, name: str) -> None:
        self.one = f"/{(await self.ask('POST', '', {'name': name})).json()['id']}"

    async def invite(self, email: str) -> httpx.Response:
        return await self.ask("POST", f"{self.one}/users", {"email": email, "roles": ["user"]})

    async def promote(self, name: str) -> httpx.Response:
        return await self.ask("PUT", await self.member(name), {"roles": ["admin"]})

    async def remove(self, name: str) -> httpx.Response:
        return await self.ask("DELETE", await self.member(name))

    async def rename(self, name: str) -> httpx.Response:
        return await self.ask("PUT", self.one, {"name": name})

    async def delete(self) -> httpx.Response:
        return await self.ask("DELETE", self.one)


@dataclass
class Accounts:
    """Ann registers with an account of hers, and tells the story in patches."""

    world: World
    one: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"charter-acting-user": self.world.people["ann"]}
        url = "/accounts/api" + path
        return await self.world.client.request(method, url, json=body, headers=headers)

    def member(self, name: str) -> str:
        return f"{self.one}/members/{ids.uid(self.world.people[name])}"

    async def create(self, name: str) -> None:
        application = ids.application_id(self.world.instance_id)
        made = await self.world.client.post(
            f"/accounts/api/applications/{application}/register",
            json={"name": name, "email": "ann@accounts.example"},
        )
        self.world.people["ann"] = ids.user_id(made.json()["user"]["id"])
        self.one = f"/accounts/{made.json()['account']['id']}"

    async def invite(self, email: str) -> httpx.Response:
        return await self.ask("POST", f"{self.one}/invite", {"email": email, "role": "member"})

    async def promote(self, name: str) -> httpx.Response:
        return await self.ask("PATCH", self.member(name), {"role": "org:manager"})

    async def remove(self, name: str) -> httpx.Response:
        return await self.ask("DELETE", self.member(name))

    async def rename(self, name: str) -> httpx.Response:
        return await self.ask("PATCH", self.one, {"name": name})

    async def delete(self) -> httpx.Response:
        return await self.ask("DELETE", self.one)


async def tell(door: Any) -> None:
    """The story, but for its end: found, invite, join, promote, refuse, rename, remove."""
    world = door.world
    await door.create("Acme")
    for name in ("ben", "cid"):
        assert (await door.invite(f"{name}@example.com")).is_success
        (invitation,) = await world.sql(
            "SELECT id FROM organization_invitations WHERE instance_id = $1 AND status = 'pending'",
            world.instance_id,
        )
        await world.call(name, accepting.accept_own, invitation_id=invitation["id"])
    assert (await door.promote("ben")).is_success
    assert (await door.remove("ann")).status_code in CONFLICTS
    assert (await door.rename("Brick")).is_success
    assert (await door.remove("cid")).is_success


async def rows_of(world: World) -> dict[str, list[dict[str, Any]]]:
    """The rows that a story left, with names for ids."""
    names = {value: name for name, value in world.people.items()}
    for table in ("organizations", "roles", "role_sets"):
        label = "name" if table == "organizations" else "key"
        for row in await world.sql(
            f"SELECT id, {label} AS label FROM {table} WHERE instance_id = $1", world.instance_id
        ):
            names[row["id"]] = row["label"]
    found = {}
    for table in ORGANIZATION_TABLES:
        rows = await world.sql(
            f"SELECT * FROM {table} WHERE instance_id = $1 ORDER BY created_at, id",
            world.instance_id,
        )
        found[table] = [
            {
                name: names.get(value, value) if isinstance(value, str) else value
                for name, value in row.items()
                if name not in VOLATILE | OF_ONE_DOOR
            }
            for row in rows
        ]
    events = await world.events()
    found["events"] = [
        {"name": row["name"], "subject": names.get(row["subject_id"])}
        for row in events
        if row["name"].startswith("organization")
    ]
    return found


@pytest.mark.parametrize("through", [Rpc, OData, Accounts])
async def test_the_story_of_an_organization_leaves_the_same_through_each_door(
    world, other_world, through
):
    for each in (world, other_world):
        for name in ("ann", "ben", "cid"):
            await each.user(name)
    doors = (Backend(world), through(other_world))
    for door in doors:
        await tell(door)
    told = await rows_of(world)
    assert told == await rows_of(other_world)
    assert [row["role_id"] for row in told["memberships"]] == ["org:admin", "org:manager"]
    assert told["organizations"][0]["search_text"] == "brick\nacme"
    for door in doors:
        assert (await door.delete()).is_success
    ended = await rows_of(world)
    assert ended == await rows_of(other_world)
    assert (ended["organizations"], ended["memberships"]) == ([], [])
    assert ended["events"][-1]["name"] == "organization.deleted"
