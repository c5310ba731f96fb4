"""Reads a multipart form with one file and named texts, bounded in size, parts and time."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import falcon
from falcon.asgi import Request

from charter.kernel.errors import InvalidInput, MalformedInput, MissingInput, TooLarge
from charter.wire.reading import READ_SECONDS, read_body

BARE = "application/octet-stream"
MAX_PARTS = 8
MAX_TEXT_BYTES = 1024


async def read_form(
    request: Request,
    file: str,
    texts: Sequence[str],
    limit_bytes: int,
    *,
    takes_bare: bool = False,
) -> dict[str, bytes | str]:
    """The bytes of the part called `file`, and the text of each part that `texts` names.

    takes_bare: whether the file may also be the whole body, in base64.
    A text that is not there is left out; other parts are passed over.
    Raises: MissingInput, when there is no file; MalformedInput; TooLarge.
    """
    content_type = (request.content_type or "").partition(";")[0].strip().lower()
    if takes_bare and content_type == BARE:
        return {file: await _bare(request, file, limit_bytes)}
    if content_type != falcon.MEDIA_MULTIPART:
        raise MalformedInput("body", reason="the content type must be multipart/form-data")
    if request.content_length is not None and request.content_length > limit_bytes + 64 * 1024:
        raise TooLarge(file, limit=limit_bytes)
    try:
        async with asyncio.timeout(READ_SECONDS):
            found = await _parts(request, file, texts, limit_bytes)
    except TimeoutError:
        raise MalformedInput("body", reason="it arrived too slowly") from None
    except (falcon.HTTPError, ValueError) as mistake:
        raise MalformedInput("body", reason="it is not a valid form") from mistake
    if file not in found:
        raise MissingInput(file, reason="it is required")
    return found


def digest(form: Mapping[str, bytes | str]) -> bytes:
    """What a form says, in 32 bytes; its boundary, which differs each time, does not count."""
    said = hashlib.sha256()
    for name, part in sorted(form.items()):
        data = part.encode() if isinstance(part, str) else part
        said.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return said.digest()


async def _bare(request: Request, file: str, limit_bytes: int) -> bytes:
    """The file that is the whole body: base64, perhaps after the head of a data URL (RFC 2397)."""
    body = await read_body(request, limit_bytes * 4 // 3 + 1024)
    text = body.partition(b",")[2] if body.startswith(b"data:") else body
    try:
        data = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        data = body
    if not data:
        raise MissingInput(file, reason="it is required")
    if len(data) > limit_bytes:
        raise TooLarge(file, limit=limit_bytes)
    return data


async def _parts(
    request: Request, file: str, texts: Sequence[str], limit_bytes: int
) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    count = 0
    async for part in await request.get_media():
        count += 1
        if count > MAX_PARTS:
            raise MalformedInput("body", reason=f"it has more than {MAX_PARTS} parts")
        if part.name == file:
            found[file] = await _bounded(part, file, limit_bytes)
        elif part.name in texts:
            text = (await _bounded(part, part.name, MAX_TEXT_BYTES)).decode()
            if "\x00" in text:
                raise InvalidInput(part.name, reason="a text cannot hold the character NUL")
            found[part.name] = text
    return found


async def _bounded(part: Any, name: str, limit_bytes: int) -> bytes:
    data = await part.stream.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise TooLarge(name, limit=limit_bytes)
    return bytes(data)
