"""Serves the calls of a door: authenticate, read, run, write; errors in the door's own form."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import falcon
import falcon.asgi
import structlog
from falcon.asgi import Request, Response

from charter.core.keys.lookup import lookup
from charter.kernel import operation as kernel
from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError, InvalidInput, Kind, MalformedInput, NotFound
from charter.kernel.idempotency import Once, Replay
from charter.kernel.platform import Platform
from charter.wire import reading
from charter.wire.call import Binding, Call, View, bind
from charter.wire.client_address import client_address
from charter.wire.dialect import JSON, Asking, Dialect, Written, encode, encoded
from charter.wire.rates import Rates, TooManyRequests
from charter.wire.request_facts import facts_of, is_testing

log = structlog.get_logger("charter.wire")
MAX_IDEMPOTENCY_KEY = 255

Observer = Callable[[Dialect, Call | None, int, Mapping[str, str], bytes], None]


@dataclass(frozen=True)
class Limits:
    """What a request may weigh, and whose word counts for where it came from."""

    max_body_bytes: int = 1024 * 1024
    max_upload_bytes: int = 10 * 1024 * 1024
    trusted_proxies: int = 0


@dataclass
class Door:
    """One dialect, served over one platform."""

    dialect: Dialect
    platform: Platform
    limits: Limits = field(default_factory=Limits)
    observe: Observer | None = None
    rates: Rates | None = None

    def add_to(self, app: "falcon.asgi.App[Any, Any]") -> None:
        """Route the door's calls, and answer what is not routed in the door's form."""
        routes: dict[str, dict[str, Call]] = {}
        for call in self.dialect.calls:
            methods = routes.setdefault(call.path, {})
            if call.method in methods:
                raise TypeError(f"{self.dialect.name}: {call.method} {call.path} stands twice")
            methods[call.method] = call
        for path, methods in routes.items():
            app.add_route(self.dialect.mount + path, self._resource(methods))
        # The framework passes both by position, whatever they are called.
        app.add_sink(self._stray, self.dialect.mount + "/")  # type: ignore[arg-type]

    def _resource(self, methods: Mapping[str, Call]) -> Any:
        responders = {f"on_{name.lower()}": self._responder(call) for name, call in methods.items()}
        return type("Resource", (), {name: staticmethod(f) for name, f in responders.items()})()

    def _responder(self, call: Call) -> Callable[..., Any]:
        binding = bind(call)

        async def respond(request: Request, response: Response, **path: str) -> None:
            try:
                written = await self._answer(call, binding, request, path)
            except DomainError as error:
                written = self._refuse(error, call, request)
            self._write(response, call, written)

        return respond

    async def _answer(
        self, call: Call, binding: Binding, request: Request, path: Mapping[str, str]
    ) -> Written:
        actor = await self._actor(request)
        if "" in path.values():
            raise self._no_such_path(request)
        for name, enter in call.enters.items():
            if "\x00" in path[name]:
                raise NotFound(name)
            actor = await enter(self.platform, actor, path[name])
        if self.rates is not None:
            address = client_address(request, self.limits.trusted_proxies)
            await self.rates.count_call(actor, call.operation, address)
        inputs = await self._inputs(call, binding, request, path, actor)
        if call.makes_instance:
            return await self._made(call, request, actor, inputs)
        instance = await lookup(self.platform).instance(actor.instance_id)
        view = View(
            self.platform,
            actor,
            instance,
            self.platform.clock(),
            inputs,
            is_testing=is_testing(request),
        )
        result = await self._run(call, request, view)
        if isinstance(result, Replay):
            return Written(call.status, result.answer, {"Idempotency-Replayed": "true"})
        written = await self.dialect.write(call, result, view, request)
        return replace(written, headers={**_version_header(result), **written.headers})

    async def _actor(self, request: Request) -> Actor:
        # A door may have something to do before it knows who calls.
        request.context.facts = partial(facts_of, request, self.limits.trusted_proxies)
        return await self.dialect.actor(self.platform, request)

    async def _made(
        self, call: Call, request: Request, actor: Actor, inputs: dict[str, Any]
    ) -> Written:
        """The answer about an instance that was not there before: each request makes another."""
        result = await kernel.run(
            self.platform,
            actor,
            call.operation,
            facts_of(request, self.limits.trusted_proxies),
            expected_version=_expected_version(request),
            arguments=inputs,
        )
        view = View(self.platform, actor, result.instance, self.platform.clock(), inputs)
        return await self.dialect.write(call, result, view, request)

    async def _inputs(
        self,
        call: Call,
        binding: Binding,
        request: Request,
        path: Mapping[str, str],
        actor: Actor,
    ) -> dict[str, Any]:
        body = query = None
        if call.body is not None:
            # A door may have had to read it to know who calls.
            data = getattr(request.context, "body", None)
            if data is None:
                data = await reading.read_body(request, self.limits.max_body_bytes)
                request.context.body = data
            body = reading.decode_body(call, binding, data, request.content_type)
        if request.query_string:
            reading.check_query(request.params)
        if call.query is not None:
            query = reading.read_query(call, request.params)
        inputs = reading.arguments(call, binding, path, (body, query), actor)
        for name, find in call.finds.items():
            inputs[name] = await find(self.platform, actor, inputs[name])
        if call.lists is not None:
            given = body if call.lists.in_body else None
            now = self.platform.clock()
            asking = Asking(request.params, given, request.path, self.platform, actor, now)
            inputs["search"] = self.dialect.search(asking, call.lists, call.out)
        if call.upload is not None:
            from charter.wire import uploads  # noqa: PLC0415  # few calls take files

            form = await uploads.read_form(
                request,
                call.upload,
                call.upload_texts,
                self.limits.max_upload_bytes,
                takes_bare=call.is_upload_bare,
            )
            request.context.body = uploads.digest(form)
            inputs.update({call.names.get(name, name): part for name, part in form.items()})
        return inputs

    async def _run(self, call: Call, request: Request, view: View) -> Any:
        try:
            return await kernel.run(
                self.platform,
                view.actor,
                call.operation,
                facts_of(request, self.limits.trusted_proxies),
                expected_version=_expected_version(request),
                once=_once(call, request, view),
                arguments=view.inputs,
            )
        except call.forgives:
            return call.forgiven() if call.forgiven is not None else None

    async def _stray(self, request: Request, response: Response | None, **_: Any) -> None:
        assert response is not None  # noqa: S101  # only a WebSocket has none
        try:
            await self._actor(request)
            raise self._no_such_path(request)
        except DomainError as error:
            self._write(response, None, self._refuse(error, None, request))

    def _refuse(self, error: DomainError, call: Call | None, request: Request) -> Written:
        status, body, headers = self.dialect.refusal(error, call, request)
        retry_after = getattr(error, "retry_after_seconds", None) or error.meta.get(
            "retry_after_seconds"
        )
        if retry_after:
            headers = {**headers, "Retry-After": str(int(retry_after))}
        if isinstance(error, TooManyRequests):
            headers = {**headers, **error.headers}
        return Written(status, body if isinstance(body, bytes) else encode(body), headers)

    def _write(self, response: Response, call: Call | None, written: Written) -> None:
        response.status = written.status
        response.data = written.data
        if written.status != HTTPStatus.NO_CONTENT:
            # Existing clients parse whatever is called JSON, and nothing cannot be parsed.
            response.content_type = JSON
        response.set_header("cache-control", "no-store")
        for name, value in written.headers.items():
            response.set_header(name, value)
        for cookie in written.cookies:
            response.append_header("set-cookie", cookie)
        if self.observe is not None:
            self.observe(self.dialect, call, written.status, response.headers, written.data)

    def refuse(self, request: Request, response: Response, error: DomainError) -> None:
        """Answer what was refused before the request was routed in the door's form."""
        self._write(response, None, self._refuse(error, None, request))

    def refuse_http(self, request: Request, response: Response, error: falcon.HTTPError) -> None:
        """Answer what the framework refused (a method, a bad request line) in the door's form."""
        known: DomainError = MalformedInput("request", reason=error.title or "it cannot be read")
        if error.status_code in (404, 405):
            known = self._no_such_path(request)
        if error.status_code == 405 and error.headers:
            allowed = dict(error.headers).get("Allow", "").removesuffix(", OPTIONS")
            known = MethodNotAllowed("method", reason=f"takes {allowed}, not {request.method}")
        refused = self._refuse(known, None, request)
        if isinstance(known, MethodNotAllowed):
            allowed_headers = dict(error.headers or {})
            refused = replace(refused, headers={**refused.headers, **allowed_headers})
        self._write(response, None, refused)

    def _no_such_path(self, request: Request) -> DomainError:
        reason = f"`charter openapi {self.dialect.name}` lists what there is"
        if request.path.endswith("/"):
            reason = f"paths do not end with a slash, and {reason}"
        return NoSuchPath("path", reason=reason)

    def fail(self, request: Request, response: Response, error: BaseException) -> None:
        """Answer a defect: the client learns the trace id, the log the rest."""
        trace_id = request.context.trace_id
        log.error("defect", trace_id=trace_id, route=request.uri_template, exc_info=error)
        body = self.dialect.refusal(_Defect(), None, request)[1]
        self._write(response, None, Written(500, encode(body)))


