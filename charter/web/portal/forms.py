"""Reads the forms that the pages send: the fields that a page declares, and nothing else."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

import falcon
from falcon.asgi import Request

from charter.kernel.errors import InvalidInput, MalformedInput
from charter.web.portal.guarding import TOKEN_FIELD
from charter.web.portal.pages import Page
from charter.wire import reading, uploads
from charter.wire.serving import Limits

MAX_FIELDS = 50
FORM = "application/x-www-form-urlencoded"


async def read_fields(
    request: Request, page: Page, limits: Limits
) -> tuple[dict[str, str], bytes | None]:
    """Every field of the page's form, an empty text where it was left out; and its file.

    Raises: MalformedInput, MissingInput, InvalidInput, TooLarge.
    """
    names = (*page.fields, TOKEN_FIELD)
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if page.file is not None and media_type == falcon.MEDIA_MULTIPART:
        sent = await uploads.read_form(request, page.file, names, limits.max_upload_bytes)
        file = sent.pop(page.file)
        found = {name: _checked(name, str(sent.get(name, ""))) for name in names}
        return found, file if isinstance(file, bytes) else None
    return await read_form(request, names, limits), None


async def read_form(request: Request, names: Sequence[str], limits: Limits) -> dict[str, str]:
    """These fields of a form without a file, an empty text where one was left out.

    Raises: MalformedInput, InvalidInput, TooLarge.
    """
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise MalformedInput("body", reason="it is not a form")
    given = _pairs(await reading.read_body(request, limits.max_body_bytes))
    return {name: _checked(name, given.get(name, "")) for name in names}


def _pairs(data: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as mistake:
        raise MalformedInput("body", reason="it is not a form in UTF-8") from mistake
    return dict(pairs)


def _checked(name: str, value: str) -> str:
    if "\x00" in value:
        raise InvalidInput(name, reason="a text cannot hold the character NUL")
    return value
