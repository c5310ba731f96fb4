"""The endpoints of SCIM. They translate: what may be, and what happens, is decided in the core."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from falcon.asgi import Request, Response

from charter.core.people import operations as people
from charter.core.people.model import Person
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import (
    DomainError,
    MalformedInput,
    NotFound,
    NotPermitted,
    VersionConflict,
)
from charter.kernel.operation import Operation, run, version
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.dialect import AccountsDialect
from charter.surfaces.accounts.scim.asking import Asked, asked, shape_of
from charter.surfaces.accounts.scim.discovery import LIST, MOUNT, discovered
from charter.surfaces.accounts.scim.errors import MEDIA_TYPE, refuse, write
from charter.surfaces.accounts.scim.patching import patched
from charter.surfaces.accounts.scim.users import BY_NAME, etag, normal, read, shown
from charter.wire import reading
from charter.wire.etags import is_known
from charter.wire.request_facts import facts_of
from charter.wire.serving import Limits

BEARERS = AccountsDialect(())
"""Credentials are read as beside these endpoints; no path is open to everybody."""
MAX_BODY_BYTES = 256 * 1024
TRIES = 4
MEDIA_TYPES = frozenset({MEDIA_TYPE, "application/json"})


SCOPE = "scim"
"""What a client's token has to hold."""


