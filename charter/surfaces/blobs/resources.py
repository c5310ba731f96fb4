"""The signed addresses themselves: PUT takes bytes, GET and HEAD give them, always to be saved."""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from falcon.asgi import Request, Response

from charter.core.files import receiving
from charter.core.files.addresses import CHECKSUM_HEADER
from charter.core.files.model import File, SignedRequest, SignedUrlInvalid
from charter.core.files.naming import disposition
from charter.core.files.stores import own_store_of
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.ids import is_id
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.surfaces.blobs.ranges import wanted
from charter.wire.etags import is_known
from charter.wire.statuses import BY_KIND

POLICY = "default-src 'none'; sandbox"
"""What is opened in a browser all the same runs nothing, and is of no origin."""
RENAMED: Mapping[str, str] = {
    "file_upload_not_found": "upload_not_found",
    "file_upload_state": "upload_state",
    "file_lost": "file_exists",
    "file_not_found": "not_found",
    "organization_not_found": "not_found",
}


class _Resource:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def _run(self, request: Request, operation: Operation[..., Any], **arguments: Any) -> Any:
        """Call an operation for what the address names. Raises: DomainError."""
        signed = _signed_request(request)
        instance_id = signed.query.get("nonce", "").partition(".")[0]
        if not is_id("ins_", instance_id):
            raise SignedUrlInvalid
        trace_id = getattr(request.context, "trace_id", None) or secrets.token_hex(16)
        facts = RequestFacts(trace_id, request.remote_addr, request.user_agent)
        return await run(
            self._platform,
            Actor(ActorKind.ANONYMOUS, instance_id),
            operation,
            facts,
            arguments={"request": signed, **arguments},
        )


class WholeResource(_Resource):
    """A file."""

    async def on_put(self, request: Request, response: Response, **_path: str) -> None:
        """Take a file."""
        try:
            file = await self._run(request, receiving.receive_whole, body=_body(request))
        except DomainError as refusal:
            refuse(response, refusal)
            return
        response.set_header("etag", file.etag)

    async def on_get(self, request: Request, response: Response, **_path: str) -> None:
        """Give a file, or a range of it."""
        await self._give(request, response, with_body=True)

    async def on_head(self, request: Request, response: Response, **_path: str) -> None:
        """Say what a GET would give."""
        await self._give(request, response, with_body=False)

    async def _give(self, request: Request, response: Response, *, with_body: bool) -> None:
        try:
            file: File = await self._run(request, receiving.open_file)
        except DomainError as refusal:
            refuse(response, refusal)
            return
        etag = file.etag or ""
        _describe(response, file)
        if is_known(request, etag):
            response.status = 304
            return
        part = wanted(
            request.get_header("range"), request.get_header("if-range"), etag, file.size_bytes
        )
        if part is None:
            response.status = 416
            response.set_header("content-range", f"bytes */{file.size_bytes}")
            return
        if not part.is_whole:
            response.status = 206
            response.set_header("content-range", part.content_range(file.size_bytes))
        response.content_type = file.content_type
        response.content_length = part.length
        if with_body and part.length:
            store = own_store_of(self._platform)
            response.stream = store.read(file.object_name, part.start, part.length)


class PartResource(_Resource):
    """A part of a file."""

    async def on_put(self, request: Request, response: Response, **_path: str) -> None:
        """Take a part."""
        try:
            etag = await self._run(request, receiving.receive_part, body=_body(request))
        except DomainError as refusal:
            refuse(response, refusal)
            return
        response.set_header("etag", etag)


def refuse(response: Response, refusal: DomainError) -> None:
    """Say why not, as the API beside it does (RFC 9457)."""
    status = BY_KIND[refusal.kind]
    code = RENAMED.get(refusal.code, refusal.code)
    if isinstance(refusal, Unavailable):
        response.set_header("retry-after", str(refusal.retry_after_seconds))
    if status not in (404, 412):
        # What is left of the body is not waited for.
        response.set_header("connection", "close")
    response.status = status
    response.content_type = "application/problem+json"
    response.set_header("content-security-policy", POLICY)
    response.data = msgspec.json.encode(
        {
            "type": f"urn:charter:problem:{code}",
            "title": refusal.sentence(),
            "status": status,
            "code": code,
        }
    )


def _describe(response: Response, file: File) -> None:
    """The headers of every answer about a file. nosniff is set for all answers of the server."""
    response.set_header("content-disposition", disposition(file.key))
    response.set_header("content-security-policy", POLICY)
    response.set_header("cross-origin-resource-policy", "cross-origin")
    response.set_header("accept-ranges", "bytes")
    response.set_header("cache-control", "private, no-cache")
    response.set_header("etag", file.etag or "")
    response.set_header("last-modified", file.updated_at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    if file.checksum_sha256 is not None:
        response.set_header(CHECKSUM_HEADER, file.checksum_sha256)


def _signed_request(request: Request) -> SignedRequest:
    """The request as far as its signature is over it. Raises: SignedUrlInvalid."""
    query: dict[str, str] = {}
    for name, value in request.params.items():
        if not isinstance(value, str):
            raise SignedUrlInvalid
        query[name] = value
    return SignedRequest(
        "PUT" if request.method == "PUT" else "GET",
        request.scope["path"],
        query,
        request.content_type or "",
        request.content_length,
        request.get_header(CHECKSUM_HEADER) or "",
    )


async def _body(request: Request) -> Any:
    async for data in request.stream:
        yield data
