"""A world: one instance with people in it, and ways to call operations and doors."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from charter.bootstrap import InstanceKeys
from charter.core.instances import configuring
from charter.core.instances import operations as instances
from charter.core.instances.model import Environment
from charter.core.keys.model import publishable_key
from charter.core.memberships import operations as memberships
from charter.core.memberships.model import Membership, NewMembership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import NewOrganization, Organization
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import Session
from charter.core.users import operations as users
from charter.core.users.model import NewUser, User
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.ids import new_id
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from tests.browsing import Browser

_hosts = itertools.count()


@dataclass
class World:
    """An instance of its own for one test.

    People are named by first names: `await world.user("ann")` makes Ann once and gives her row;
    wherever a user is asked for, the name does.
    """

    platform: Platform
    keys: InstanceKeys
    client: httpx.AsyncClient
    people: dict[str, str] = field(default_factory=dict)

    @property
    def instance_id(self) -> str:
        return self.keys.instance_id

    @property
    def server(self) -> Actor:
        """The holder of the instance's secret key."""
        return Actor(ActorKind.SECRET_KEY, self.instance_id, "sk_test")

    def acting(self, name: str) -> Actor:
        """The signed-in user of that name, who has to exist."""
        return Actor(ActorKind.USER, self.instance_id, "sess_test", user_id=self.people[name])

    async def organization(
        self, name: str = "Acme", owner: str | list[str] = "ann", **fields: Any
    ) -> Organization:
        """Make an organization; its owners are people, made where they do not exist."""
        owners = [owner] if isinstance(owner, str) else owner
        created_by = (await self.user(owners[0])).id if owners else None
        new = NewOrganization(name=name, created_by=created_by, **fields)
        made: Organization = await self.call(None, organizations.create, organization=new)
        for each in owners[1:]:
            await self.member(made, each, "org:admin")
        return made

    async def member(
        self, organization: Organization, name: str, role: str = "org:member"
    ) -> Membership:
        """Make a person a member of an organization."""
        new = NewMembership(user_id=(await self.user(name)).id, role=role)
        made: Membership = await self.call(
            None, memberships.create, organization_id=organization.id, membership=new
        )
        return made

    async def call(
        self,
        who: str | Actor | None,
        operation: Operation[..., Any],
        *,
        platform: Platform | None = None,
        **arguments: Any,
    ) -> Any:
        """Call an operation as the server (None), a person by name, or an actor."""
        actor = self.server if who is None else self.acting(who) if isinstance(who, str) else who
        for name in ("user_id", "created_by"):
            if arguments.get(name) in self.people:
                arguments[name] = self.people[arguments[name]]
        facts = RequestFacts("trace", "192.0.2.1", "test")
        return await run(platform or self.platform, actor, operation, facts, arguments=arguments)

    async def user(self, name: str, **fields: Any) -> User:
        """The user of that name, made at the first asking.

        They have the verified address `name@example.com`, unless `email` gives another or is
        None, or `email_addresses` are given. Other fields are those of NewUser.
        """
        if name in self.people:
            found: User = await self.call(None, users.get, user_id=name)
            return found
        email = fields.pop("email", f"{name}@example.com")
        fields.setdefault("email_addresses", [email] if email else [])
        if not fields["email_addresses"]:
            fields.setdefault("needs_identifier", False)
        made: User = await self.call(None, users.create, new=NewUser(**fields))
        self.people[name] = made.id
        return made

    async def session(self, name: str, organization: Organization | str | None = None) -> Session:
        """A new session of the user of that name, active in an organization of theirs."""
        user = await self.user(name)
        organization_id = getattr(organization, "id", organization)
        made: Session = await self.call(
            None, sessions.create, user_id=user.id, active_organization_id=organization_id
        )
        return made

    async def token(self, name: str, organization: Organization | str | None = None) -> str:
        """A session token of the user of that name, of a new session."""
        session = await self.session(name, organization)
        made = await self.call(None, sessions.create_token, session_id=session.id)
        return str(made.jwt)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET from the Backend API with the secret key."""
        return await self.client.get("/v1" + path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST to the Backend API with the secret key."""
        return await self.client.post("/v1" + path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PATCH in the Backend API with the secret key."""
        return await self.client.patch("/v1" + path, json=json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PUT to the Backend API with the secret key."""
        return await self.client.put("/v1" + path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        """DELETE in the Backend API with the secret key."""
        return await self.client.delete("/v1" + path, **options)

    async def rpc(self, who: str, path: str, json: Any = None) -> httpx.Response:
        """POST to the Organizations RPC, as a connector that acts for a person."""
        headers = {"charter-acting-user": self.people.get(who, who)}
        return await self.client.post(
            "/rpc/v1/organizations" + path, json=json or {}, headers=headers
        )

    async def configure(self, **settings: Any) -> None:
        """Change settings of the instance: a merge patch, as `instances.configure` takes it."""
        await self.call(None, configuring.configure, changes=settings)

    def browser(self, **options: Any) -> "Browser":
        """A browser that nobody is signed in on, at the Frontend API."""
        return Browser(self, **options)

    async def sql(self, query: str, *values: Any) -> list[Any]:
        """Rows straight from the database, for what no door shows."""
        async with self.platform.database.pool.acquire() as connection:
            return list(await connection.fetch(query, *values))

    async def events(self, name: str | None = None) -> list[Any]:
        """What was announced in this instance, in order."""
        rows = await self.sql(
            "SELECT * FROM events WHERE instance_id = $1 ORDER BY position", self.instance_id
        )
        return [row for row in rows if name is None or row["name"] == name]

    async def close(self) -> None:
        await self.client.aclose()


def later(platform: Platform, **delta: float) -> Platform:
    """The same platform with its clock moved on."""
    import dataclasses

    def clock() -> datetime:
        return platform.clock() + timedelta(**delta)

    return dataclasses.replace(platform, clock=clock)


async def new_world(
    platform: Platform, app: Any, environment: Environment = Environment.DEVELOPMENT
) -> World:
    """A new instance with a client that holds its secret key."""
    actor = Actor(ActorKind.OPERATOR, new_id("ins_"))
    host = f"auth.site-{next(_hosts)}.test"
    made = await run(
        platform,
        actor,
        instances.create,
        arguments={
            "application_name": "Tests",
            "environment": environment,
            "frontend_host": host,
        },
    )
    keys = InstanceKeys(
        instance_id=made.instance.id,
        secret_key=made.secret_key,
        publishable_key=publishable_key(environment.mark, host),
        jwt_key="",
    )
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://api.test",
        headers={"authorization": f"Bearer {made.secret_key}"},
    )
    return World(platform, keys, client)


async def all_at_once(*calls: Any) -> list[Any]:
    """The results of calls that run at the same time; errors stand among them."""
    return list(await asyncio.gather(*calls, return_exceptions=True))


def header(response: httpx.Response, name: str) -> str | None:
    """A header of an answer."""
    headers: Mapping[str, str] = response.headers
    return headers.get(name)