class NoSuchPath(DomainError):
    """Nothing is served at this path; `reason` says how to find what is."""

    kind, code = Kind.NOT_FOUND, "no_such_path"
    message = "There is nothing at this path; {reason}."


class MethodNotAllowed(DomainError):
    """A path that takes other methods; `reason` says which. A door maps it to 405."""

    kind, code = Kind.INVALID, "method_not_allowed"
    message = "This path {reason}."


class _Defect(DomainError):
    """Something went wrong in this server."""

    code = "internal_error"
    message = "Something went wrong on this server. The trace id leads to the details."


def _expected_version(request: Request) -> str | None:
    given = request.get_header("if-match")
    if given is None or given.strip() == "*":
        return None
    return given.strip().removeprefix("W/").strip('"')


def _version_header(result: Any) -> Mapping[str, str]:
    updated_at = getattr(result, "updated_at", None)
    return {} if updated_at is None else {"etag": f'"{kernel.version(updated_at)}"'}


def _once(call: Call, request: Request, view: View) -> Once | None:
    if call.method != "POST" or not call.operation.writes or not call.keeps_answers:
        return None
    key = request.get_header("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY or not key.isprintable():
        raise InvalidInput("Idempotency-Key", reason="it must be 1 to 255 printable characters")
    fingerprint = hashlib.sha256()
    for part in (call.method, request.path, request.query_string):
        fingerprint.update(part.encode("utf-8", "surrogatepass") + b"\n")
    fingerprint.update(getattr(request.context, "body", b""))
    return Once(key, fingerprint.digest(), lambda result: encoded(call, result, view))


def door_of(doors: Sequence[Door], path: str) -> Door | None:
    """The door under whose mount a path lies; the longest mount wins."""
    fitting = [door for door in doors if (path + "/").startswith(door.dialect.mount + "/")]
    return max(fitting, key=lambda door: len(door.dialect.mount), default=None)
