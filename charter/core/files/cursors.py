"""Where a page of a list ended, marked so that it opens that one list alone."""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from charter.core.files.model import FileCursorInvalid
from charter.kernel.operation import Context

_CONTEXT = "files_cursor"
_MARK_LENGTH = 43


def write(ctx: Context, bound: Sequence[str | None], position: str) -> str:
    """A cursor for the page behind a position. bound: all that the list was asked for."""
    encoded = base64.urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
    return encoded + ctx.platform.vault.mark(_marked(ctx, bound, encoded), _CONTEXT)


def read(ctx: Context, bound: Sequence[str | None], cursor: str | None) -> str | None:
    """The position of a cursor; None without one. Raises: FileCursorInvalid."""
    if cursor is None:
        return None
    if not cursor.isascii():
        raise FileCursorInvalid
    encoded, mark = cursor[:-_MARK_LENGTH], cursor[-_MARK_LENGTH:]
    if not ctx.platform.vault.is_marked(_marked(ctx, bound, encoded), mark, _CONTEXT):
        raise FileCursorInvalid
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, ValueError) as broken:
        raise FileCursorInvalid from broken


def _marked(ctx: Context, bound: Sequence[str | None], encoded: str) -> str:
    return msgspec.json.encode([ctx.actor.instance_id, *bound, encoded]).decode()
