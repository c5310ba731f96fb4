"""Reads one file of a multipart form, bounded in size, parts and time."""

import asyncio

import falcon
from falcon.asgi import Request

from charter.kernel.errors import MalformedInput, MissingInput, TooLarge
from charter.wire.reading import READ_SECONDS

MAX_PARTS = 8


async def read_file(request: Request, name: str, limit_bytes: int) -> bytes:
    """The bytes of the part called `name`. Raises: MissingInput, MalformedInput, TooLarge."""
    content_type = (request.content_type or "").partition(";")[0].strip().lower()
    if content_type != falcon.MEDIA_MULTIPART:
        raise MalformedInput("body", reason="the content type has to be multipart/form-data")
    if request.content_length is not None and request.content_length > limit_bytes + 64 * 1024:
        raise TooLarge(name, limit=limit_bytes)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _find(request, name, limit_bytes)
    except TimeoutError:
        raise MalformedInput("body", reason="it arrived too slowly") from None
    except (falcon.HTTPError, ValueError) as mistake:
        raise MalformedInput("body", reason="it is not a valid form") from mistake


async def _find(request: Request, name: str, limit_bytes: int) -> bytes:
    parts = 0
    async for part in await request.get_media():
        parts += 1
        if parts > MAX_PARTS:
            raise MalformedInput("body", reason=f"it has more than {MAX_PARTS} parts")
        if part.name == name:
            data = await part.stream.read(limit_bytes + 1)
            if len(data) > limit_bytes:
                raise TooLarge(name, limit=limit_bytes)
            return bytes(data)
    raise MissingInput(name, reason="it is required")