class Endpoint:
    """An endpoint: who asks, and how a refusal is answered."""

    def __init__(self, platform: Platform, limits: Limits) -> None:
        self.platform = platform
        self.limits = limits

    @property
    def base(self) -> str:
        """The address of all of it."""
        return self.platform.addresses.api_url + MOUNT

    async def serve(
        self, request: Request, response: Response, answer: Callable[[Actor], Awaitable[None]]
    ) -> None:
        """Answer, or refuse in the words of SCIM."""
        try:
            reading.check_query(request.params)
            await answer(await self._actor(request))
        except DomainError as refusal:
            refuse(response, refusal)

    async def ask(
        self,
        request: Request,
        actor: Actor,
        operation: Operation[..., Any],
        expected: str | None = None,
        **arguments: Any,
    ) -> Any:
        """Call an operation. expected: the version that the caller, or this server, has seen."""
        facts = facts_of(request, self.limits.trusted_proxies)
        return await run(
            self.platform, actor, operation, facts, expected_version=expected, arguments=arguments
        )

    async def body(self, request: Request) -> Any:
        """The JSON of a request. Raises: MalformedInput; TooLarge."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise MalformedInput("body", reason=f"the body must be {MEDIA_TYPE}")
        data = await reading.read_body(request, MAX_BODY_BYTES)
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as mistake:
            raise MalformedInput("body", reason="it is not valid JSON") from mistake

    def show(self, request: Request, response: Response, person: Person, status: int = 200) -> None:
        """Answer with a user."""
        resource = shown(person, self.platform, self.base)
        response.status = status
        response.set_header("etag", etag(person))
        if status == 201:
            response.set_header("location", resource["meta"]["location"])
        write(response, shape_of(request.params).of(resource))

    async def _actor(self, request: Request) -> Actor:
        """The application's own server, or a client of it whose token is for this.

        Raises: Unauthenticated, NotPermitted.
        """
        actor = await BEARERS.actor(self.platform, request)
        is_for_this = actor.access is not None and SCOPE in actor.access.scopes
        if actor.kind is ActorKind.SECRET_KEY or (actor.kind is ActorKind.CLIENT and is_for_this):
            return actor
        raise NotPermitted


class Document(Endpoint):
    """A document of what the server keeps and can do."""

    def __init__(self, platform: Platform, limits: Limits, path: str) -> None:
        super().__init__(platform, limits)
        self._path = path

    async def on_get(self, request: Request, response: Response) -> None:
        """Answer the document. These are not filtered (RFC 7644, section 4)."""

        async def answer(_actor: Actor) -> None:
            if "filter" in request.params:
                raise NotPermitted
            write(response, discovered(self.base)[self._path])

        await self.serve(request, response, answer)


class Nothing(Endpoint):
    """What is at every other path."""

    async def on_get(self, request: Request, response: Response, **_names: str) -> None:
        """Say so."""

        async def answer(_actor: Actor) -> None:
            raise NotFound("path")

        await self.serve(request, response, answer)


class Finding(Endpoint):
    """An endpoint that lists users."""

    async def find(
        self, request: Request, response: Response, actor: Actor, given: Mapping[str, Any]
    ) -> None:
        """Answer a page of those that were asked for."""
        query: Asked = asked(given)
        found = await self.ask(request, actor, people.search, search=query.search)
        resources = [
            query.shape.of(shown(person, self.platform, self.base)) for person in found.items
        ]
        body = {
            "schemas": [LIST],
            "totalResults": found.total,
            "startIndex": query.start,
            "itemsPerPage": len(resources),
            "Resources": resources,
        }
        write(response, body)


class Users(Finding):
    """All users."""

    async def on_get(self, request: Request, response: Response) -> None:
        """List users."""

        async def answer(actor: Actor) -> None:
            await self.find(request, response, actor, request.params)

        await self.serve(request, response, answer)

    async def on_post(self, request: Request, response: Response) -> None:
        """Make a user."""

        async def answer(actor: Actor) -> None:
            patch = read(normal(await self.body(request)))
            made = await self.ask(request, actor, people.create, patch=patch)
            self.show(request, response, made, 201)

        await self.serve(request, response, answer)


class Searching(Finding):
    """The list of users, asked for in a body. Source: RFC 7644, section 3.4.3."""

    async def on_post(self, request: Request, response: Response) -> None:
        """List users."""

        async def answer(actor: Actor) -> None:
            given = await self.body(request)
            if not isinstance(given, dict):
                raise MalformedInput("body", reason="it must be an object")
            await self.find(request, response, actor, given)

        await self.serve(request, response, answer)


class User(Endpoint):
    """One user."""

    async def on_get(self, request: Request, response: Response, user_id: str) -> None:
        """Read the user."""

        async def answer(actor: Actor) -> None:
            person = await self._get(request, actor, user_id)
            if is_known(request, etag(person)):
                response.status = 304
                response.set_header("etag", etag(person))
                return
            self.show(request, response, person)

        await self.serve(request, response, answer)

    async def on_put(self, request: Request, response: Response, user_id: str) -> None:
        """Replace the user: what is not in the body is cleared, but for the password."""

        async def answer(actor: Actor) -> None:
            patch = read(normal(await self.body(request)))
            expected = _if_match(request)
            changed = await self.ask(
                request,
                actor,
                people.update,
                expected,
                user_id=ids.user_id(user_id),
                patch=patch,
            )
            self.show(request, response, changed)

        await self.serve(request, response, answer)

    async def on_patch(self, request: Request, response: Response, user_id: str) -> None:
        """Change the user by operations, all of them or none."""

        async def answer(actor: Actor) -> None:
            body = await self.body(request)
            self.show(request, response, await self._patch(request, actor, user_id, body))

        await self.serve(request, response, answer)

    async def on_delete(self, request: Request, response: Response, user_id: str) -> None:
        """Erase the user."""

        async def answer(actor: Actor) -> None:
            expected = _if_match(request)
            await self._get(request, actor, user_id)
            await self.ask(request, actor, people.erase, expected, user_id=ids.user_id(user_id))
            response.status = 204

        await self.serve(request, response, answer)

    async def _get(self, request: Request, actor: Actor, user_id: str) -> Person:
        """The user; one who is gone is not there (RFC 7644, section 3.6). Raises: UserNotFound."""
        found: Person = await self.ask(
            request, actor, people.get_living, user_id=ids.user_id(user_id)
        )
        return found

    async def _patch(self, request: Request, actor: Actor, user_id: str, body: Any) -> Person:
        """Change what was read, unless somebody else does meanwhile: then what they left.

        Raises: VersionConflict, when that goes on, or the caller named a version.
        """
        expected = _if_match(request)
        for _ in range(TRIES):
            person = await self._get(request, actor, user_id)
            before = normal(shown(person, self.platform, self.base))
            after = patched(before, body)
            names = [
                each["name"]
                for each in BY_NAME.values()
                if before.get(each["name"]) != after.get(each["name"])
            ]
            if "userName" in names and "emails" not in names:
                # A user name that is an address is one of them.
                names.append("emails")
            seen = expected or version(person.updated_at)
            if not names and seen == version(person.updated_at):
                return person
            patch = read(after, names)
            try:
                changed: Person = await self.ask(
                    request, actor, people.update, seen, user_id=person.id, patch=patch
                )
            except VersionConflict:
                if expected is not None:
                    raise
                continue
            return changed
        raise VersionConflict


def _if_match(request: Request) -> str | None:
    """The version that the caller named. Source: RFC 9110, section 13.1.1."""
    given = request.get_header("if-match")
    if given is None or given.strip() == "*":
        return None
    return given.strip().removeprefix("W/").strip('"')
